"""Word's `.docx`, its body streamed like the other formats'.

`python-docx` holds the whole tree (some 440 MB for 10 million characters) and leaves out what stands in smart
tags, tracked insertions and content controls; the tests write their files with it.
"""

from collections.abc import Callable
from posixpath import basename, dirname, join, normpath
from typing import Literal
from urllib.parse import unquote

from lxml import etree

from authorship.datamodels import Book, Notice, NoticeCode
from authorship.text.formats.archive import Archive
from authorship.text.formats.hypertext import read_chunk
from authorship.text.formats.lines import (
    MARK,
    Attributes,
    Grammar,
    LineCollector,
    Link,
    Skip,
    by_local_name,
    local_name,
)
from authorship.text.formats.markup import Collected, Parts, collect, read_markup, read_tree
from authorship.text.formats.word_styles import Styles, read_styles
from authorship.text.headings import line_headings
from authorship.text.notices import bent_names, damaged, merged

_RELATIONS = "_rels/.rels"
_MAIN = "word/document"
_CORE = "docProps/core.xml"
_STYLES = "word/styles.xml"
_HEAD = 4_096
_NAMESPACES = b"wordprocessingml"
_LISTS = ("TOC", "INDEX", "TOA", "BIBLIOGRAPHY")
_NUMBERS = ("PAGE", "PAGEREF", "NUMPAGES", "SECTIONPAGES")
_LONGEST_CAPITAL = 3
_NOTES = ("_ftn", "_edn", "_footnote", "_endnote")
_OFF = {"0", "false", "off", "none"}
_OUTLINE = "012345678"


def is_docx(archive: Archive) -> bool:
    """Whether the archive holds a text document of Word's."""
    return _main_part(archive) is not None


def read_docx(archive: Archive, embedded: bool = False) -> Book:
    """The body's paragraphs, those of tables, text boxes and tracked insertions included, a line each.

    Parts that are kept in HTML, as plain text or as documents of Word's stand where the document puts them;
    what is `embedded` already embeds nothing.

    Raises:
        TextError: the file is hostile or larger than the limits.
    """
    name = _main_part(archive) or ""
    main, limits = archive.read(name), archive.limits
    parts = Parts(limits.member)
    styles = read_styles(parts.decode(archive.read(_beside(archive, name, "/styles", _STYLES)).content))
    chunks = {} if embedded else _related(archive, _relations_of(name), dirname(name), "/aFChunk")

    text, read = parts.decode(main.content), dict[str, Collected | None]()

    def chunk(key: str) -> Collected | None:
        if key not in read:
            read[key] = _read_chunk(archive, chunks.get(key, ""))
        return read[key]

    collected, unended = _read_body(text, limits.text, styles, chunk)
    whole = archive.whole and main.whole and not unended
    if unended:
        collected, _ = _read_body(text, limits.text, styles, chunk, unended)
    notices: list[Notice] = [*parts.notices, *collected.notices]
    if not whole:
        notices.append(damaged())
    if archive.repaired:
        notices.append(bent_names())
    headings = line_headings(collected.lines, collected.headings)
    return Book("\n".join(collected.lines), "docx", None, _title(archive), merged(notices), headings)


def _read_body(
    text: str, limit: int, styles: Styles, chunk: "_Chunk", shown: frozenset[int] = frozenset()
) -> tuple[Collected, frozenset[int]]:
    """The body's lines, and the numbers of the contents and page numbers that never end in it.

    Fields of the numbers `shown` are read, whatever they hold.
    """
    made: list[_Paragraphs] = []

    def target(grammar: Grammar, most: int) -> LineCollector:
        made.append(_Paragraphs(grammar, most, styles, chunk, shown))
        return made[-1]

    collected = collect(text, _GRAMMAR, limit, target)
    return collected, made[-1].unended


def _main_part(archive: Archive) -> str | None:
    """The part that the package's relations name, else `word/document.xml` or like it."""
    for target in _related(archive, _RELATIONS, "", "/officeDocument").values():
        head = archive.head(target, _HEAD).replace(b"\0", b"")
        return target if _NAMESPACES in head else None
    names = [
        name for name in archive.names if name.lower().startswith(_MAIN) and name.lower().endswith(".xml")
    ]
    return min(names, key=len) if names else None


def _related(archive: Archive, relations: str, folder: str, kind: str) -> dict[str, str]:
    """The parts, by the names of their relations, that stand in a relation of this kind and are there."""
    found = archive.find(relations)
    if found is None:
        return {}
    root = read_tree(read_markup(archive.read(found).content, archive.limits.member), _RELATED)
    if root is None:
        return {}
    parts: dict[str, str] = {}
    for relation in root.iterfind("{*}Relationship"):
        if str(relation.get("Type", "")).lower().endswith(kind.lower()):
            part = archive.find(_target(relation, folder))
            if part is not None:
                parts[str(relation.get("Id", ""))] = part
    return parts


def _target(relation: etree._Element, folder: str) -> str:
    """A part's name: an address from the package's root, or from the folder of what relates to it."""
    address = unquote(str(relation.get("Target", ""))[:_HEAD]).replace("\\", "/")
    return normpath(address if address.startswith("/") else join(folder, address)).lstrip("/")


def _relations_of(part: str) -> str:
    return join(dirname(part), "_rels", basename(part) + ".rels")


def _beside(archive: Archive, main: str, kind: str, usual: str) -> str:
    """The part that the main one stands in a relation to, else where it usually lies."""
    related = _related(archive, _relations_of(main), dirname(main), kind)
    return next(iter(related.values()), usual)


def _read_chunk(archive: Archive, name: str) -> Collected | None:
    """A part in another format; None where it is not read."""
    content = archive.read(name).content if name else b""
    if not content.startswith(b"PK"):
        return read_chunk(content, archive.limits)
    inner = Archive(content, archive.limits, archive.budget)
    if not is_docx(inner):
        return None
    return Collected(tuple(read_docx(inner, embedded=True).text.split("\n")), "", whole=True)


def _title(archive: Archive) -> str:
    core = read_markup(archive.read(_CORE).content, archive.limits.member)
    return collect(core, _PROPERTIES, 0).title


_Field = Literal["text", "list", "link"]
_Chunk = Callable[[str], Collected | None]


class _Paragraphs(LineCollector):
    """Paragraphs without contents, page numbers and hidden runs; drop capitals stand in their word."""

    def __init__(
        self, grammar: Grammar, limit: int, styles: Styles, chunk: _Chunk, shown: frozenset[int]
    ) -> None:
        super().__init__(grammar, limit)
        self._shown = shown
        self._styles = styles
        self._chunk = chunk
        self._controls: list[bool] = []
        self._fields: list[_Field] = []
        self._begun: list[int] = []
        self._number = 0
        self._twice = False
        self._muted = 0
        self._instruction: str | None = None
        self._instructions: list[str] = []
        self._dropped = self._hidden = self._hidden_style = self._marked = False
        self._framed = self._waiting = self._goes_on = self._raised = False
        self._properties: list[str] = []
        self._around: list[tuple[list[str], list[Link], bool, bool, bool, bool]] = []

    @property
    def unended(self) -> frozenset[int]:
        """The numbers of the contents and page numbers that are still open."""
        return frozenset(
            number for number, kind in zip(self._begun, self._fields, strict=True) if kind == "list"
        )

    def start(self, tag: str, attributes: Attributes) -> None:
        """A tag opens; a field may end in what was deleted, a second rendering repeats what was read."""
        name = local_name(tag)
        if self._skipped:
            if name == "fldChar" and not self._twice:
                self._field(by_local_name(attributes).get("fldCharType", ""))
            super().start(tag, attributes)
            return
        self._twice = name == "Fallback"
        if name in ("pPr", "rPr", "sdtPr") or (self._properties and name.endswith("PrChange")):
            self._properties.append(name)
        elif self._properties:
            self._property(name, by_local_name(attributes))
        elif name == "p":
            if not self._waiting:
                super().start(tag, attributes)
            self._dropped = self._hidden_style = False
            self._heading = 0
        elif name == "r":
            self._hidden = self._marked = self._raised = False
        elif name == "txbxContent":
            self._open_box()
        elif name == "sdt":
            self._controls.append(False)
        elif name == "fldChar":
            self._field(by_local_name(attributes).get("fldCharType", ""))
        elif name == "hyperlink" and self._grammar.skips(name, attributes) is None:
            anchor = by_local_name(attributes).get("anchor", "").lower()
            self.open_link(f"#{anchor}" if anchor.startswith(_NOTES) else anchor)
        elif name == "instrText":
            self._instruction = self._instructions[-1] if self._instructions else ""
        elif name in ("footnoteReference", "endnoteReference"):
            self._marked = _on(by_local_name(attributes).get("customMarkFollows", "0"))
            self.left_out["notes"] += 1
        elif name == "altChunk":
            self._embed(by_local_name(attributes).get("id", ""))
        else:
            super().start(tag, attributes)

    def end(self, tag: str) -> None:
        """A tag closes."""
        name = local_name(tag)
        if self._skipped:
            super().end(tag)
        elif self._properties:
            if name == self._properties[-1]:
                self._properties.pop()
        elif name == "p":
            self._end_paragraph()
        elif name == "sdt" and self._controls:
            self._muted -= self._controls.pop()
        elif name == "instrText":
            self._read_instruction()
        elif name == "txbxContent" and self._around:
            self._close_box()
        elif name not in ("r", "fldChar", "footnoteReference", "endnoteReference", "altChunk"):
            super().end(tag)

    def data(self, text: str) -> None:
        """Text between tags, but for what is not shown."""
        if self._instruction is not None and not self._skipped:
            self._instruction = (self._instruction + text)[:_HEAD]
        elif self._in_text and (self._hidden or self._hidden_style):
            self.left_out["hidden"] += 1
        elif self._raised and self._in_text and MARK.fullmatch(text):
            self.left_out["notes"] += 1
        elif not (self._marked or self._muted):
            super().data(text)

    def _property(self, name: str, values: Attributes) -> None:
        """What stands within the properties of a paragraph, a run or a content control."""
        value = values.get("val", "")
        if any(name.endswith("PrChange") for name in self._properties):
            return  # as it was before a tracked change
        if self._properties[-1] == "sdtPr" and name == "docPartGallery":
            gallery = value.lower()
            if "table of" in gallery or "page numbers" in gallery:
                self._mute_control("contents")
        elif self._properties[-1] == "sdtPr" and name == "showingPlcHdr" and _on(value):
            self._mute_control("hidden")
        elif name == "pStyle":
            self._dropped = self._styles.list(value)
            self._hidden_style = value in self._styles.hidden
            self._is_note = self._styles.note(value)
            self._heading = self._styles.headings.get(value, 0)
        elif name == "outlineLvl" and value in _OUTLINE:
            self._heading = _OUTLINE.index(value) + 1
        elif name == "framePr":
            self._framed = values.get("dropCap", "drop") in ("drop", "margin")
        elif name in ("del", "moveFrom") and "pPr" in self._properties:
            self._goes_on = True  # the paragraph's end was deleted
        elif name == "rStyle" and self._styles.mark(value):
            self._raised = True
        elif name == "vertAlign" and "pPr" not in self._properties:
            self._raised = value == "superscript"
        elif "pPr" not in self._properties and (
            (name == "vanish" and value.lower() not in _OFF)
            or (name == "rStyle" and value in self._styles.hidden)
        ):
            self._hidden = True

    def _mute_control(self, why: NoticeCode) -> None:
        """Leave out what the innermost content control holds."""
        if self._controls and not self._controls[-1]:
            self._controls[-1] = True
            self._muted += 1
            self.left_out[why] += 1

    def _field(self, kind: str) -> None:
        """A field begins, shows its result, or ends; contents and page numbers are results."""
        if kind == "begin":
            self._fields.append("text")
            self._begun.append(self._number)
            self._instructions.append("")
            self._number += 1
        elif kind == "separate" and self._fields and self._fields[-1] == "link":
            self.open_link("")
        elif kind == "end" and self._fields:
            ended = self._fields.pop()
            self._begun.pop()
            self._instructions.pop()
            self._muted -= ended == "list"
            if ended == "link" and self._links:
                self._links.pop()

    def _read_instruction(self) -> None:
        instruction, self._instruction = self._instruction or "", None
        if not self._fields or self._fields[-1] != "text":
            return
        self._instructions[-1] = instruction  # Word may write the rest of it in the next run
        if _lists(instruction) and self._begun[-1] not in self._shown:
            self._fields[-1] = "list"
            self._muted += 1
            self.left_out["contents"] += 1
        elif instruction.split(maxsplit=1)[:1] == ["HYPERLINK"]:
            self._fields[-1] = "link"

    def _end_paragraph(self) -> None:
        """Contents are left out; a drop capital waits for the rest of its word."""
        if self._dropped:
            self.left_out["contents"] += bool(self._pieces)
            self._pieces.clear()
        letters = "".join(self._pieces).strip() if self._framed and not self._waiting else ""
        capital = 0 < len(letters) <= _LONGEST_CAPITAL
        if capital:
            self._pieces[:] = [letters]
        self._waiting = capital or self._goes_on
        if not self._waiting:
            self.end_line()
        self._dropped = self._framed = self._goes_on = False

    def _open_box(self) -> None:
        """A text box comes before the paragraph in which it is anchored, which stays whole."""
        around = (self._pieces, self._links, self._filled, self._dropped, self._framed, self._hidden_style)
        self._around.append(around)
        self._pieces, self._links, self._filled, self._waiting = [], [], False, False

    def _close_box(self) -> None:
        self.end_line()
        around = self._around.pop()
        self._pieces, self._links, self._filled, self._dropped, self._framed, self._hidden_style = around

    def _embed(self, key: str) -> None:
        chunk = self._chunk(key)
        self._waiting = False
        self.end_line()
        if chunk is None or not chunk.lines:
            self.left_out["embedded"] += 1
            return
        self._in_text = True
        for line in chunk.lines:
            super().data(line)
            self.end_line()
        self._in_text = False
        self.left_out.update(chunk.left_out)


def _on(value: str) -> bool:
    return value.lower() not in _OFF


def _lists(instruction: str) -> bool:
    """Whether a field's instruction makes contents, an index or a page number."""
    words = instruction.split(maxsplit=1)
    return bool(words) and words[0].upper() in _LISTS + _NUMBERS


def _skips(name: str, attributes: Attributes) -> Skip:
    """Settings; what was deleted or moved away; second renderings of text boxes; contents, page numbers."""
    if name == "hyperlink":
        anchor = any(key.endswith("anchor") and "_Toc" in value for key, value in attributes.items())
        return "contents" if anchor else None
    if name == "fldSimple":
        return "contents" if _lists(by_local_name(attributes).get("instr", "")) else None
    if name == "del":
        return "deleted_text"
    return "apparatus" if name in {"tblPr", "sectPr", "moveFrom", "Fallback", "numPr", "rt"} else None


_GRAMMAR = Grammar(
    blocks=frozenset({"p", "br", "cr"}),
    skips=_skips,
    inserts={"tab": "\t", "ptab": "\t", "noBreakHyphen": "-"},
    text="t",
    link="hyperlink",
    root="document",
    top=frozenset({"body", "background"}),
)
_PROPERTIES = Grammar(blocks=frozenset(), skips=lambda name, _: "apparatus", title="title")
_RELATED = Grammar(
    blocks=frozenset(),
    skips=lambda name, _: None,
    root="Relationships",
    alone=frozenset({"Relationship"}),
)
