"""Spelling before the reform of 1918, read in today's: letters, endings and prefixes of Grot's rules."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from authorship.text.letters.characters import LONGEST_WORD
from authorship.text.letters.folded import Edit


class Dictionary:
    """`"слово" in WORDS`: whether the dictionary holds a form of small letters; "е" stands for "ё" too.

    It is opened when first asked; see `analyser`.
    """

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and _is_known(word)


@lru_cache(65536)
def _is_known(word: str) -> bool:
    return bool(analyser().word_is_known(word))


@cache
def analyser() -> Any:
    """The dictionary itself: a quarter of a second and 26 MB, which modern prose never costs."""
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer(lang="ru")


WORDS = Dictionary()


_LETTERS = dict(zip("ѣҍђіїѳѵѡѕѧѫꙋ", "еееииииозяуу", strict=True)) | {"ѳ": "ф", "ѯ": "кс", "ѱ": "пс", "ꙗ": "я"}
_WORD = re.compile(r"[^\W\d_]+")
_OLD_LETTER = re.compile("[ѣѢѳѲѵѴ]")
OLD_MARK = re.compile(r"[ѣѢѳѲѵѴ]|[бвгджзклмнпрстфхцчшщБВГДЖЗКЛМНПРСТФХЦЧШЩ][ъЪ](?![^\W_])")
_HUSHERS = "жчшщц"
_SOFT = frozenset("еёюяѣҍ")  # before them a hard sign within a word is written still
_VOICELESS_PREFIX = re.compile(
    r"(?:не|на|наи|по|пре|пере|при|за|об|у|о)?(?:бе|ра|ро|и|во|ни|в|чре|чере)(з)[кпстфхцчшщ]"
)
_ENDING = re.compile(r"(?:([ая])го|([ыи])(я))(?:ся)?$")


def fold_old_spelling(text: str, old: bool) -> Iterator[Edit]:
    """The edits to today's spelling: of all words of an `old` text, else of those with old letters.

    Every old letter becomes today's one in its place; a hard sign that is no longer written belongs to the
    letter before it.
    """
    words = _WORD.finditer(text) if old else _words_with_old_letters(text)
    for match in words:
        word = match.group()
        if len(word) <= LONGEST_WORD:
            yield from _shifted(modernise(word, old), word, match.start())


def _words_with_old_letters(text: str) -> Iterator[re.Match[str]]:
    read = 0
    while found := _OLD_LETTER.search(text, read):
        start = found.start()
        while start > read and text[start - 1].isalpha():
            start -= 1
        match = _WORD.match(text, start)
        assert match
        read = match.end()
        yield match


def _shifted(letters: tuple[str, ...], word: str, start: int) -> Iterator[Edit]:
    """The edits that make `word` at `start` of the text `letters`, one string for each of its characters."""
    place = 0
    while place < len(word):
        end = place + 1
        while end < len(word) and not letters[end]:
            end += 1
        if letters[place] != word[place:end]:
            yield start + place, start + end, letters[place]
        place = end


@lru_cache(32768)
def modernise(word: str, old: bool = True) -> tuple[str, ...]:
    """What each character of a word becomes; nothing for a hard sign that is no longer written.

    Endings and prefixes change in an `old` text only, where today's dictionary does not know the word.

    >>> ["".join(modernise(word)) for word in ("Человѣкъ", "новаго", "разсказъ", "синія", "Россія", "благо")]
    ['Человек', 'нового', 'рассказ', 'синие', 'Россия', 'благо']
    """
    small = word.lower()
    if len(small) != len(word):
        return tuple(word)
    letters = _modern_letters(small)
    if old:
        _modern_words(small, letters)
        _modern_ending(letters)
        _modern_prefix(letters)
    return tuple(
        cased if new == before else new.upper() if cased.isupper() else new
        for new, before, cased in zip(letters, small, word, strict=True)
    )


def _modern_letters(small: str) -> list[str]:
    """Today's letters, and hard signs only before е, ё, ю, я within a word."""
    letters = [_LETTERS.get(letter, letter) for letter in small]
    for place, letter in enumerate(small):
        if letter == "ѵ" and small[place - 1 : place] in ("а", "е"):
            letters[place] = "в"
        if letter == "ъ" and place and small[place + 1 : place + 2] not in _SOFT:
            letters[place] = ""
            if small[place + 1 : place + 2] in ("и", "і"):
                letters[place + 1] = "ы"
    return letters


def _modern_words(small: str, letters: list[str]) -> None:
    """Pronouns that were spelled in their own ways: ея, нея, онѣ, однѣ."""
    if small in ("ея", "нея"):
        letters[-1] = "е"
    elif small in ("онѣ", "однѣ") or (small.startswith("однѣ") and small[4:] in ("хъ", "мъ", "ми")):
        letters[small.index("ѣ")] = "и"


def _modern_ending(letters: list[str]) -> None:
    """Adjectives: -аго and -яго are -ого or -его, -ыя and -ія are -ые and -ие."""
    word = "".join(letters)
    found = _ENDING.search(word)
    if not found or len(word) < 4:
        return
    place = found.start() + (1 if found.group(3) else 0)
    choices = (
        "е" if found.group(3) or found.group(1) == "я" else "ео" if word[place - 1] in _HUSHERS else "ое"
    )
    stem = word.removesuffix("ся")
    known = [one for one in choices if _with(stem, place, one) in WORDS]
    certain = found.group(2) != "и" or stem.endswith("кия")
    if known and (found.group(1) or stem not in WORDS):
        _replace(letters, place, known[0])
    elif not known and certain and stem not in WORDS:
        _replace(letters, place, choices[0])


def _modern_prefix(letters: list[str]) -> None:
    """без-, раз-, из-, воз-, низ-, чрез- end in с before voiceless consonants."""
    word = "".join(letters)
    found = _VOICELESS_PREFIX.match(word)
    if found and word not in WORDS:
        changed = _with(word, found.start(1), "с")
        if changed in WORDS or word.startswith(("без", "раз")):
            _replace(letters, found.start(1), "с")


def _with(word: str, place: int, letter: str) -> str:
    return word[:place] + letter + word[place + 1 :]


def _replace(letters: list[str], place: int, letter: str) -> None:
    """Put `letter` at the place that counts the characters left, not those that are gone."""
    written = [index for index, one in enumerate(letters) for _ in one]
    letters[written[place]] = letter
