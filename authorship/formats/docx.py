"""Word's `.docx`, its body streamed like the other formats'.

`python-docx` holds the whole tree (some 440 MB for 10 million characters) and leaves out what stands in smart
tags, tracked insertions and content controls; the tests write their files with it.
"""

from authorship.datamodels import Book, Notice
from authorship.formats.archive import Archive
from authorship.formats.lines import Attributes, Grammar, local_name
from authorship.formats.markup import collect, read_markup
from authorship.formats.notices import damaged

_MAIN = "word/document"
_CORE = "docProps/core.xml"


def is_docx(archive: Archive) -> bool:
    """Whether the archive holds a text document of Word's."""
    return _main_part(archive) is not None


def read_docx(archive: Archive) -> Book:
    """The body's paragraphs, those of tables, text boxes and tracked insertions included, a line each.

    Raises:
        TextError: the file is hostile or larger than the limits.
    """
    main = archive.read(_main_part(archive) or "")
    limits = archive.limits
    collected = collect(read_markup(main.content, limits.member), _GRAMMAR, limits.text)
    whole = archive.whole and main.whole and collected.whole
    notices: tuple[Notice, ...] = () if whole else (damaged(),)
    return Book("\n".join(collected.lines), "docx", None, _title(archive), notices)


def _main_part(archive: Archive) -> str | None:
    """`word/document.xml`; some programs add a number to its name."""
    names = [name for name in archive.names if name.startswith(_MAIN) and name.endswith(".xml")]
    return min(names, key=len) if names else None


def _title(archive: Archive) -> str:
    core = read_markup(archive.read(_CORE).content, archive.limits.member)
    return collect(core, _PROPERTIES, 0).title


def _skips(name: str, attributes: Attributes) -> bool:
    """Settings; what was deleted or moved away; second renderings of text boxes; the table of contents."""
    if name == "hyperlink":
        return any(local_name(key) == "anchor" and "_Toc" in value for key, value in attributes.items())
    return name in {"pPr", "rPr", "tblPr", "sectPr", "del", "moveFrom", "Fallback"}


_GRAMMAR = Grammar(
    blocks=frozenset({"p", "br", "cr"}),
    skips=_skips,
    inserts={"tab": "\t", "noBreakHyphen": "-"},
    text="t",
)
_PROPERTIES = Grammar(blocks=frozenset(), skips=lambda name, _: True, title="title")
