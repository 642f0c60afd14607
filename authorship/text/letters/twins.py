"""Letters of other alphabets that look like Russian ones, as recognition (OCR) and keyboards put them."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from authorship.text.letters.characters import ACCENTED, LATIN, LONGEST_WORD, RUSSIAN
from authorship.text.letters.folded import Edit

# Twins in every print; the others are so only in some, and count only within a word with Russian letters.
_TWINS = dict(zip("aceopxykABCEHKMOPTXY", "асеорхукАВСЕНКМОРТХУ", strict=True))
_NEAR_TWINS = dict(zip("ibnrumwgN", "иьпгитшдИ", strict=True))
_LATIN_TWINS = {russian: latin for latin, russian in _TWINS.items()}
# Digits that scanning reads for letters, within words.
_DIGITS = {"6": "б", "0": "о", "3": "з"}
_DIGIT = re.compile(r"[036](?=[а-яё])")
_FOREIGN = re.compile(r"[^\W\d_А-Яа-яЁё]")
_WORD = re.compile(r"[^\W\d_]+")
_ROMAN = re.compile(r"[XCMХСМ]{2,}")
_LONE = re.compile(r"[acoyABCKO](?= (?:[acoy] )?[а-яё])(?<![\w.'’-].)")
_INITIAL = re.compile(r"[ABCEHKMOPTX](?=\. ?(?:[ABCEHKMOPTX]\. ?)?[А-ЯЁ])(?<!\w.)")
NO_TWINS = rf"(?<![А-Яа-яЁё])(?!{_LONE.pattern}|{_INITIAL.pattern})[{LATIN}{ACCENTED}]++(?![А-Яа-яЁё])"
"""Matches letters of a Latin word that touch no Russian one, and do not stand alone before one."""


def fold_twins(text: str, scanned: bool) -> Iterator[Edit]:
    """The edits that put Russian letters for their twins into Russian words.

    A word of twins alone is Russian only where the text is `scanned`: where twins stand in other words too.
    Within a foreign word Russian twins become Latin.
    """
    read = 0
    for start, stop in foreign_words(text):
        yield from _digits(text, read, start)
        word, read = text[start:stop], stop
        folded = fold_word(word, scanned) if len(word) <= LONGEST_WORD else ""
        folded = folded or _fold_lone(text, start, stop)
        if folded and folded != word:
            yield start, stop, folded
    yield from _digits(text, read, len(text))


def foreign_words(text: str) -> Iterator[tuple[int, int]]:
    """The words that hold a letter which is not Russian."""
    read = 0
    while found := _FOREIGN.search(text, read):
        start = found.start()
        while start > read and text[start - 1].isalpha():
            start -= 1
        word = _WORD.match(text, found.start())
        read = word.end() if word else found.end()
        yield start, read


def _fold_lone(text: str, start: int, stop: int) -> str:
    """A letter that is a word, or a name's first, before a Russian word; nothing for any other."""
    if stop - start > 1 or not (_LONE.match(text, start) or _INITIAL.match(text, start)):
        return ""
    return _TWINS.get(text[start], "")


def _digits(text: str, start: int, stop: int) -> Iterator[Edit]:
    """Digits between Russian small letters."""
    for match in _DIGIT.finditer(text, start, min(stop + 1, len(text))):
        place = match.start()
        if place < stop and text[place - 1 : place].lower() in _RUSSIAN_SMALL:
            yield place, place + 1, _DIGITS[match.group()]


_RUSSIAN_SMALL = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяё")


@lru_cache(16384)
def fold_word(word: str, scanned: bool) -> str:
    """A word with a letter that is not Russian as it is read; nothing where it cannot be told.

    >>> [fold_word(word, False) for word in ("cлoвo", "мiръ", "сhar", "sort", "опyс")]
    ['слово', 'миръ', 'char', '', 'опус']
    """
    russian = [letter for letter in word if letter in RUSSIAN]
    if not russian:
        alone = "".join(_twin(letter) or "?" for letter in word)
        return alone if scanned and "?" not in alone and not _ROMAN.fullmatch(word) else ""
    sure = any(letter not in _LATIN_TWINS for letter in russian)
    folded = "".join(letter if _stays(letter) else _twin(letter, sure) or "?" for letter in word)
    if "?" not in folded and not _ROMAN.fullmatch(word):
        return folded
    latin = "".join(_LATIN_TWINS.get(letter, letter) for letter in word)
    return "" if sure else latin


def is_scanned_word(word: str) -> bool:
    """Whether the word shows that twins were put for Russian letters: it holds both kinds."""
    return any(letter in RUSSIAN and letter not in _LATIN_TWINS for letter in word) and any(
        letter in _TWINS for letter in word
    )


def _stays(letter: str) -> bool:
    return letter in RUSSIAN or "\u0400" <= letter <= "\u04ff"


def _twin(letter: str, near: bool = False) -> str:
    """The Russian letter that looks like this one; `near` where a likeness in some prints is enough."""
    if letter in LATIN:
        return _TWINS.get(letter, "") or (_NEAR_TWINS.get(letter, "") if near else "")
    plain = unicodedata.normalize("NFD", letter)[0]
    return _twin(plain, near) if plain in LATIN else _confusable(letter)


@lru_cache(4096)
def _confusable(letter: str) -> str:
    """The Russian letter that Unicode's list of confusables holds this one for, else nothing."""
    from confusable_homoglyphs.confusables import confusables_data

    name = unicodedata.name(letter, "")
    if name.startswith("LATIN LETTER SMALL CAPITAL ") and len(name) == 28:
        return _TWINS.get(name[-1], "").lower()
    likes: set[str] = {like["c"] for like in confusables_data.get(letter, ())}
    for like in [one for known in (RUSSIAN, _TWINS, _NEAR_TWINS) for one in sorted(likes & {*known})]:
        russian = _TWINS.get(like) or _NEAR_TWINS.get(like, like)
        return russian.lower() if letter.islower() else russian
    return (
        _confusable(letter.upper()).lower() if letter != letter.upper() and len(letter.upper()) == 1 else ""
    )
