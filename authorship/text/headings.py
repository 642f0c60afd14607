"""Chapters: headings that a format marks, and headings that a plain line shows by its words alone."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, islice, pairwise

from authorship.datamodels import Heading

MOST_HEADINGS = 2_000
LONGEST_HEADING = 80
"""Characters of a heading that are kept."""
_LONGEST_LINE = 160
_DEEPEST = 9

_LEVELS = {
    1: "том книга",
    2: "часть отдел",
    3: "глава действие акт песнь тетрадь письмо рассказ повесть очерк ночь вечер день пролог эпилог "
    "предисловие вступление введение заключение послесловие",
    4: "картина сцена явление",
}
_LEVEL = {word: level for level, words in _LEVELS.items() for word in words.split()}
_NUMBERED, _ALONE = 3, 5
_UNNUMBERED = (
    "пролог|эпилог|предисловие|вступление|введение|заключение|послесловие|вместо предисловия|от автора"
)
_TENS = "двадцать|тридцать|сорок|пятьдесят|шестьдесят|семьдесят|восемьдесят|девяносто|сто"
_ORDINAL = (
    rf"(?:(?:{_TENS})\s)?(?:перв|втор|треть|четв[её]рт|пят|шест|седьм|восьм|девят|десят|"
    r"(?:один|две|три|четыр|пят|шест|сем|восем|девят)надцат|двадцат|тридцат|сороков|последн)"
    r"(?:ая|ое|ый|ой|ий|я|е)"
)
# Old print sets Х, І, М, С and У of the Russian or Ukrainian alphabet for Roman numerals.
_ROMAN_LETTERS = "IVXLCDMІХСМУ"
_TO_LATIN = str.maketrans("ІХСМУ", "IXCMV")
_NUMBER = rf"(?:\d{{1,3}}|[{_ROMAN_LETTERS}]{{1,9}}|{_ORDINAL})"
_WORDS = "|".join(sorted(_LEVEL.keys() - _UNNUMBERED.split("|"), key=len, reverse=True))
_REST = r"(?:\s?[.:,—–-]\s?.*|\s?\(.*\))?"
_NAMED = re.compile(
    rf"(?:(?P<word>{_WORDS})\s(?:№\s?)?{_NUMBER}|{_ORDINAL}\s(?P<last>{_WORDS})|(?P<bare>{_UNNUMBERED})){_REST}",
    re.IGNORECASE,
)
_ROMAN_ALONE = re.compile(rf"[{_ROMAN_LETTERS}]{{1,9}}\.?")
_ARABIC_ALONE = re.compile(r"(?:§\s?)?(\d{1,3})\.?")
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,4})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
# A line as short as a heading that begins as headings do: most lines of prose are passed over here.
_LINE = re.compile(
    rf"(?:^|(?<=\r))[^\S\n\r]*([A-ZА-ЯЁІ0-9§][^\n\r]{{0,{_LONGEST_LINE}}})(?![^\n\r])", re.MULTILINE
)
# Lines looked at, far more than a book has that may be headings, and lines kept as such.
_MOST_LINES, _MOST_KEPT = 200_000, 20_000
# Headings one right below another: more of them are a table of contents.
_MOST_JOINED = 4
# Nearer to each other than this, in characters, lines of a number are the pages of a book.
_FAR_APART = 2_600


@dataclass(frozen=True, slots=True)
class _Number:
    """A line that is nothing but a number."""

    start: int
    text: str
    value: int
    roman: bool


def find_headings(text: str) -> tuple[Heading, ...]:
    """The lines of a text that are headings by their words: «Глава I», «ЧАСТЬ ВТОРАЯ», «XIV.», «Эпилог».

    A number alone counts only where it goes on from the one before, as chapters do; so does none of an Arabic
    row as close as pages. One pass over the text.
    """
    named: list[Heading] = []
    numbers: list[_Number] = []
    for start, line in _lines(text):
        if len(named) + len(numbers) >= _MOST_KEPT:
            break
        if found := _NAMED.fullmatch(line):
            if _is_title(line):
                word = (found["word"] or found["last"] or found["bare"]).lower()
                named.append(Heading(start, line, _LEVEL.get(word, _NUMBERED)))
        elif number := _number(start, line):
            numbers.append(number)
    return tuple(sorted([*named, *_counted(numbers)], key=lambda heading: heading.start))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that may be headings, with the character at which their words start."""
    candidates = islice(_LINE.finditer(text), _MOST_LINES)
    return ((found.start(1), " ".join(found[1].split())) for found in candidates)


def _is_title(line: str) -> bool:
    """Whether a line begins as titles do; one that ends in a comma or a semicolon goes on."""
    return line[0].isupper() and line[-1] not in ",;"


def _number(start: int, line: str) -> _Number | None:
    if _ROMAN_ALONE.fullmatch(line):
        letters = line.rstrip(".").translate(_TO_LATIN)
        return _Number(start, line, roman(letters), True) if _ROMAN.fullmatch(letters) else None
    found = _ARABIC_ALONE.fullmatch(line)
    return _Number(start, line, int(found[1]), False) if found else None


def roman(numeral: str) -> int:
    """The value of a Roman numeral: XIV is 14."""
    values = [_VALUES[letter] for letter in numeral]
    return sum(-one if one < next_one else one for one, next_one in pairwise([*values, 0]))


def _counted(numbers: Sequence[_Number]) -> Iterator[Heading]:
    """Those numbers that stand in a row 1, 2, 3, …, which may begin anew with each part."""
    for kind in (True, False):
        rows: list[list[_Number]] = []
        for number in (one for one in numbers if one.roman is kind):
            if rows and number.value == rows[-1][-1].value + 1:
                rows[-1].append(number)
            elif number.value == 1:
                rows.append([number])
        for row in rows:
            if len(row) > 1 and (kind or _far_apart(row)):
                yield from (Heading(number.start, number.text, _ALONE) for number in row)


def _far_apart(row: Sequence[_Number]) -> bool:
    return row[-1].start - row[0].start >= _FAR_APART * (len(row) - 1)


def line_headings(lines: Sequence[str], levels: Mapping[int, int]) -> tuple[Heading, ...]:
    """The headings among the lines of a text, joined by line feeds; `levels` is by a line's number."""
    if not levels:
        return ()
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    known = sorted(number for number in levels if number < len(lines))
    return tuple(Heading(starts[number], lines[number], levels[number]) for number in known)


def settle_headings(text: str, marked: Sequence[Heading]) -> tuple[Heading, ...]:
    """The headings that a format marks and those found by their words, at most `MOST_HEADINGS`.

    Headings on neighbouring lines are one: «Часть первая. Глава I»; but a whole list of them, unless it is
    marked, is a table of contents. Where there are more than are kept, the innermost levels go.
    """
    starts = {heading.start for heading in marked}
    found = [heading for heading in find_headings(text) if heading.start not in starts]
    lines = sorted([*marked, *found], key=lambda heading: heading.start)
    numbered = zip(_joints(text, lines), lines, strict=True)
    runs = [[line for _, line in run] for _, run in groupby(numbered, lambda pair: pair[0])]
    kept = [
        run if len(run) <= _MOST_JOINED else [line for line in run if line.start in starts] for run in runs
    ]
    return _fewest([_join(run) for run in kept if run])


def _joints(text: str, lines: Sequence[Heading]) -> Iterator[int]:
    """The number of the heading to which each line belongs."""
    number, stop = -1, -1
    for line in lines:
        number += number < 0 or bool(text[stop : line.start].strip())
        stop = len(text) if (end := text.find("\n", line.start)) < 0 else end
        yield number


def _join(run: Sequence[Heading]) -> Heading:
    words = " ".join(" ".join(line.text.split()) + ("" if line.text[-1:] in ".!?…:" else ".") for line in run)
    text = words if len(run) > 1 else " ".join(run[0].text.split())
    if len(text) > LONGEST_HEADING:
        text = text[: LONGEST_HEADING - 1].rstrip(" .,") + "…"
    return Heading(run[0].start, text.removesuffix("."), min(line.level for line in run))


def _fewest(headings: Sequence[Heading]) -> tuple[Heading, ...]:
    for deepest in range(_DEEPEST, 0, -1):
        kept = tuple(heading for heading in headings if heading.level <= deepest)
        if len(kept) <= MOST_HEADINGS:
            return kept
    return tuple(heading for heading in headings if heading.level == 1)[:MOST_HEADINGS]


def shifted(headings: Sequence[Heading], characters: int) -> tuple[Heading, ...]:
    """The same headings where the text before them is longer by so many characters."""
    return tuple(Heading(one.start + characters, one.text, one.level) for one in headings)
