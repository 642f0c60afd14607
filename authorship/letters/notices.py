"""What a reader is told of how a text's letters were read."""

from authorship.datamodels import Notice, NoticeCode
from authorship.letters.folding import examine, segments

_SHARE_TOLD = 0.02  # of the letters; a foreign word here and there is no news

_MESSAGES: dict[NoticeCode, str] = {
    "hidden_marks": "Characters that are not seen or only decorate letters were passed over: {count:,}.",
    "look_alikes": "Words with foreign letters that look like Russian ones, read as Russian: {count:,}.",
    "joined_words": "Words broken at line ends that were joined: {count:,}.",
    "old_spelling": "Words in spelling before 1918, read in today's: {count:,} or more.",
    "unread_letters": "Letters that the models cannot read, in percent: {count}.",
}


def letter_notices(text: str) -> tuple[Notice, ...]:
    """What was odd about the letters of a text and how that was read; nothing for plain prose.

    `count` is of characters for `hidden_marks`, in percent of letters for `unread_letters`, else of words.
    """
    found = examine(text)
    counts: dict[NoticeCode, int] = {
        "hidden_marks": found.marks,
        "look_alikes": found.twins,
        "joined_words": found.joined,
        "old_spelling": found.old if found.old_spelling else 0,
        "unread_letters": _unread_percent(text, found.unread),
    }
    return tuple(
        Notice(code, _MESSAGES[code].format(count=count), count) for code, count in counts.items() if count
    )


def _unread_percent(text: str, unread: int) -> int:
    """The share of letters that are unread, in percent; 0 where it is not worth telling."""
    if not unread:
        return 0
    letters = sum(sum(map(str.isalpha, segment)) for segment in segments(text))
    share = unread / max(unread, letters)
    return round(100 * share) if share >= _SHARE_TOLD else 0
