"""Single characters: what is not seen or only decorates goes, all kinds of a mark become one.

Letters of other alphabets that look like Russian ones, as recognition (OCR) and keyboards put them, become
Russian.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from authorship.text.letters.folded import Edit

RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюяёАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁ"
LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONGEST_WORD = 60  # characters; the tokenizers do not know longer ones
# The kinds of one mark that the tokenizers fold themselves; every other kind becomes one of these.
DOUBLE_QUOTES, SINGLE_QUOTES, DASHES = "«»„“”‟″", "’‘`", "–—―−"
_SYMBOLS = "…№§°®½¼¾•€\u00a0\ufffd"
_DIGITS_AND_MARKS = "".join(character for character in map(chr, range(33, 127)) if not character.isalpha())
PLAIN = frozenset(RUSSIAN + _DIGITS_AND_MARKS + DOUBLE_QUOTES + SINGLE_QUOTES + DASHES + _SYMBOLS + " \t\n\r")
ACCENTED = "".join(chr(code) for code in range(0xC0, 0x180) if chr(code).isalpha())
USUAL = "".join(sorted(PLAIN)) + LATIN + ACCENTED + "ѢѣІіЇїЄєҐґЎўѲѳѴѵ"
_RUN = re.compile(
    f"[^\\W\\d_]?[^{re.escape(USUAL)}¬]+|(?<=[^\\W\\d_])¬|\r(?!\n)"
    "|(?<=[аеёиоуыэюя])['’](?=[а-яё])|(?<=[а-яё])`(?=[а-яё])"
)
# Between small letters these are an accent; an apostrophe only after a vowel.
_ACCENTS = frozenset("'’`´ʹʼˊˋˈ")
_VOWELS = frozenset("аеёиоуыэюя")
_SMALL = frozenset(RUSSIAN[: len(RUSSIAN) // 2])
_LINE_ENDS = frozenset("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
LINE_END_AHEAD = re.compile(
    r"[^\S\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]*[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]"
)
_SOFT_HYPHEN = "\u00ad"
# Breve and diaeresis make letters (й, ё, ў, ї); no other mark does in Russian.
_LETTER_MARKS = frozenset("\u0306\u0308")
_BLANKS = frozenset("\u2800\u3164\uffa0\u115f\u1160\u17b4\u17b5")
_SPECIAL = {
    **dict.fromkeys(
        "\u2010\u2011\u2043\u02d7\ufe63\uff0d\u1806\u1400\u058a\u05be\u2e17\u2e40\u30a0\u2e5d\u2e1a\U00010ead",
        "-",
    ),
    **dict.fromkeys("\u2012", "–"),
    **dict.fromkeys("─━⁓〜", "—"),
    **dict.fromkeys("‹〈《", "«"),
    **dict.fromkeys("›〉》", "»"),
    **dict.fromkeys("❝〝", "“"),
    **dict.fromkeys("❞〞〟＂ˮ‶", "”"),
    **dict.fromkeys("⹂", "„"),
    **dict.fromkeys("‚‛ʼʹ′‵＇´ʻʽˈˊˋ❛❜＇", "’"),
}
_MOST_MARKS = 8  # that are looked at over one letter; more are none of a language
_OBJECT = "\ufffc"  # stands where a picture was
_SHORT = 4  # characters of a run whose edits are remembered
_MANNERS = frozenset(["<wide>", "<small>", "<narrow>", "<font>", "<vertical>", "<circle>", "<square>"])


def fold_characters(text: str) -> Iterator[Edit]:
    """The edits that leave letters, marks and blanks of the usual kinds.

    Marks of direction, joiners, selectors and whatever else is not seen go, so do accents over Cyrillic
    letters; letters made for formulas, wide ones and ligatures become the plain ones; every blank becomes a
    space, every line's end "\\n" ("\\r\\n" stays), every hyphen "-", other dashes and quotes those that the
    tokenizers know. A symbol that clings to a word is parted from it by a space.
    """
    for match in _RUN.finditer(text):
        start, stop = match.span()
        alone = _fold_alone(match.group()) if stop - start <= _SHORT else None
        if alone is None:
            yield from _fold_run(text, start, stop)
        else:
            yield from ((start + begin, start + end, folded) for begin, end, folded in alone)


@lru_cache(4096)
def _fold_alone(run: str) -> tuple[Edit, ...] | None:
    """The edits of a short run, told once where what stands around it does not matter, else None."""
    if any(one in "\u00ad¬" or one in _ACCENTS or _is_symbol(fold_character(one)) for one in run):
        return None
    return tuple(_fold_run(run, 0, len(run)))


def _fold_run(text: str, start: int, stop: int) -> Iterator[Edit]:
    """The edits of one run: clusters of a character and the marks after it."""
    base = start
    while base < stop:
        drawn = end = base + 1
        while end < stop and is_mark(text[end]):
            end += 1
            drawn = drawn if unicodedata.category(text[end - 1]) == "Cf" else end
        folded = _fold_cluster(text[base : min(drawn, base + _MOST_MARKS)])
        if text[base] in _ACCENTS and _is_accent(text, base, end):
            folded = ""
        elif text[base] in "\u00ad¬":
            folded = "-" if LINE_END_AHEAD.match(text, end) else ""
        elif _clings(folded, text, base, end):
            folded = f" {folded} "
        if folded != text[base:drawn]:
            yield base, drawn, folded
        if drawn < end:
            yield drawn, end, ""
        base = end


def _is_accent(text: str, start: int, stop: int) -> bool:
    before, after = text[start - 1 : start], text[stop : stop + 1]
    return after in _SMALL and before in (_VOWELS if text[start] in "'’" else _SMALL)


def _clings(folded: str, text: str, start: int, stop: int) -> bool:
    """Whether a symbol touches a letter, whose whole word would be unknown with it."""
    return _is_symbol(folded) and (text[start - 1 : start].isalpha() or text[stop : stop + 1].isalpha())


def _is_symbol(folded: str) -> bool:
    return len(folded) == 1 and folded not in PLAIN and unicodedata.category(folded)[0] in "SNC"


@lru_cache(4096)
def is_mark(character: str) -> bool:
    """Whether the character is not seen, or stands over, under or around the one before it."""
    return unicodedata.category(character) in ("Mn", "Me", "Mc", "Cf") and character != _SOFT_HYPHEN


@lru_cache(4096)
def _fold_cluster(cluster: str) -> str:
    """A character with its marks as it is read; nothing where none of it is seen."""
    base = fold_character(cluster[0])
    marks = "".join(mark for mark in cluster[1:] if unicodedata.category(mark)[0] == "M")
    if not base or not marks or not base[-1].isalpha():
        return base
    if _is_cyrillic(base[-1]):
        marks = "".join(mark for mark in marks if mark in _LETTER_MARKS)[:1]
    composed = unicodedata.normalize("NFC", base + marks)
    return "".join(character for character in composed if not is_mark(character))


@lru_cache(4096)
def fold_character(character: str) -> str:
    """One character as it is read; a blank is a space, one that is not seen is nothing.

    >>> [fold_character(one) for one in "ѐ𝐨ｆ\u2009\u2011\u200b‹"]
    ['е', 'o', 'f', ' ', '-', '', '«']
    """
    category = unicodedata.category(character)
    if character in _LINE_ENDS:
        return "\n"
    if character in _BLANKS or category == "Zs":
        return " "
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character in PLAIN or character == "¬":
        return character
    if category in ("Cf", "Cn", "Cs", "Mn", "Me", "Mc") or character == _OBJECT:
        return ""
    if category == "Cc":
        return _of_windows(character)
    if category == "Pd":
        return "—"
    return _fold_letter(character) if category[0] == "L" or _is_wide(character) else character


def _of_windows(character: str) -> str:
    """A control character: nothing, but a quote or dash where Windows has these."""
    mark = bytes([ord(character)]).decode("cp1252", "ignore") if character >= "\x80" else ""
    return fold_character(mark) if mark and mark[0] in PLAIN else ""


def _fold_letter(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    parts = unicodedata.normalize("NFD", plain)
    if _is_cyrillic(parts[0]) and len(parts) == 2 and parts[1] not in _LETTER_MARKS:
        return parts[0]
    if len(plain) == 1 and _is_cyrillic(plain) and plain.islower():
        return plain.upper().lower()  # the rounded and long-legged kinds of old prints
    return "".join(one for one in plain if one.isalpha() or one in PLAIN) or character


def _is_wide(character: str) -> bool:
    """Whether the character is a letter, mark or digit made wide, small, ringed, or for formulas."""
    kind = unicodedata.decomposition(character).split(" ", 1)[0]
    return kind in _MANNERS and unicodedata.category(character) != "No"


def _is_cyrillic(character: str) -> bool:
    return "\u0400" <= character <= "\u052f" or unicodedata.name(character, "").startswith("CYRILLIC")


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
