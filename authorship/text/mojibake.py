"""Russian text that was decoded by another encoding than its own, saved so, and can be told from its letters.

ftfy undoes UTF-8 that was read as an old encoding; Russian files are more often one old encoding read as
another, which only the frequencies of letters show.
"""

import re
from collections import Counter
from dataclasses import dataclass
from heapq import nsmallest

from authorship.text.encodings import OLD_ENCODINGS, rarity, strangeness

_ORIGINALS = ("cp1251", "koi8-r", "cp866", "mac-cyrillic", "iso8859-5")
_READ_AS = (*OLD_ENCODINGS, "cp1252", "latin-1", "cp437", "cp850")
_GLANCE, _SAMPLE = 500, 3_000
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
    if _is_surely_russian(_sample(text, _GLANCE)):
        return None
    sample = _sample(text, _SAMPLE)
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


def _sample(text: str, size: int) -> str:
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
    return _FOREIGN.sub(lambda run: _as_utf8(run[0], known), text)


def _as_utf8(run: str, known: dict[str, int]) -> str:
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
    for encoding in _ORIGINALS
    if read_as != encoding
}
