"""What a reader is told of how a text's letters were read."""

import re
from collections.abc import Iterable, Sequence

from authorship.datamodels import Notice, NoticeCode, Outside
from authorship.letters.folding import Findings, examine, fold, segments

_SHARE_TOLD = 0.02  # of the letters; a foreign word here and there is no news
_LATIN_TOLD = 0.1  # these prose has more often
_LATIN = re.compile("[A-Za-z]+")
_OF_WORDS: tuple[NoticeCode, ...] = ("look_alikes", "joined_words", "old_spelling")

_MESSAGES: dict[NoticeCode, str] = {
    "hidden_marks": "Characters that are not seen or only decorate letters were passed over: {count:,}.",
    "look_alikes": "Words with foreign letters that look like Russian ones, read as Russian: {count:,}.",
    "joined_words": "Words broken at line ends that were joined: {count:,}.",
    "old_spelling": "Words in spelling before 1918, read in today's: {count:,} or more.",
    "unread_letters": "Letters that the models cannot read, in percent: {count}.",
    "latin_letters": "Letters in words of the Latin alphabet, in percent: {count}.",
}


def letter_notices(text: str) -> tuple[Notice, ...]:
    """What was odd about the letters of a text and how that was read; nothing for plain prose.

    `count` is of characters for `hidden_marks`, in percent of letters for `unread_letters` and
    `latin_letters`, else of words.
    """
    found = examine(text)
    counts: dict[NoticeCode, int] = {
        "hidden_marks": found.marks,
        "look_alikes": found.twins,
        "joined_words": found.joined,
        "old_spelling": found.old if found.old_spelling else 0,
        "unread_letters": _percent(text, found.unread, _SHARE_TOLD),
        "latin_letters": _percent(text, _count_latin(text, found), _LATIN_TOLD),
    }
    return tuple(
        Notice(code, _MESSAGES[code].format(count=count), count) for code, count in counts.items() if count
    )


def without_words(notices: Sequence[Notice], outside: Outside | None) -> tuple[Notice, ...]:
    """The notices that fit what the text is: of letters at random none tells how words are spelled."""
    if outside is None or outside.kind != "noise" or outside.partly:
        return tuple(notices)
    return tuple(notice for notice in notices if notice.code not in _OF_WORDS)


def _count_latin(text: str, found: Findings) -> int:
    """The Latin letters of a text but those that are read as Russian ones; none where they are few."""
    if _latin(segments(text)) < _LATIN_TOLD * len(text) / 2:
        return 0
    return _latin(fold(segment, found).text for segment in segments(text))


def _latin(parts: Iterable[str]) -> int:
    return sum(len(word) for part in parts for word in _LATIN.findall(part))


def _percent(text: str, count: int, least: float) -> int:
    """So many letters in percent of all; 0 where that is not worth telling."""
    if not count:
        return 0
    letters = sum(sum(map(str.isalpha, segment)) for segment in segments(text))
    share = count / max(count, letters)
    return round(100 * share) if share >= least else 0
