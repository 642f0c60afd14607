"""Lines of prose from a document's tags as the parser goes along; what is left out is counted by kind."""

import re
from collections import Counter
from collections.abc import Mapping
from html import escape
from html.entities import html5
from typing import Any, Literal

from lxml import etree

from authorship.datamodels import NoticeCode
from authorship.errors import TextError
from authorship.formats.limits import TAGS, hostile

Attributes = Mapping[str, str]
Part = NoticeCode | Literal["prose", "machinery"]
"""Prose is read; machinery, such as a script, is no text; everything else is left out and told."""

_BLANKS = re.compile(r"[ \t\r\n\f]+")
_DECLARATION = re.compile(r"^\s*<\?xml[^<>]*\?>")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{0,31};)")
_PIECE = 65_536
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


class ProseCollector:
    """A target of lxml's parsers that gathers `lines`; a format says which tags mean what.

    Attributes:
        lines: the text, a line each, blanks folded.
        title: the document's own, from the tag `title_tag`.
        counts: how many parts were left out, by kind.
    """

    blocks: frozenset[str] = frozenset()
    title_tag = "title"

    def __init__(self, limit: int) -> None:
        self.lines: list[str] = []
        self.title = ""
        self.counts: Counter[NoticeCode] = Counter()
        self._limit = self._left = limit
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._skipped = 0
        self._in_title = False

    def part(self, name: str, attributes: Attributes) -> Part:
        """What a tag holds; but for prose it is left out with all it contains."""
        raise NotImplementedError

    @property
    def kept(self) -> int:
        """How many characters were read."""
        return sum(map(len, self.lines))

    def start(self, tag: str, attributes: Attributes) -> None:
        """A tag opens."""
        name = tag.rpartition("}")[2]
        if name == self.title_tag and not self.title:
            self._in_title = True
        if self._skipped:
            self._skipped += 1
            return
        part = self.part(name, attributes)
        if part != "prose":
            self._skip(part)
            return
        if name in self.blocks:
            self.end_line()
        self._open.append(name)
        self.opened(name, attributes)

    def opened(self, name: str, attributes: Attributes) -> None:
        """A tag that is read has opened; it stands last in `_open`."""

    def end(self, tag: str) -> None:
        """A tag closes."""
        name = tag.rpartition("}")[2]
        if name == self.title_tag:
            self._in_title = False
        if self._skipped:
            self._skipped -= 1
            return
        self.closing(name)
        self._open.pop()
        if name in self.blocks:
            self.end_line()

    def closing(self, name: str) -> None:
        """A tag that is read is about to close; it stands last in `_open`."""

    def data(self, text: str) -> None:
        """Text between tags, in pieces of any length.

        Raises:
            TextError: there are more characters than the limit.
        """
        if self._in_title:
            self.title += text
        if self._skipped:
            return
        self._left -= len(text)
        if self._left < 0:
            message = f"The book has more than the {self._limit:,} characters that are read: split it."
            raise TextError("too_large", message, size=self._limit - self._left, limit=self._limit)
        self.add(text)

    def add(self, text: str) -> None:
        """Text that is read."""
        self._pieces.append(text)

    def end_line(self) -> None:
        """Keep the line so far, if there is anything in it."""
        if not self._pieces:
            return
        line = _BLANKS.sub(" ", "".join(self._pieces)).strip()
        self._pieces.clear()
        if line:
            self.keep(line)

    def keep(self, line: str) -> None:
        """A line is whole."""
        self.lines.append(line)

    def close(self) -> None:
        """The document ends, or what there is of it."""
        self.end_line()
        self.title = " ".join(self.title.split())

    def _skip(self, part: Part) -> None:
        self._skipped = 1
        if part != "machinery" and part != "prose":
            self.counts[part] += 1


def read_xml(text: str, target: ProseCollector) -> bool:
    """Feed a document of XML to a collector, as far as it goes: whether it is well-formed.

    Raises:
        TextError: it defines entities, has more tags than a book, or holds more than the collector takes.
    """
    if "<!ENTITY" in text:
        raise hostile("defines XML entities")
    if text.count("<") > TAGS:
        raise hostile(f"has more than {TAGS:,} tags")
    text = _NAMED.sub(_character, _FORBIDDEN.sub("", _DECLARATION.sub("", text, 1))).lstrip()
    parser = etree.XMLParser(target=target, **_SAFE)
    try:
        for start in range(0, len(text), _PIECE):
            parser.feed(text[start : start + _PIECE].encode())
        parser.close()
    except etree.XMLSyntaxError:
        target.close()
        return False
    complaints = [*parser.feed_error_log, *parser.error_log]
    return all(complaint.level < etree.ErrorLevels.FATAL for complaint in complaints)


def _character(entity: re.Match[str]) -> str:
    """`&nbsp;` and its like, which XML itself does not know."""
    return escape(html5.get(entity[1], entity[0]))
