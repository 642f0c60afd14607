"""XML from strangers through lxml: no entities, no network; broken markup is read as far as it goes."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from html.entities import html5
from typing import Any, TypeVar

from lxml import etree

from authorship.datamodels import DecodedText, Notice, NoticeCode
from authorship.errors import TextError
from authorship.text.decode import decode_text
from authorship.text.encodings import MARKS, OLD_ENCODINGS, is_utf8
from authorship.text.formats.balance import balance
from authorship.text.formats.limits import MENDED, TAGS, hostile
from authorship.text.formats.lines import Grammar, LineCollector
from authorship.text.formats.prose import ProseCollector
from authorship.text.notices import damaged, left_out

_DECLARED = re.compile(
    rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^<>]{0,200}?\bencoding\s{0,9}=\s{0,9}["']([\w.-]{1,40})["']"""
)
_META = re.compile(rb"""<meta\s[^<>]{0,200}?\bcharset\s{0,9}=\s{0,9}["']?([\w.-]{1,40})""", re.I)
_DECLARATION = re.compile(r"^\s*<\?xml[^<>]*\?>")
# Old documents choose parts of their grammar so, which is not read anyway.
_PARAMETERS = re.compile(
    r"<!DOCTYPE\b[^<>\[]{0,999}\[(?:\s++|%[\w.:-]{1,99};|<!--.{0,999}?-->"
    r"|<!ENTITY\s+%\s+[\w.:-]{1,99}\s+(?:\"[^\"<>]{0,999}\"|'[^'<>]{0,999}')\s*>)*+\]\s{0,99}>",
    re.DOTALL,
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Entities that stand for a few characters and for no other entity.
_PLAIN_ENTITY = (
    r"<!ENTITY\s+[\w.:-]{1,99}\s+(?:\"(?:[^\"<>&%]|&#\w{1,9};){0,9}\"|'(?:[^'<>&%]|&#\w{1,9};){0,9}')\s*>"
)
_PLAIN_ENTITIES = re.compile(
    rf"<!DOCTYPE\b[^<>\[]{{0,999}}\[((?:\s++|<!--.{{0,999}}?-->|{_PLAIN_ENTITY})*+)\]\s{{0,99}}>", re.DOTALL
)
_ENTITY = re.compile(r"<!ENTITY\s+([\w.:-]+)\s+(?:\"([^\"]*)\"|'([^']*)')")
# Numbers that XML forbids or that mean something else to browsers: halves of characters, controls.
_HALVES = re.compile(
    r"&#(?:x(d[89ab][\da-f]{2})|(55[2-9]\d\d|56[0-2]\d\d|563[01]\d));"
    r"&#(?:x(d[c-f][\da-f]{2})|(56[3-9]\d\d|57[0-2]\d\d|573[0-3]\d|5734[0-3]));",
    re.IGNORECASE,
)
_NO_CHARACTER = re.compile(
    r"&#(?:x0{0,6}(?:d[89a-f][\da-f]{2}|[01]?[\da-f]|[89][\da-f]|fff[ef])"
    r"|0{0,6}(?:[0-2]?\d|3[01]|12[89]|1[345]\d|5[5-7]\d{3}|6553[45]));",
    re.IGNORECASE,
)
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{0,31};)")
_NAMED_PIECE, _LONGEST_NAMED = 1_000_000, 33
# What is no mistake comes first. A comment that never stops is taken whole, for the time that the next takes.
_STRAY = re.compile(
    r"<!--(?:.*?-->|.*)|<!\[CDATA\[(?:.*?\]\]>|.*)|<\?(?:.*?\?>|.*)|<!(?:DOCTYPE|ELEMENT|ATTLIST|NOTATION)\b"
    r"|<(?!/?[A-Za-z_][^<>]*>)|&(?!#?\w{1,32};)",
    re.DOTALL,
)
_BROKEN_ENTITY = re.compile(r"&#?\w{0,32}\Z")
_PIECE = 65_536
# Bytes of a part that tell its encoding for sure, and how many shorter ones are looked at.
_TELLING, _GUESSES = 4_096, 20
# How many parts in order show that a book was never decoded wrongly.
_UNMENDED = 3
_HEAD = 2_048
_TREE_TAGS = 200_000
_SAFE: dict[str, Any] = {
    "encoding": "utf-8",
    "recover": True,
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


@dataclass(frozen=True, slots=True)
class Collected:
    """A document's lines and title; `whole` is false where its markup is broken and some may be lost.

    `left_out`, `marked` and `headings` are `LineCollector`'s.
    """

    lines: tuple[str, ...]
    title: str
    whole: bool
    left_out: Mapping[NoticeCode, int] = field(default_factory=dict)
    marked: frozenset[str] = frozenset()
    headings: Mapping[int, int] = field(default_factory=dict)
    notes: int = 0  # lines that start as notes do and were kept

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a reader should know of how the document was read."""
        return (() if self.whole else (damaged(),)) + left_out(self.left_out)


Collector = Callable[[Grammar, int], LineCollector]
Target = TypeVar("Target", bound=LineCollector | ProseCollector)


def decode_markup(data: bytes, encoding: str | None, limit: int) -> DecodedText:
    """Decode by the encoding given, else by what the bytes are in, whatever the document declares.

    Raises:
        TextError: see `decode_text`.
    """
    return decode_text(data, encoding, limit, _declared(data))


def read_markup(data: bytes, limit: int) -> str:
    """`decode_markup` of a part of a book, of at most `limit` bytes; nothing where it is no text."""
    return Parts(limit).decode(data)


class Parts:
    """Decodes the parts of one book, each of at most `limit` bytes; their `notices` are gathered.

    An old encoding that was found in one of them, or after many too short to tell, is that of all which
    declare none.
    """

    def __init__(self, limit: int) -> None:
        self.notices: list[Notice] = []
        self._limit = limit
        self._encoding: str | None = None
        self._guesses = self._unmended = 0

    def decode(self, data: bytes) -> str:
        """A part's text; nothing where it is none."""
        declared = _declared(data)
        settled = self._encoding and not declared and not data.startswith(MARKS) and not is_utf8(data)
        try:
            encoding = self._encoding if settled else None
            decoded = decode_text(data, encoding, self._limit, declared, mend=self._unmended < _UNMENDED)
        except TextError:
            return ""
        self.notices += decoded.notices
        self._unmended += len(data) >= _TELLING and not any(n.code == "mojibake" for n in decoded.notices)
        if decoded.encoding in OLD_ENCODINGS:
            self._guesses += 1
            if len(data) >= _TELLING or self._guesses >= _GUESSES:
                self._encoding = decoded.encoding
        return decoded.text


def _declared(data: bytes) -> str | None:
    """The encoding in the XML declaration, or in a page's head."""
    match = _DECLARED.match(data) or _META.search(data, 0, _HEAD)
    return match[1].decode() if match else None


def collect(text: str, grammar: Grammar, limit: int, target: Collector = LineCollector) -> Collected:
    """Read a document, at most `limit` characters of text; a stray < or & does not stop it, nor an open tag.

    Raises:
        TextError: the document holds more text, defines entities, or has more tags than a book.
    """
    collector, whole = read_xml(text, grammar, lambda: target(grammar, limit))
    return Collected(
        tuple(collector.lines),
        collector.title,
        whole,
        dict(collector.left_out),
        frozenset(collector.marked),
        dict(collector.headings),
        len(collector.notes.numbers),
    )


def read_xml(text: str, grammar: Grammar, target: Callable[[], Target]) -> tuple[Target, bool]:
    """The target that a document was fed to, and whether it is well-formed; of a broken one tags are closed.

    Raises:
        TextError: the document defines entities, has more tags than a book, or holds more than is taken.
    """
    text = _prepare(text, TAGS)
    mended, fed = _mended(text), target()
    if _parse(_slices(mended), fed):
        return fed, len(mended) == len(text)
    fed = target()
    _parse(_joined(balance(mended, grammar)), fed)
    return fed, False


def read_tree(text: str, grammar: Grammar) -> etree._Element | None:
    """Read a small document, such as a table of contents, as far as it goes; None where it holds nothing.

    Raises:
        TextError: the document defines entities, or has more than 200,000 tags.
    """
    mended = _mended(_prepare(text, _TREE_TAGS))
    if not mended:
        return None
    try:
        return etree.fromstring(mended.encode(), etree.XMLParser(**_SAFE | {"recover": False}))
    except etree.XMLSyntaxError:
        balanced = "".join(balance(mended, grammar))
    try:
        return etree.fromstring(balanced.encode(), etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError:
        return None


def _prepare(text: str, tags: int) -> str:
    """The document without what XML forbids, and with characters for HTML's names of them."""
    if "<!ENTITY" in text:
        text = _with_entities(_PARAMETERS.sub("", text, 1))
    if "<!ENTITY" in text:
        raise hostile("defines XML entities")
    if text.count("<") > tags:
        raise hostile(f"has more than {tags:,} tags")
    text = _without_broken_end(_FORBIDDEN.sub("", _DECLARATION.sub("", text, 1)))
    if "&#" in text:
        text = _NO_CHARACTER.sub(_as_browsers_do, _HALVES.sub(_joined_halves, text))
    return _without_names(text).lstrip()


def _without_broken_end(text: str) -> str:
    """A document that was cut within a tag or an entity, cut before it."""
    last = text.rfind("<")
    return _BROKEN_ENTITY.sub("", text if text.find(">", max(last, 0)) >= 0 else text[: max(last, 0)])


def _with_entities(text: str) -> str:
    """A document with the characters for which its own entities stand, where they are no more than that."""
    subset = _PLAIN_ENTITIES.search(text)
    if subset is None:
        return text
    values = {name: one or other for name, one, other in _ENTITY.findall(subset[1])}
    text = text[: subset.start()] + text[subset.end() :]
    return re.sub(r"&([\w.:-]{1,99});", lambda found: values.get(found[1], found[0]), text)


def _joined_halves(found: re.Match[str]) -> str:
    """A character of which a script wrote the two halves that UTF-16 has for it."""
    high, low = (
        int(found[place], 16) if found[place] else int(found[place + 1] or found[place + 2])
        for place in (1, 3)
    )
    return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


def _as_browsers_do(found: re.Match[str]) -> str:
    """Numbers of the old Windows are its characters (&#151; is a dash), those of no character are nothing."""
    return _FORBIDDEN.sub("", unescape(found[0])).replace("\ufffd", "")


def _without_names(text: str) -> str:
    """`&nbsp;` and its like as characters: XML has them from HTML's definitions, which are not loaded."""
    if "&" not in text:
        return text
    pieces, start, left = [], 0, MENDED
    while start < len(text):
        stop = start + _NAMED_PIECE
        begun = text.rfind("&", stop - _LONGEST_NAMED, stop)
        piece, mended = _NAMED.subn(_character, text[start : begun if begun > start else stop])
        start, left = begun if begun > start else stop, left - mended
        pieces.append(piece)
        _check_mended(left)
    return "".join(pieces)


def _character(entity: re.Match[str]) -> str:
    return escape(html5.get(entity[1], entity[0]))


def _mended(text: str) -> str:
    """Every < and & that starts nothing as a character: a parser would stop there or look far for its end."""
    mended, count = _STRAY.subn(_mend, text, MENDED + 1)
    _check_mended(MENDED - count)
    return mended


def _check_mended(left: int) -> None:
    if left < 0:
        raise hostile(f"has more than {MENDED:,} stray or named characters (&)")


def _mend(found: re.Match[str]) -> str:
    return found[0] if len(found[0]) > 1 else escape(found[0])


def _slices(text: str) -> Iterable[str]:
    return (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))


def _joined(pieces: Iterable[str]) -> Iterable[str]:
    """The same text in pieces of a size that a parser takes well."""
    waiting, size = [], 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)


def _parse(pieces: Iterable[str], target: LineCollector | ProseCollector) -> bool:
    """Parse up to the first fault but one, an undeclared prefix: whether there is none."""
    parser = etree.XMLParser(target=target, **_SAFE)
    try:
        for piece in pieces:
            parser.feed(piece.encode())
        parser.close()
    except etree.XMLSyntaxError:
        target.close()
        return False
    return not _broken(parser.feed_error_log) and not _broken(parser.error_log)


def _broken(log: etree._ListErrorLog) -> bool:
    return any(complaint.level >= etree.ErrorLevels.FATAL for complaint in log)
