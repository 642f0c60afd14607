"""Which encoding a file of Russian prose is in, and text that was read by a wrong one put right.

A file is told by its mark, as UTF-8 or UTF-16, or as one of five old code pages. Text that was decoded by
another encoding than its own and saved so is told by its letters: ftfy undoes UTF-8 that was read as an old
encoding; Russian files are more often one old encoding read as another, which only the frequencies of letters
show.
"""

import codecs
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import nsmallest

OLD_ENCODINGS = ("cp1251", "koi8-r", "cp866", "mac-cyrillic", "iso8859-5")
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", *OLD_ENCODINGS)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MARKS = tuple(mark for mark, _ in _MARKS)
# Tabs, line and page ends, and the end mark of DOS files are text; the other control characters are not.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f-\x84\x86-\x9f]")
_NO_CONTROL = re.compile("[\t-\r\x1a -~\x85\xa0-\U0010ffff]*+")
_SWAPPED_CASE = re.compile(r"(?<=[а-яё])[А-ЯЁ]|(?<=[А-ЯЁ]{2})[а-яё]|(?<=[А-ЯЁ])[а-яё](?=[А-ЯЁ])")
_CAPITALS = re.compile(r"[А-ЯЁ]+")
_TAG = re.compile(rb"<[^<>]{0,500}>")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_SENTENCE_STARTS = re.compile(r"(?:^|[.!?…\n])[\s«—-]{0,8}[А-ЯЁ]")
# No word starts with ъ, ы or ь, none has ъ or ь after a vowel, and few letters are a word by themselves.
_IMPOSSIBLE = re.compile(
    r"(?<![^\W\d_])[ъыьЪЫЬ]|[аеёиоуыэюяАЕЁИОУЫЭЮЯ][ъьЪЬ]|[ъьЪЬ]{2}"
    r"|(?<![^\W\d_])[ёйцнгшщзхфпрлдэчмтюЁЙЦНГШЩЗХФПРЛДЭЧМТЮ](?=\s)"
)
# Where cp1251 has the capitals З, И and С, Mac has «, » and —; the reverse happens to its dashes and quotes.
_MISPLACED_MARKS = re.compile(r"(?<=\s)»|[»—](?=[а-яё])|«(?=\s)|(?<=[а-яё])«|[.!?…]\s{1,8}«?[а-яё]")
_LETTER = re.compile(r"[А-яЁё]")
_SMALL, _CAPITAL = re.compile(r"[а-яё]"), re.compile(r"[А-ЯЁ]")
_BY_FREQUENCY = "оеаинтсрвлкмдпуяыьгзбчйхжшёюцщэфъ"
_PUNCTUATION = ' \r\n.,;:!?()«»"—-'
_RARE_PUNCTUATION = "\t\u00a0…“”„’–№"
_PROSE = re.compile(r"[\s\x20-\x7e\xa0-\u024f\u0300-\u036f\u0370-\u04ff\u1e00-\u206f\u2100-\u214f\ufeff]")
# Runs of zero bytes fill a block or a hole; UTF-16 has none of four, and its pairs are kept together.
_PADDING = re.compile(rb"(?:\x00\x00){2,}")
_SAMPLE = 100_000
# How much stranger the declared encoding may look than the likeliest: a text may be in another language.
_DECLARED_MARGIN = 1.12


@dataclass(frozen=True, slots=True)
class FoundEncoding:
    """The encoding of the bytes from `start` on; `claimed` is what the file says if that is another one.

    `text` is all of them decoded, where that was needed to find it.
    """

    name: str
    start: int = 0
    claimed: str | None = None
    text: str | None = field(default=None, repr=False)


def find_encoding(data: bytes, declared: str | None = None) -> FoundEncoding:
    """The encoding of `data`; where none fits, the likeliest.

    Its mark, and what it declares, count as long as the bytes do not contradict them: a wrong encoding makes
    signs that no Russian text has.
    """
    if not data.startswith(MARKS) and b"\0" not in data and (text := _as_utf8(data)) is not None:
        return FoundEncoding("utf-8", claimed=_claim(declared, "utf-8"), text=text)
    mark = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), None)
    if mark and _plausible(data[:_SAMPLE].decode(mark[1], "replace")):
        return FoundEncoding(mark[1], claimed=_claim(declared, mark[1]))
    start = len(mark[0]) if mark else 0
    name = _find_unmarked(_without_padding(data[start:]), declared)
    if not mark:
        return FoundEncoding(name, claimed=_claim(declared, name))
    if not _plausible(data[start:][:_SAMPLE].decode(name, "replace")):
        return FoundEncoding(mark[1])
    return FoundEncoding(name, start, mark[1].removesuffix("-sig"))


def _find_unmarked(data: bytes, declared: str | None) -> str:
    if is_utf8(data):
        return "utf-8"
    return _find_utf16(data) or _find_old(_sample(data), _family(declared or ""))


def _without_padding(data: bytes) -> bytes:
    return _PADDING.sub(b"", data) if b"\0" in data else data


def _claim(declared: str | None, name: str) -> str | None:
    """What is declared, where that is another encoding than this."""
    return declared if declared and _family(declared) != _family(name) else None


def _family(name: str) -> str:
    """One name for encodings that differ in byte order, mark or a few letters; unknown ones have none."""
    try:
        plain = codecs.lookup(name.lower().removeprefix("x-")).name
    except (LookupError, ValueError):
        return ""
    plain = plain.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    return {"koi8-u": "koi8-r", "ascii": "utf-8"}.get(plain, plain)


def _plausible(text: str) -> bool:
    """Whether a reading holds, but for a tenth, letters, digits and marks of European prose."""
    text = text.replace("\0", "")
    return len(_PROSE.findall(text)) * 10 >= len(text) * 9


def _sample(data: bytes) -> bytes:
    """The bytes from the first that is not ASCII, without tags: those tell no encoding from another."""
    first = _NOT_ASCII.search(data)
    start = first.start() if first else 0
    sample = data[start : start + _SAMPLE]
    return _TAG.sub(b" ", sample) if b"<" in sample else sample


def is_binary(text: str) -> bool:
    """Whether more than one character in 500 is a control character; scans hold a stray one."""
    return not _NO_CONTROL.fullmatch(text) and len(_CONTROL.findall(text)) * 500 > len(text)


def is_utf8(data: bytes) -> bool:
    """Russian in UTF-16 is valid UTF-8 too, but makes control characters."""
    return _as_utf8(data) is not None


def _as_utf8(data: bytes) -> str | None:
    """The text, where it is one of UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if is_binary(text) else text


def _find_utf16(data: bytes) -> str | None:
    """Cyrillic has 4 and ASCII 0 in each character's high byte; no text of one-byte letters has those."""
    for encoding, high in (("utf-16-le", data[1::2]), ("utf-16-be", data[0::2])):
        if (high.count(0) + high.count(4)) * 10 > len(high) * 8:
            return encoding
    return None


def _find_old(sample: bytes, declared: str) -> str:
    """The encoding that makes the bytes look most like Russian, the declared one if it looks nearly as good.

    Of two that do so equally the one with more letters is taken.

    UTF-8 is a candidate too: a book in it stays UTF-8 if a few of its bytes are damaged.
    """
    readings = {name: sample.decode(name, "replace") for name in ("utf-8", *OLD_ENCODINGS)}
    costs = {name: strangeness(reading) for name, reading in readings.items()}
    least = min(costs.values())
    likeliest = max(
        (name for name, cost in costs.items() if cost == least),
        key=lambda name: len(_LETTER.findall(readings[name])),
    )
    return declared if costs.get(declared, float("inf")) <= costs[likeliest] * _DECLARED_MARGIN else likeliest


def _character_costs() -> dict[str, float]:
    """Roughly minus the log frequency in Russian; runs of capitals are counted by the caller."""
    costs = {letter: 0.16 * rank for rank, letter in enumerate(_BY_FREQUENCY)}
    costs |= {letter.upper(): cost for letter, cost in costs.items()}
    costs |= {character: 4.0 for character in map(chr, range(32, 127))}
    costs |= {character: 4.0 for character in _RARE_PUNCTUATION}
    costs["Ё"] = 6.0  # Mac's Ё is the Э of cp1251, which starts far more words
    return costs | {character: 1.0 for character in _PUNCTUATION}


_COSTS = _character_costs()


def rarity(counts: Mapping[str, int]) -> float:
    """What the characters of a reading cost, whatever their order: the less they are Russian, the more."""
    return sum(_COSTS.get(character, 8.0) * count for character, count in counts.items())


def strangeness(text: str) -> float:
    """How unlike Russian a reading looks; of readings of the same bytes the least strange is right."""
    counts = Counter(text)
    cost = rarity(counts) + 2.0 * len(_CAPITALS.findall(text)) - 2.0 * len(_SENTENCE_STARTS.findall(text))
    cost += 6.0 * (len(_SWAPPED_CASE.findall(text)) + len(_IMPOSSIBLE.findall(text)))
    cost += 4.0 * len(_MISPLACED_MARKS.findall(text)) + 3.0 * abs(counts["«"] - counts["»"])
    return cost + _stray_small_letters(text)


def _stray_small_letters(text: str) -> float:
    """The cost of small letters among capitals: cp866 and Mac have the same capitals but for Ё."""
    small, capital = len(_SMALL.findall(text)), len(_CAPITAL.findall(text))
    return 10.0 * small if small * 9 < capital else 0.0


_READ_AS = (*OLD_ENCODINGS, "cp1252", "latin-1", "cp437", "cp850")
_GLANCE, _LOOK = 500, 3_000
_LOOKED_AT = 4
_LEAST_LETTERS = 40
# In Russian these are more than a third of all letters, none more than a ninth; decoded wrongly, a tenth.
_FREQUENT, _FREQUENT_SHARE, _MOST_OF_ONE = "оеаинт", 0.3, 0.12
# The same of all signs, blanks included: four in five are letters.
_SHARE_OF_ALL = 0.25
# A repair must leave the text this much less strange; one that merely swaps rare signs does not.
_GAIN = 0.6
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class Repaired:
    """The text as it was written: in `encoding`, but read as `read_as`."""

    text: str
    read_as: str
    encoding: str


def repair(text: str) -> Repaired | None:
    """The text read anew by its own encoding, or None where it looks like Russian or no reading does.

    >>> wrong = ("Вечер сошёл на пристань тихо, без ветра. " * 3).encode("koi8-r").decode("cp1251")
    >>> repair(wrong).text[:28]
    'Вечер сошёл на пристань тихо'
    """
    if _is_surely_russian(_excerpt(text, _GLANCE)):
        return None
    sample = _excerpt(text, _LOOK)
    if _looks_russian(sample):
        return None
    counts = Counter(sample)
    rough = {pair: rarity(_converted(counts, *pair)) for pair in _TABLES}
    rough |= {(read_as, "utf-8"): rarity(Counter(_convert(sample, read_as, "utf-8"))) for read_as in _READ_AS}
    likeliest = nsmallest(_LOOKED_AT, rough, key=lambda pair: rough[pair])
    readings = {pair: _convert(sample, *pair) for pair in likeliest}
    costs = {pair: strangeness(reading) for pair, reading in readings.items()}
    best = min(costs, key=lambda pair: costs[pair])
    if costs[best] > strangeness(sample) * _GAIN or not _looks_russian(readings[best]):
        return None
    return Repaired(_convert(text, *best), *best)


def _converted(counts: Counter[str], read_as: str, encoding: str) -> Counter[str]:
    """The characters after an undone reading, without converting the text."""
    table = _TABLES[read_as, encoding]
    converted: Counter[str] = Counter()
    for sign, count in counts.items():
        converted[table.get(ord(sign), sign)] += count
    return converted


def _excerpt(text: str, size: int) -> str:
    """A piece from the first letter that is not ASCII, and one from the middle of what follows it."""
    first = _FOREIGN.search(text)
    if first is None:
        return ""
    start = first.start()
    middle = max(start + size, (start + len(text)) // 2)
    return text[start : start + size] + text[middle : middle + size]


def _is_surely_russian(sample: str) -> bool:
    """Whether it is so even if blanks and marks are counted among the letters, as in nearly all texts."""
    counts = [sample.count(letter) for letter in _FREQUENT]
    return sum(counts) >= len(sample) * _SHARE_OF_ALL and max(counts) <= len(sample) * _MOST_OF_ONE


def _looks_russian(sample: str) -> bool:
    """Whether the letters beyond ASCII are too few to tell, or have the frequencies of Russian ones."""
    foreign = sum(map(len, _FOREIGN.findall(sample)))
    frequent = sum(min(sample.count(letter), foreign * _MOST_OF_ONE) for letter in _FREQUENT)
    return _is_surely_russian(sample) or foreign < _LEAST_LETTERS or frequent >= foreign * _FREQUENT_SHARE


def _convert(text: str, read_as: str, encoding: str) -> str:
    """Undo the reading of bytes in `encoding` as `read_as`; what that does not have stays."""
    if encoding != "utf-8":
        return text.translate(_TABLES[read_as, encoding])
    known = _BYTES[read_as]
    return _FOREIGN.sub(lambda run: _run_as_utf8(run[0], known), text)


def _run_as_utf8(run: str, known: dict[str, int]) -> str:
    """A run of signs as the UTF-8 that they were; one that is not whole stays."""
    if not all(sign in known for sign in run):
        return run
    return bytes(known[sign] for sign in run).decode("utf-8", "replace")


def _bytes_of(name: str) -> dict[str, int]:
    """The byte of each sign beyond ASCII; a byte without a sign is a control character or U+FFFD."""
    known = {"\ufffd": 0x98} if name == "cp1251" else {}
    for byte in range(0x80, 0x100):
        known[bytes([byte]).decode(name, "ignore") or chr(byte)] = byte
    return known


_BYTES = {name: _bytes_of(name) for name in _READ_AS}
_TABLES = {
    (read_as, encoding): {
        ord(sign): bytes([byte]).decode(encoding, "replace") for sign, byte in _BYTES[read_as].items()
    }
    for read_as in _READ_AS
    for encoding in OLD_ENCODINGS
    if read_as != encoding
}
