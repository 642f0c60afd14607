"""A text's letters as the models read them, and what was found odd about them.

Plain prose passes untouched, after one look at which characters it holds. Else four things follow: single
characters, words broken at line ends, look-alikes of Russian letters, spelling before 1918.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from threading import Lock

from cachetools import LRUCache, cached

from authorship.datamodels import Notice, NoticeCode, Outside
from authorship.text.letters.characters import (
    LONGEST_WORD,
    NO_TWINS,
    PLAIN,
    USUAL,
    fold_characters,
    fold_twins,
    foreign_words,
    is_scanned_word,
)
from authorship.text.letters.folded import Edit, FoldedText
from authorship.text.letters.old_spelling import OLD_MARK, WORDS, fold_old_spelling

BROKEN = re.compile(r"[-¬][^\S\r\n]*+\r?\n\s*+(?=[^\W\d_])")
_LAST_LETTERS = re.compile(r"[^\W\d_]+\Z")
_LETTERS = re.compile(r"[^\W\d_]+")
_PARTICLES = frozenset(["то", "нибудь", "либо", "ка", "таки", "де", "с", "тка", "те"])
_FIRST_PARTS = frozenset(
    ["кое", "кой", "темно", "светло", "бледно", "ярко", "иссиня", "изжелта", "северо", "юго"]
)
_PREPOSITIONS = frozenset(("по", "из", "во", "в"))
_ADVERB = re.compile(r"(?:ски|цки|ому|ему|моему|твоему|своему|нашему|вашему|первых|вторых|третьих|за|под)$")


def fold_broken_words(text: str) -> Iterator[Edit]:
    """The edits that join words broken by a hyphen at a line's end; a hyphen that Russian wants stays.

    A part in small letters goes on with any word, one in capitals with capitals.
    """
    for match in BROKEN.finditer(text):
        left = _LAST_LETTERS.search(text, max(0, match.start() - LONGEST_WORD), match.start())
        right = _LETTERS.match(text, match.end(), match.end() + LONGEST_WORD)
        if left and right and _goes_on(left.group(), right.group()):
            stays = "-" in join_word(left.group(), right.group().lower(), WORDS)
            yield match.start(), match.end(), "-" if stays else ""


def _goes_on(left: str, right: str) -> bool:
    return right[0].islower() or (len(left) > 1 and left.isupper() and right.isupper())


def join_word(left: str, right: str, words: Container[str] = frozenset()) -> str:
    """A word cut by a hyphen: the hyphen stays where Russian wants it or where `words` know it so.

    >>> join_word("сло", "во"), join_word("кто", "то")
    ('слово', 'кто-то')
    """
    first = left.lower()
    if (first + right) in words:
        return left + right
    keeps = (
        right in _PARTICLES
        or first == right
        or first in _FIRST_PARTS
        or (first in _PREPOSITIONS and bool(_ADVERB.search(right)))
        or f"{first}-{right}" in words
    )
    return f"{left}-{right}" if keeps else left + right


_SEGMENT = 100_000  # characters
_REMEMBERED = 256  # texts: several models read each, and its letters are told of
_QUIET = re.escape("".join(sorted(PLAIN - set("\rъЪ036'’`"))))
# What needs no folding, from start to end: the other characters are odd in some places.
_PLAIN_TEXT = re.compile(f"(?:[{_QUIET}]++|\r(?=\n)|[ъЪ](?=[^\\W_])|[036'’`](?![а-яё])|{NO_TWINS})*+")
_HYPHEN_AT_END = re.compile(r"-[^\S\n]*+\n")
_READABLE = frozenset(USUAL)
_SHORT_WORDS = re.compile(rf"(?:.{{0,{LONGEST_WORD}}}\s)*+.{{0,{LONGEST_WORD}}}", re.DOTALL)
_LONG_WORD = re.compile(rf"[^\W\d_]{{{LONGEST_WORD + 1},}}+")
# How many words, and what share of all, show that a whole text is scanned so or spelled so.
_FEWEST, _SCANNED_SHARE, _OLD_SHARE = 3, 0.005, 0.02


@dataclass(frozen=True, slots=True)
class Findings:
    """What is odd about the letters of a text.

    `marks` are characters that are not seen or decorate. Of all `words` some were `joined` at line ends, some
    hold `twins` among Russian letters, some are `old`: in spelling before 1918. `unread` letters stand in
    words that no tokenizer here knows: with letters neither Russian nor Latin, or too long.
    """

    marks: int = 0
    joined: int = 0
    twins: int = 0
    old: int = 0
    words: int = 0
    unread: int = 0

    @property
    def scanned(self) -> bool:
        """Whether look-alikes are so common that words wholly of them are Russian."""
        return self.twins >= max(_FEWEST, self.words * _SCANNED_SHARE)

    @property
    def old_spelling(self) -> bool:
        """Whether all is in spelling before 1918; a few hard signs at words' ends are misprints."""
        return self.old >= max(_FEWEST, self.words * _OLD_SHARE)

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Findings)))


def fold(text: str, found: Findings | None = None, join: bool = True) -> FoldedText:
    """A text as the models read it, its characters' places in `text` with it.

    `found` is what `examine` says of the whole of which `text` is a part; without it `text` is the whole.
    Without `join` words that are broken at line ends stay so.

    >>> fold("За\u0301мокъ сто\u00adялъ, чeлoвѣкъ сло-\\nво ска\u200bзалъ; кaк-то").text
    'Замок стоял, человек слово сказал; как-то'
    """
    if _is_plain(text):
        return FoldedText(text)
    folded = FoldedText(text).edit(fold_characters(text))
    folded = folded.edit(fold_broken_words(folded.text)) if join else folded
    seen = found or _evidence(folded.text)
    folded = folded.edit(fold_twins(folded.text, seen.scanned))
    return folded.edit(fold_old_spelling(folded.text, seen.old_spelling))


def _text_key(text: str) -> tuple[int, int]:
    return len(text), hash(text)


_FINDINGS: LRUCache[tuple[int, int], Findings] = LRUCache(_REMEMBERED)
_LOCK = Lock()


def remember_findings(text: str, found: Findings) -> None:
    """Spare `examine` a text that another process has examined."""
    with _LOCK:
        _FINDINGS[_text_key(text)] = found


@cached(_FINDINGS, key=_text_key, lock=_LOCK)
def examine(text: str) -> Findings:
    """What `fold` finds in a text; memory does not grow with it. What was found in the last texts is kept."""
    examined = _examine_plain if all(map(_is_plain, segments(text))) else _examine
    return sum(map(examined, segments(text)), Findings())


def _examine_plain(segment: str) -> Findings:
    return Findings(unread=sum(map(len, _long_words(segment))))


def _examine(segment: str) -> Findings:
    edits = list(fold_characters(segment))
    folded = FoldedText(segment).edit(edits)
    breaks = list(fold_broken_words(folded.text))
    folded = folded.edit(breaks)
    marks = sum(_undressed(segment, edit) for edit in edits)
    joined = sum(edit[2] != "-" for edit in breaks)
    russian = folded.edit(fold_twins(folded.text, scanned=True))
    unread = sum(map(len, _unread_words(russian.text)))
    return _evidence(folded.text) + Findings(marks=marks, joined=joined, unread=unread)


def _unread_words(folded: str) -> Iterator[str]:
    """Words that are too long, or hold letters that are not in the alphabets of the models."""
    yield from _long_words(folded)
    strange = {letter for letter in set(folded) - _READABLE if letter.isalpha()}
    if strange:
        words = (folded[start:stop] for start, stop in foreign_words(folded))
        yield from (word for word in words if len(word) <= LONGEST_WORD and not strange.isdisjoint(word))


def _long_words(text: str) -> list[str]:
    """Words that are too long: none where blanks are never further apart, which is seen at once."""
    return [] if _SHORT_WORDS.fullmatch(text) else _LONG_WORD.findall(text)


def _is_plain(text: str) -> bool:
    """Whether nothing needs folding: all is of Russian print, and stands together as there."""
    return _PLAIN_TEXT.fullmatch(text) is not None and not _HYPHEN_AT_END.search(text)


def _evidence(text: str) -> Findings:
    """The words with look-alikes and those in old spelling."""
    twins = sum(is_scanned_word(text[start:stop]) for start, stop in foreign_words(text))
    old = sum(1 for _ in OLD_MARK.finditer(text))
    return Findings(twins=twins, old=old, words=text.count(" ") + text.count("\n") + 1)


def _undressed(text: str, edit: Edit) -> int:
    """How many characters an edit takes away, or whether it undresses one; kinds of blanks do not count.

    A letter that is put together of its parts, as "й" may be, loses nothing.
    """
    start, stop, folded = edit
    if unicodedata.normalize("NFC", text[start:stop]) == folded:
        return 0
    return max(stop - start - len(folded), int(folded.isalpha()))


def segments(text: str) -> Iterator[str]:
    """The text in parts that end with a word where there are blanks: one holds Python's lock but shortly."""
    start = 0
    while start < len(text):
        stop = start + _SEGMENT
        blank = text.rfind(" ", start, stop) if stop < len(text) else -1
        stop = blank if blank > start else stop
        yield text[start:stop]
        start = stop


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
    if _count(_LATIN, segments(text)) < _LATIN_TOLD * len(text) / 2:
        return 0
    return _count(_LATIN, (fold(segment, found).text for segment in segments(text)))


def _count(letters: re.Pattern[str], parts: Iterable[str]) -> int:
    return sum(len(run) for part in parts for run in letters.findall(part))


def _percent(text: str, count: int, least: float) -> int:
    """So many letters in percent of all; 0 where that is not worth telling."""
    if not count:
        return 0
    share = count / max(count, _count(_LETTERS, segments(text)))
    return round(100 * share) if share >= least else 0
