"""TEI, in which libraries and corpora keep their texts: the body without header, notes and directions."""

from authorship.datamodels import Book, Notice
from authorship.text.formats.limits import Limits
from authorship.text.formats.lines import MARK, Grammar
from authorship.text.formats.markup import decode_markup, read_xml
from authorship.text.formats.prose import Attributes, Part, ProseCollector
from authorship.text.headings import line_headings
from authorship.text.notices import damaged, left_out

_BLOCKS = (
    "TEI text group front body back div div1 div2 div3 div4 div5 div6 div7 head p ab l lg sp list item label "
    "table row cell epigraph argument opener closer salute signed dateline byline docAuthor trailer quote "
    "floatingText postscript figure"
)
_PARTS: dict[str, Part] = {
    "teiHeader": "machinery",
    "standOff": "machinery",
    "facsimile": "machinery",
    "sourceDoc": "machinery",
    "figDesc": "machinery",
    "desc": "machinery",
    "metamark": "machinery",
    "fw": "contents",
    "titlePage": "contents",
    "divGen": "contents",
    "note": "notes",
    "noteGrp": "notes",
    "listBibl": "notes",
    "interp": "notes",
    "stage": "stage_directions",
    "speaker": "stage_directions",
    "castList": "stage_directions",
    "set": "stage_directions",
    "del": "deleted_text",
    "surplus": "deleted_text",
    "rdg": "deleted_text",
}
_DIVISIONS: dict[str, Part] = {
    **dict.fromkeys(["contents", "toc", "index"], "contents"),
    **dict.fromkeys(["note", "notes", "footnotes", "endnotes", "commentary", "bibliography"], "notes"),
    **dict.fromkeys(["dramatis_personae", "castlist"], "stage_directions"),
}
# Of two readings of one place the editor's is kept.
_FIRST_READINGS = frozenset({"sic", "orig", "abbr"})


def read_tei(data: bytes, encoding: str | None, limits: Limits) -> Book:
    """A document's text, a line for each paragraph, heading and verse; of two readings the edited one.

    Raises:
        TextError: it is hostile, larger than the limits, or not in the encoding named.
    """
    decoded = decode_markup(data, encoding, limits.file)
    tei, whole = read_xml(decoded.text, _GRAMMAR, lambda: TeiCollector(limits.text))
    broken: tuple[Notice, ...] = () if whole else (damaged(),)
    notices = (*decoded.notices, *broken, *left_out(tei.counts))
    headings = line_headings(tei.lines, tei.headings)
    return Book("\n".join(tei.lines), "tei", decoded.encoding, tei.title, notices, headings)


_GRAMMAR = Grammar(
    blocks=frozenset(_BLOCKS.split()),
    skips=lambda name, _: None,
    root="TEI",
    alone=frozenset(["p", "ab", "l", "head", "title"]),
    top=frozenset(["teiHeader", "text", "facsimile", "standOff", "sourceDoc"]),
    empty=frozenset(["lb", "pb", "cb", "ptr", "gap", "anchor", "milestone", "graphic"]),
)


class TeiCollector(ProseCollector):
    """TEI's tags; the text of a document without `text` is all that is no header."""

    blocks = _GRAMMAR.blocks

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._references: list[int] = []

    def part(self, name: str, attributes: Attributes) -> Part:
        """By the tag, by a division's type, by the place among two readings."""
        if name in _PARTS:
            return _PARTS[name]
        if name in _FIRST_READINGS and self._open and self._open[-1] == "choice":
            return "deleted_text"
        if name == "ref" and "note" in attributes.get("type", "").lower():
            return "notes"
        if name.startswith("div"):
            return _DIVISIONS.get(attributes.get("type", "").lower(), "prose")
        return "prose"

    def level(self, name: str, attributes: Attributes) -> int:
        """A division's head is as deep as the division."""
        return sum(one.startswith("div") for one in self._open) if name == "head" else 0

    def opened(self, name: str, attributes: Attributes) -> None:
        """A line of the printed page ends within a paragraph, or within a word, be it with a hyphen."""
        if name == "ref":
            self._references.append(len(self._pieces))
        elif name in ("lb", "pb", "cb"):
            if attributes.get("break") != "no":
                self.add(" ")
            elif self._pieces:
                self._pieces[-1] = self._pieces[-1].removesuffix("-")

    def closing(self, name: str) -> None:
        """A reference that is a number or a star is a note's mark."""
        if name == "ref":
            start = self._references.pop()
            if MARK.fullmatch("".join(self._pieces[start:])):
                del self._pieces[start:]
                self.counts["notes"] += 1
