"""EPUB: the chapters in the order of the spine, without the navigation document and without notes."""

from dataclasses import replace

from authorship.datamodels import Book, Notice
from authorship.errors import TextError
from authorship.formats.archive import Archive
from authorship.formats.lines import Attributes, Grammar, local_name
from authorship.formats.markup import Collected, collect, read_markup
from authorship.formats.notices import damaged, missing_parts
from authorship.formats.package import CONTAINER, Package, encrypted_parts, read_package
from authorship.text import check_size

_MIMETYPE = b"application/epub+zip"
_PAGES = (".xhtml", ".html", ".htm")
_UNREADABLE = Collected((), "", whole=False)


def is_epub(archive: Archive) -> bool:
    """Whether the archive says that it is an EPUB, or looks like one."""
    names = archive.names
    return CONTAINER in names or any(name.endswith(".opf") for name in names) or _says_so(archive)


def _says_so(archive: Archive) -> bool:
    return "mimetype" in archive.names and archive.read("mimetype").content.strip() == _MIMETYPE


def read_epub(archive: Archive) -> Book:
    """The text of all chapters, a line for each title and paragraph.

    Raises:
        TextError: the book is protected, hostile, larger than the limits, or no chapter can be read.
    """
    package = read_package(archive) or _without_package(archive)
    if encrypted_parts(archive) & set(package.chapters):
        message = "The book is protected (DRM): choose a copy that is free to read, or paste the text itself."
        raise TextError("encrypted", message)
    chapters, characters = [], 0
    for name in package.chapters:
        chapters.append(_read_chapter(archive, name))
        characters += sum(map(len, chapters[-1].lines))
        check_size(characters, archive.limits.text)
    text = "\n".join(line for chapter in chapters for line in chapter.lines)
    return Book(text, "epub", None, package.title, _notices(archive, package, chapters))


def _without_package(archive: Archive) -> Package:
    """Where the book's own list is lost, its pages by name."""
    pages = sorted(name for name in archive.names if name.lower().endswith(_PAGES))
    return Package(tuple(pages), "", whole=False)


def _read_chapter(archive: Archive, name: str) -> Collected:
    """One that cannot be read does not cost the others."""
    member = archive.read(name)
    text = read_markup(member.content, archive.limits.member)
    if not text:
        return _UNREADABLE
    chapter = collect(text, _GRAMMAR, archive.limits.text)
    return replace(chapter, whole=chapter.whole and member.whole)


def _notices(archive: Archive, package: Package, chapters: list[Collected]) -> tuple[Notice, ...]:
    missing = sum(chapter is _UNREADABLE for chapter in chapters)
    broken = any(not chapter.whole for chapter in chapters if chapter is not _UNREADABLE)
    whole = archive.whole and package.whole and not broken
    return (() if whole else (damaged(),)) + ((missing_parts(missing),) if missing else ())


def _skips(name: str, attributes: Attributes) -> bool:
    """What is no text, and what the book marks as a note or as the way to one."""
    if name in {"head", "script", "style", "svg", "nav", "template", "rt", "rp"}:
        return True
    marks = {local_name(key): value for key, value in attributes.items()}
    kinds = {*marks.get("type", "").split(), *marks.get("role", "").replace("doc-", "").split()}
    return not kinds.isdisjoint(
        {"noteref", "footnote", "footnotes", "endnote", "endnotes", "rearnotes", "note"}
    )


_BLOCKS = (
    "html body section article aside header footer main figure figcaption div p h1 h2 h3 h4 h5 h6 blockquote "
    "pre ul ol li dl dt dd table caption tr td th br hr address"
)
_GRAMMAR = Grammar(blocks=frozenset(_BLOCKS.split()), skips=_skips)
