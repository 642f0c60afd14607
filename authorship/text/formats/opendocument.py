"""OpenDocument text, packed (`.odt`) or flat (`.fodt`): without notes, contents and what is hidden."""

import re
from collections.abc import Iterable
from dataclasses import replace

from authorship.datamodels import Book, Notice
from authorship.errors import TextError
from authorship.text.decode import decode_text
from authorship.text.formats.archive import Archive
from authorship.text.formats.kinds import other_format
from authorship.text.formats.limits import Limits
from authorship.text.formats.lines import MARK, Grammar, contents_lines, is_contents_line
from authorship.text.formats.markup import read_xml
from authorship.text.formats.prose import Attributes, Part, ProseCollector
from authorship.text.headings import line_headings
from authorship.text.notices import bent_names, damaged, left_out

CONTENT, _STYLES, _META, _MANIFEST = "content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"
_TEXT = b"application/vnd.oasis.opendocument.text"
_RAISED = re.compile(r"super\b|[1-9]\d*%")
_LONGEST_GAP = 1_000
_MACHINERY = (
    "meta settings scripts font-face-decls master-styles object event-listeners sequence-decls "
    "variable-decls user-field-decls forms title desc binary-data ruby-text"
)
_CONTENTS = (
    "table-of-content alphabetical-index illustration-index table-index user-index object-index bibliography "
    "page-number page-count"
)
_PARTS: dict[str, Part] = {
    **dict.fromkeys(_MACHINERY.split(), "machinery"),
    **dict.fromkeys(_CONTENTS.split(), "contents"),
    **dict.fromkeys(["note", "note-ref", "annotation", "annotation-end"], "notes"),
    **dict.fromkeys(["tracked-changes", "deletion"], "deleted_text"),
    **dict.fromkeys(["hidden-text", "hidden-paragraph"], "hidden"),
}


def read_opendocument(archive: Archive) -> Book:
    """The text of a packed document.

    Raises:
        TextError: it is no text document, protected by a password, hostile, or larger than the limits.
    """
    kind = archive.read("mimetype").content.strip() if archive.find("mimetype") else _TEXT
    if not kind.startswith(_TEXT):
        raise other_format("OpenDocument")
    limits = archive.limits
    if b"encryption-data" in archive.read(_MANIFEST).content:
        raise TextError("encrypted", "The document is protected by a password: save it without one.")
    member = archive.read(CONTENT)
    meta, styles = (_read(archive.read(name).content, limits)[0] for name in (_META, _STYLES))
    document, whole = _read(member.content, limits, styles.hiding, styles.raising)
    book = _book(document, whole and member.whole and archive.whole)
    notices = [*book.notices, *([bent_names()] if archive.repaired else [])]
    return replace(book, title=meta.title or book.title, notices=tuple(notices))


def read_flat(text: str, limits: Limits) -> Book:
    """The text of a document in one file of XML.

    Raises:
        TextError: it is hostile or larger than the limits.
    """
    return _book(*read_xml(text, _GRAMMAR, lambda: OpenDocumentCollector(limits.text)))


def _read(
    data: bytes, limits: Limits, hiding: Iterable[str] = (), raising: Iterable[str] = ()
) -> tuple["OpenDocumentCollector", bool]:
    try:
        text = decode_text(data, None, limits.member).text
        return read_xml(text, _GRAMMAR, lambda: OpenDocumentCollector(limits.text, hiding, raising))
    except TextError as error:
        if error.code in ("hostile", "too_large"):
            raise
        return OpenDocumentCollector(limits.text), False


def _book(document: "OpenDocumentCollector", whole: bool) -> Book:
    broken: tuple[Notice, ...] = () if whole else (damaged(),)
    notices = (*broken, *left_out(document.counts))
    headings = line_headings(document.lines, document.headings)
    return Book("\n".join(document.lines), "odt", None, document.title, notices, headings)


_GRAMMAR = Grammar(
    blocks=frozenset(["p", "h", "list-item", "table-cell", "line-break", "section", "text-box"]),
    skips=lambda name, _: None,
    root="document",
)


class OpenDocumentCollector(ProseCollector):
    """OpenDocument's tags; of the styles that it defines some are `hiding`, some `raising` text."""

    blocks = _GRAMMAR.blocks - {"text-box"}

    def __init__(self, limit: int, hiding: Iterable[str] = (), raising: Iterable[str] = ()) -> None:
        super().__init__(limit)
        self.hiding, self.raising = set(hiding), set(raising)
        self._style = ""
        self._in_body = False
        self._around: list[list[str]] = []
        self._contents: list[int] = []
        self._links = self._linked = 0
        self._marks: list[int | None] = []

    def part(self, name: str, attributes: Attributes) -> Part:
        """By the tag, and by what its style or its section hides."""
        values = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        if name in _PARTS:
            return _PARTS[name]
        if name == "style":
            self._style = values.get("name", "")
        elif name == "text-properties":
            if values.get("display") in ("none", "condition"):
                self.hiding.add(self._style)
            if _RAISED.match(values.get("text-position", "")):
                self.raising.add(self._style)
        elif name in ("section", "p", "h", "span") and values:
            hidden = values.get("display") == "none" or values.get("style-name") in self.hiding
            return "hidden" if hidden else "prose"
        return "prose"

    def level(self, name: str, attributes: Attributes) -> int:
        """A heading says its level itself, the first where it does not."""
        told = next((value for key, value in attributes.items() if key.endswith("}outline-level")), "1")
        return (int(told) if told.isdecimal() else 1) if name == "h" else 0

    def opened(self, name: str, attributes: Attributes) -> None:
        """Blanks that the format has tags for; text outside the body is none."""
        if name == "body":
            self._in_body = True
        elif name in ("a", "span"):
            self._links += name == "a"
            self._marks.append(len(self._pieces) if self._may_mark(name, attributes) else None)
        elif name == "text-box":  # comes before the paragraph in which it stands
            self._around.append(self._pieces)
            self._pieces = []
        elif name == "tab":
            self.add("\t")
        elif name == "s":
            count = next((value for key, value in attributes.items() if key.endswith("}c")), "1")
            self.add(" " * min(int(count) if count.isdigit() else 1, _LONGEST_GAP))

    def closing(self, name: str) -> None:
        """The body may end before the document does."""
        if name == "body":
            self.end_line()
            self._in_body = False
        elif name in ("a", "span"):
            self._links -= name == "a"
            self._end_mark(self._marks.pop())
        elif name == "text-box":
            self.end_line()
            self._pieces = self._around.pop()

    def _may_mark(self, name: str, attributes: Attributes) -> bool:
        """Whether a number or a star that stands here is a note's mark."""
        values = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        return "#" in values.get("href", "") if name == "a" else values.get("style-name") in self.raising

    def _end_mark(self, start: int | None) -> None:
        if start is not None and MARK.fullmatch(mark := "".join(self._pieces[start:])):
            del self._pieces[start:]
            self._linked -= len(mark.strip()) if self._linked else 0
            self.counts["notes"] += 1

    def add(self, text: str) -> None:
        """Text that is read, in the body only."""
        if self._in_body:
            self._linked += len(text.strip()) if self._links else 0
            super().add(text)

    def keep(self, line: str) -> None:
        """A line is whole; one that is hardly more than a link may be of contents."""
        if is_contents_line(line, self._linked):
            self._contents.append(len(self.lines))
        self._linked = 0
        super().keep(line)

    def apart(self) -> set[int]:
        """Contents without a mark of their own are told by their lines, and notes by their heading."""
        contents = contents_lines(self.lines, self._contents)
        self.counts["contents"] += bool(contents)
        self.notes.numbers = [number for number in self.notes.numbers if number not in contents]
        return contents | super().apart()
