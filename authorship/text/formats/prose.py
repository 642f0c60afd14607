"""Lines of prose from a document's tags as the parser goes along; what is left out is counted by kind."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Literal

from authorship.datamodels import NoticeCode
from authorship.errors import TextError
from authorship.text.formats.lines import NoteLines, without_lines

Attributes = Mapping[str, str]
Part = NoticeCode | Literal["prose", "machinery"]
"""Prose is read; machinery, such as a script, is no text; everything else is left out and told."""

_BLANKS = re.compile(r"[ \t\r\n\f]+")


class ProseCollector:
    """A target of lxml's parsers that gathers `lines`; a format says which tags mean what.

    Attributes:
        lines: the text, a line each, blanks folded.
        headings: the levels of those lines that are headings, by their numbers.
        title: the document's own, from the tag `title_tag`.
        counts: how many parts were left out, by kind.
    """

    blocks: frozenset[str] = frozenset()
    title_tag = "title"

    def __init__(self, limit: int) -> None:
        self.lines: list[str] = []
        self.headings: dict[int, int] = {}
        self.title = ""
        self.counts: Counter[NoticeCode] = Counter()
        self._limit = self._left = limit
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._skipped = 0
        self._in_title = False
        self._heading, self._heading_tag = 0, ""
        self.notes = NoteLines()

    def part(self, name: str, attributes: Attributes) -> Part:
        """What a tag holds; but for prose it is left out with all it contains."""
        raise NotImplementedError

    def level(self, name: str, attributes: Attributes) -> int:
        """The level of the heading that a tag holds, 1 the highest; 0 where it holds none."""
        return 0

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
        if level := self.level(name, attributes):
            self._heading, self._heading_tag = level, name
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
        if name == self._heading_tag:
            self._heading, self._heading_tag = 0, ""

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
        if self._heading:
            self.headings[len(self.lines)] = self._heading
        self.notes.see(len(self.lines), line, self._heading, is_note=False)
        self.lines.append(line)

    def close(self) -> None:
        """The document ends, or what there is of it."""
        self.end_line()
        self.title = " ".join(self.title.split())
        dropped = self.apart()
        if dropped:
            self.lines, self.headings = without_lines(self.lines, self.headings, dropped)

    def apart(self) -> set[int]:
        """The numbers of those lines that are no prose after all, counted; all are known by now."""
        notes = self.notes.found(self.lines)
        self.counts["notes"] += len(notes)
        return notes

    def _skip(self, part: Part) -> None:
        self._skipped = 1
        if part != "machinery" and part != "prose":
            self.counts[part] += 1
