"""EPUB: the chapters in the order of the spine, without contents, notes, and what is hidden."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from posixpath import basename, dirname, join, normpath
from urllib.parse import unquote

from authorship.datamodels import Book, Notice, NoticeCode
from authorship.errors import TextError
from authorship.formats.archive import Archive
from authorship.formats.hypertext import HYPERTEXT
from authorship.formats.lines import CONTENTS_TITLE, NOTES_TITLE
from authorship.formats.markup import Collected, Parts, collect
from authorship.formats.notices import bent_names, damaged, left_out, merged, missing_parts
from authorship.formats.package import CONTAINER, Package, encrypted_parts, read_package
from authorship.text import check_size

_CAPITALS = re.compile(r"</?[A-Z][A-Z0-9]*\b")  # tags as HTML had them before XHTML
_MIMETYPE = b"application/epub+zip"
_PAGES = (".xhtml", ".html", ".htm")
_NOTES_FILE = re.compile(r"notes?\b|footnote|endnote|comment|snosk|primech|сноск|примеч|комментар", re.I)
_UNREADABLE = Collected((), "", whole=False)


def is_epub(archive: Archive) -> bool:
    """Whether the archive says that it is an EPUB, or looks like one."""
    container = archive.find(CONTAINER) is not None
    return container or any(name.lower().endswith(".opf") for name in archive.names) or _says_so(archive)


def _says_so(archive: Archive) -> bool:
    return archive.find("mimetype") is not None and archive.read("mimetype").content.strip() == _MIMETYPE


def read_epub(archive: Archive) -> Book:
    """The text of all chapters, a line for each title and paragraph.

    Raises:
        TextError: the book is protected, hostile, larger than the limits, or no chapter can be read.
    """
    package = read_package(archive) or _without_package(archive)
    if encrypted_parts(archive) & set(package.chapters):
        message = "The book is protected (DRM): choose a copy that is free to read, or paste the text itself."
        raise TextError("encrypted", message)
    parts = Parts(archive.limits.member)
    chapters: dict[str, Collected] = {}
    characters = 0
    for name in package.chapters:
        chapters[name] = _read_chapter(archive, name, parts)
        characters += sum(map(len, chapters[name].lines))
        check_size(characters, archive.limits.text)
    aside = _aside(package, chapters)
    text = "\n".join(line for name in chapters if name not in aside for line in chapters[name].lines)
    told = (*parts.notices, *_notices(archive, package, chapters, aside))
    return Book(text, "epub", None, package.title, merged(told))


def _without_package(archive: Archive) -> Package:
    """Where the book's own list is lost, its pages by name."""
    pages = sorted(name for name in archive.names if name.lower().endswith(_PAGES))
    return Package(tuple(pages), "", whole=False)


def _read_chapter(archive: Archive, name: str, parts: Parts) -> Collected:
    """One that cannot be read does not cost the others."""
    member = archive.read(name)
    text = _CAPITALS.sub(lambda tag: tag[0].lower(), parts.decode(member.content))
    if not text:
        return _UNREADABLE
    chapter = collect(text, HYPERTEXT, archive.limits.text)
    folder = dirname(name)
    marked = frozenset(normpath(join(folder, unquote(mark.partition("#")[0]))) for mark in chapter.marked)
    return replace(chapter, whole=chapter.whole and member.whole, marked=marked - {name})


def _aside(package: Package, chapters: Mapping[str, Collected]) -> dict[str, NoticeCode]:
    """The chapters that are not the book's own text, and why: they hold its contents or its notes.

    None of them is the larger half of the book, whatever it is called.
    """
    sizes = {name: sum(map(len, chapter.lines)) for name, chapter in chapters.items()}
    marked = frozenset(name for chapter in chapters.values() for name in chapter.marked)
    half = sum(sizes.values()) / 2
    why = {name: _why_aside(name, chapter, package, marked) for name, chapter in chapters.items()}
    return {name: code for name, code in why.items() if code and sizes[name] <= half}


def _why_aside(name: str, chapter: Collected, package: Package, marked: frozenset[str]) -> NoticeCode | None:
    first = chapter.lines[0] if chapter.lines else ""
    if name in package.contents or (CONTENTS_TITLE.fullmatch(first) and chapter.left_out.get("contents")):
        return "contents"
    called = name in marked and _NOTES_FILE.search(basename(name)) is not None
    return "notes" if name in package.notes or called or NOTES_TITLE.fullmatch(first) else None


def _notices(
    archive: Archive, package: Package, chapters: Mapping[str, Collected], aside: Mapping[str, NoticeCode]
) -> list[Notice]:
    """What a reader should know of the list of chapters and of each that was read."""
    readable = [chapter for chapter in chapters.values() if chapter is not _UNREADABLE]
    missing = package.missing + len(chapters) - len(readable)
    whole = archive.whole and package.whole and all(chapter.whole for chapter in readable)
    notices = [] if whole else [damaged()]
    notices += [missing_parts(missing)] if missing else []
    notices += [bent_names()] if archive.repaired else []
    counts = Counter(aside.values())
    for chapter in readable:
        counts.update(chapter.left_out)
    return [*notices, *left_out(counts)]
