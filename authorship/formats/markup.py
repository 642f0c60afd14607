"""XML from strangers through lxml: no entities, no network; broken markup is read as far as it goes."""

import codecs
import re
from dataclasses import dataclass, replace
from html import escape
from html.entities import html5
from typing import Any

from lxml import etree

from authorship.datamodels import DecodedText
from authorship.encodings import OLD_ENCODINGS, is_utf8
from authorship.errors import TextError
from authorship.formats.limits import TAGS, hostile
from authorship.formats.lines import Grammar, LineCollector
from authorship.text import decode_text

_DECLARED = re.compile(rb"""^\s*<\?xml[^<>]*?\bencoding\s*=\s*["']([\w.-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^<>]*\?>")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{0,31};)")
# What is no mistake comes first. A comment that never stops is taken whole, for the time that the next takes.
_STRAY = re.compile(
    r"<!--(?:.*?-->|.*)|<!\[CDATA\[(?:.*?\]\]>|.*)|<\?(?:.*?\?>|.*)|<!(?:DOCTYPE|ELEMENT|ATTLIST|NOTATION)\b"
    r"|<(?!/?[^\W\d][^<>]*>)|&(?!#?\w{1,32};)",
    re.DOTALL,
)
_BROKEN_ENTITY = re.compile(r"&#?\w{0,32}\Z")
_PIECE = 65_536
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
    """A document's lines and title; `whole` is false where its markup is broken and some may be lost."""

    lines: tuple[str, ...]
    title: str
    whole: bool


def decode_markup(data: bytes, encoding: str | None, limit: int) -> DecodedText:
    """Decode by the encoding given, else by the old one that the document declares, else by what is found.

    Raises:
        TextError: see `decode_text`.
    """
    return decode_text(data, encoding or _declared(data), limit)


def read_markup(data: bytes, limit: int) -> str:
    """`decode_markup` of a part of a book, of at most `limit` bytes; nothing where it is no text."""
    try:
        return decode_markup(data, None, limit).text
    except TextError:
        return ""


def _declared(data: bytes) -> str | None:
    """The old encoding in the XML declaration; a book that was converted to UTF-8 may still name it."""
    match = _DECLARED.match(data)
    try:
        name = codecs.lookup(match[1].decode().lower().removeprefix("x-")).name if match else None
    except LookupError:
        return None
    return name if name in OLD_ENCODINGS and not is_utf8(data) else None


def collect(text: str, grammar: Grammar, limit: int) -> Collected:
    """Read a document, at most `limit` characters of text; a stray < or & does not stop it.

    Raises:
        TextError: the document holds more text, defines entities, or has more tags than a book.
    """
    text = _prepare(text, TAGS)
    mended = _STRAY.sub(_mend, text)
    collected = _parse(mended, grammar, limit)
    return collected if len(mended) == len(text) else replace(collected, whole=False)


def read_tree(text: str) -> etree._Element | None:
    """Read a small document, such as a table of contents, as far as it goes; None where it holds nothing.

    Raises:
        TextError: the document defines entities, or has more than 200,000 tags.
    """
    try:
        mended = _STRAY.sub(_mend, _prepare(text, _TREE_TAGS))
        return etree.fromstring(mended.encode(), etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError:
        return None


def _prepare(text: str, tags: int) -> str:
    """The document without what XML forbids, and with characters for HTML's names of them."""
    if "<!ENTITY" in text:
        raise hostile("defines XML entities")
    if text.count("<") > tags:
        raise hostile(f"has more than {tags:,} tags")
    text = _without_broken_end(_FORBIDDEN.sub("", _DECLARATION.sub("", text, 1)))
    return _NAMED.sub(_character, text).lstrip()


def _without_broken_end(text: str) -> str:
    """A document that was cut within a tag or an entity, cut before it."""
    last = text.rfind("<")
    return _BROKEN_ENTITY.sub("", text if ">" in text[last:] else text[: max(last, 0)])


def _character(entity: re.Match[str]) -> str:
    """`&nbsp;` and its like, which XML knows from HTML's definitions alone, and those are not loaded."""
    return escape(html5.get(entity[1], entity[0]))


def _mend(found: re.Match[str]) -> str:
    """A < or & that starts nothing, as a character; the parser would stop there or look far for its end."""
    return found[0] if len(found[0]) > 1 else escape(found[0])


def _parse(text: str, grammar: Grammar, limit: int) -> Collected:
    collector = LineCollector(grammar, limit)
    parser = etree.XMLParser(target=collector, **_SAFE)
    try:
        for start in range(0, len(text), _PIECE):
            parser.feed(text[start : start + _PIECE].encode())
        parser.close()
        complaints = [*parser.feed_error_log, *parser.error_log]
        whole = all(complaint.level < etree.ErrorLevels.FATAL for complaint in complaints)
    except etree.XMLSyntaxError:
        collector.close()
        whole = False
    return Collected(tuple(collector.lines), collector.title, whole)
