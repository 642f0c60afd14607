"""Which encoding a file of Russian prose is in: mark, UTF-8, UTF-16, or one of five old code pages."""

import codecs
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

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
