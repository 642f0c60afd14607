"""OpenDocument text, packed (`.odt`) or flat (`.fodt`): without notes, contents and what is hidden."""

from collections.abc import Iterable
from dataclasses import replace

from authorship.datamodels import Book, Notice
from authorship.errors import TextError
from authorship.text.decode import decode_text
from authorship.text.formats.archive import Archive
from authorship.text.formats.kinds import other_format
from authorship.text.formats.limits import Limits
from authorship.text.formats.lines import Grammar, contents_lines, is_contents_line, without_lines
from authorship.text.formats.markup import read_xml
from authorship.text.formats.prose import Attributes, Part, ProseCollector
from authorship.text.headings import line_headings
from authorship.text.notices import bent_names, damaged, left_out

CONTENT, _STYLES, _META, _MANIFEST = "content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"
_TEXT = b"application/vnd.oasis.opendocument.text"
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
    document, whole = _read(member.content, limits, styles.hiding)
    book = _book(document, whole and member.whole and archive.whole)
    notices = [*book.notices, *([bent_names()] if archive.repaired else [])]
    return replace(book, title=meta.title or book.title, notices=tuple(notices))


def read_flat(text: str, limits: Limits) -> Book:
    """The text of a document in one file of XML.

    Raises:
        TextError: it is hostile or larger than the limits.
    """
    return _book(*read_xml(text, _GRAMMAR, lambda: OpenDocumentCollector(limits.text)))


def _read(data: bytes, limits: Limits, hiding: Iterable[str] = ()) -> tuple["OpenDocumentCollector", bool]:
    try:
        text = decode_text(data, None, limits.member).text
        return read_xml(text, _GRAMMAR, lambda: OpenDocumentCollector(limits.text, hiding))
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
    """OpenDocument's tags; `hiding` are the styles that hide their text, known from their definitions."""

    blocks = _GRAMMAR.blocks - {"text-box"}

    def __init__(self, limit: int, hiding: Iterable[str] = ()) -> None:
        super().__init__(limit)
        self.hiding = set(hiding)
        self._style = ""
        self._in_body = False
        self._around: list[list[str]] = []
        self._contents: list[int] = []
        self._links = self._linked = 0

    def part(self, name: str, attributes: Attributes) -> Part:
        """By the tag, and by what its style or its section hides."""
        values = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        if name in _PARTS:
            return _PARTS[name]
        if name == "style":
            self._style = values.get("name", "")
        elif name == "text-properties" and values.get("display") in ("none", "condition"):
            self.hiding.add(self._style)
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
        elif name == "a":
            self._links += 1
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
        elif name == "a":
            self._links -= 1
        elif name == "text-box":
            self.end_line()
            self._pieces = self._around.pop()

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

    def close(self) -> None:
        """The part ends; contents without a mark of their own are told by their lines."""
        super().close()
        dropped = contents_lines(self.lines, self._contents)
        self.counts["contents"] += bool(dropped)
        self.lines, self.headings = without_lines(self.lines, self.headings, dropped)
