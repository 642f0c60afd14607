"""FictionBook, the commonest format of Russian readers: `.fb2`."""

import re

from authorship.datamodels import Book
from authorship.text.formats.limits import Limits
from authorship.text.formats.lines import (
    NOTES_TITLE,
    Attributes,
    Grammar,
    LineCollector,
    Skip,
    by_local_name,
    local_name,
)
from authorship.text.formats.markup import collect, decode_markup
from authorship.text.headings import line_headings

_HEAD = 4096
_ROOT, _ROOT_END = (
    re.compile(rb"<(?:[\w.-]{1,40}:)?FictionBook\b"),
    re.compile(rb"</(?:[\w.-]{1,40}:)?FictionBook>"),
)
_BINARY = re.compile(rb"<binary\b[^<>]*>[^<]*</binary>")
# Addresses as FictionBook's, Word's and other editors' programs name notes.
_NOTE_ADDRESS = re.compile(
    r"#_?(?:n|note|notes|ann|annot|fn|ftn|edn|c|comm|comment|footnote|endnote|fbautid|prim|snoska)[_.-]?\d+",
    re.I,
)
# The schema lets the first body alone go without a name; a volume's name is not a note's.
_VOLUME = re.compile(
    r"част|том|книг|глав|эпилог|пролог|повест|рассказ|роман|part|book|vol|chapter|main|text", re.I
)


def is_fictionbook(data: bytes) -> bool:
    """Whether the bytes, in whatever encoding, start or stop like a FictionBook."""
    if b"<" not in data:
        return False
    head, tail = (piece.replace(b"\0", b"") for piece in (data[:_HEAD], data[-_HEAD:]))
    return _ROOT.search(head) is not None or _ROOT_END.search(tail) is not None


def read_fictionbook(data: bytes, encoding: str | None, limits: Limits) -> Book:
    """The bodies' text but for notes: titles, paragraphs, verses and epigraphs, a line each.

    Raises:
        TextError: the file is hostile, larger than the limits, or not in the encoding named.
    """
    decoded = decode_markup(_BINARY.sub(b"", data), encoding, limits.file)
    collected = collect(decoded.text, _GRAMMAR, limits.text, _Bodies)
    notices = decoded.notices + collected.notices
    headings = line_headings(collected.lines, collected.headings)
    return Book("\n".join(collected.lines), "fb2", decoded.encoding, collected.title, notices, headings)


class _Bodies(LineCollector):
    """The bodies in turn: one that is named or titled as notes, or that marks lead to, is left out.

    So is a short section to which a mark within a line leads, and what stands before the first body.
    A section's title is a heading as deep as the section; a body's or a poem's is none.
    """

    def __init__(self, grammar: Grammar, limit: int) -> None:
        super().__init__(grammar, limit)
        self._body = 0
        self._ids: set[str] = set()
        self._within: list[str] = []
        self._sections: list[tuple[str, int]] = []
        self._led: set[str] = set()
        self._bodies = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        """A tag opens."""
        super().start(tag, attributes)
        name = local_name(tag)
        if name == "body":
            self._start_body()
        elif name == "section":
            self._sections.append((f"#{attributes.get('id', '')}", len(self.lines)))
            self._ids.add(self._sections[-1][0])
        if name in _HOLDERS:
            self._within.append(name)
            self._outside = False
        elif name == "title" and not self._skipped and self._within[-1:] == ["section"]:
            self._heading = self._within.count("section")

    def end(self, tag: str) -> None:
        """A tag closes."""
        inside = not self._skipped
        super().end(tag)
        name = local_name(tag)
        if name in self._within[-1:]:
            self._within.pop()
            self._outside = bool(self._bodies) and not self._within  # after a body and in no other
        elif name == "title":
            self._heading = 0
        if name == "section" and self._sections:
            self._end_section(*self._sections.pop())
        if inside and name == "body" and self._body and self._holds_notes():
            self.forget(self._body)
            self._leave_out("notes", {})

    def _start_body(self) -> None:
        self.end_line()
        if not self._bodies:
            self.forget(0)
        self._bodies += 1
        self._body, self._ids = len(self.lines), set()

    def _end_section(self, address: str, first: int) -> None:
        lines = range(first, len(self.lines))
        if address in self._led and sum(len(self.lines[line]) for line in lines) <= _LONGEST_NOTE:
            self.notes.numbers += lines

    def _leave_out(self, skip: Skip, attributes: Attributes) -> None:
        super()._leave_out(skip, attributes)
        if skip == "notes" and self._filled:
            self._led.add(by_local_name(attributes).get("href", ""))

    def _holds_notes(self) -> bool:
        first = self.lines[self._body] if self._body < len(self.lines) else ""
        return NOTES_TITLE.fullmatch(first) is not None or not self._ids.isdisjoint(self.marked)


_LONGEST_NOTE = 3_000
_HOLDERS = ("body", "section", "poem", "stanza")


def _skips(name: str, attributes: Attributes) -> Skip:
    if name == "body":
        called = attributes.get("name", "").strip()
        return "notes" if called and not _VOLUME.search(called) else None
    if name == "a":
        return "notes" if _is_note(by_local_name(attributes)) else None
    return "apparatus" if name in {"description", "binary", "stylesheet"} else None


def _is_note(link: Attributes) -> bool:
    return link.get("type") == "note" or _NOTE_ADDRESS.fullmatch(link.get("href", "")) is not None


_BLOCKS = (
    "FictionBook body section title subtitle epigraph annotation cite poem stanza p v text-author date "
    "empty-line table tr td th br"
)
_GRAMMAR = Grammar(
    blocks=frozenset(_BLOCKS.split()),
    skips=_skips,
    title="book-title",
    link="a",
    raised="sup",
    root="FictionBook",
    alone=frozenset(["p", "v", "subtitle", "text-author", "book-title"]),
    top=frozenset(["stylesheet", "description", "body", "binary"]),
    empty=frozenset(["empty-line", "image", "br"]),
)
