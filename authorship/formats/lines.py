"""Markup to lines of text, as the parser goes along: no tree of the book is ever held."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from authorship.errors import TextError

_BLANKS = re.compile(r"[ \t\r\n]+")

Attributes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a format's tags, by their names without namespace, mean to a reader.

    A line starts and stops with each of `blocks`; what `skips` names is left out with all it contains;
    `inserts` stand for a character. Text counts everywhere or, if given, in the tag `text` only, where no
    blank is changed. The first `title` is kept apart.
    """

    blocks: frozenset[str]
    skips: Callable[[str, Attributes], bool]
    inserts: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    title: str | None = None


def local_name(tag: str) -> str:
    """`{http://www.w3.org/1999/xhtml}p` is `p`."""
    return tag.rpartition("}")[2]


class LineCollector:
    """A target of lxml's parser that gathers `lines`, at most `limit` characters of them."""

    def __init__(self, grammar: Grammar, limit: int) -> None:
        self.lines: list[str] = []
        self.title = ""
        self._grammar = grammar
        self._limit = self._left = limit
        self._pieces: list[str] = []
        self._skipped = 0
        self._in_text = self._in_title = False

    def start(self, tag: str, attributes: Attributes) -> None:
        """A tag opens."""
        name = local_name(tag)
        if name == self._grammar.title and not self.title:
            self._in_title = True
        if self._skipped or self._grammar.skips(name, attributes):
            self._skipped += 1
        elif name in self._grammar.blocks:
            self._end_line()
        elif name == self._grammar.text:
            self._in_text = True
        elif name in self._grammar.inserts:
            self._pieces.append(self._grammar.inserts[name])

    def end(self, tag: str) -> None:
        """A tag closes."""
        name = local_name(tag)
        if name == self._grammar.title:
            self._in_title = False
        if self._skipped:
            self._skipped -= 1
        elif name in self._grammar.blocks:
            self._end_line()
        elif name == self._grammar.text:
            self._in_text = False

    def data(self, text: str) -> None:
        """Text between tags, in pieces of any length.

        Raises:
            TextError: there are more than `limit` characters.
        """
        if self._in_title:
            self.title += text
        if self._skipped or (self._grammar.text and not self._in_text):
            return
        self._left -= len(text)
        if self._left < 0:
            message = f"The book has more than the {self._limit:,} characters that are read: split it."
            raise TextError("too_large", message, size=self._limit - self._left, limit=self._limit)
        self._pieces.append(text)

    def close(self) -> None:
        """The document ends, or what there is of it."""
        self._end_line()
        self.title = " ".join(self.title.split())

    def _end_line(self) -> None:
        """Only XML's own blanks are folded: a no-break space is the author's."""
        if not self._pieces:
            return
        line = "".join(self._pieces)
        self._pieces.clear()
        if not self._grammar.text:
            line = _BLANKS.sub(" ", line).strip(" ")
        if line.strip():
            self.lines.append(line)
