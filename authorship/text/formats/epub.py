"""EPUB: its lists of parts, and its chapters in the order of the spine, without contents and notes."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import accumulate
from posixpath import basename, dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from authorship.datamodels import Book, Notice, NoticeCode
from authorship.errors import TextError
from authorship.text.decode import check_size
from authorship.text.formats.archive import Archive
from authorship.text.formats.hypertext import Cause, Page, read_xhtml
from authorship.text.formats.limits import LONGEST_TITLE, MEMBERS, hostile
from authorship.text.formats.lines import CONTENTS_TITLE, NOTES_TITLE, Grammar
from authorship.text.formats.markup import Collected, Parts, read_markup, read_tree
from authorship.text.headings import line_headings
from authorship.text.notices import bent_names, damaged, left_out, merged, missing_parts

CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
# Fonts are scrambled so that they serve this book only; that hides no text.
_FONT_SCRAMBLING = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
# Longer names and lists of properties are no program's; every one is looked at once.
_LONGEST_VALUE = 4_096
# What OPF's guide and EPUB's landmarks call the parts that are not the book's own text.
_CONTENTS = {"toc", "loi", "lot", "index", "glossary", "bibliography", "copyright-page"}
_NOTES = {"notes", "footnotes", "endnotes", "rearnotes"}
# Lists, style sheets and pictures that stand among the chapters.
_NO_CHAPTER = re.compile(r"\.(?:ncx|css|svg|jpe?g|png|gif|webp|otf|ttf)$", re.I)
_GRAMMAR = Grammar(
    blocks=frozenset(
        ["package", "metadata", "manifest", "spine", "guide", "container", "rootfiles", "encryption"]
    ),
    skips=lambda name, _: None,
    root="package",
    alone=frozenset(
        ["title", "creator", "description", "language", "identifier", "date", "item", "itemref", "reference"]
    ),
    top=frozenset(["metadata", "manifest", "spine", "guide", "rootfiles"]),
)


@dataclass(frozen=True, slots=True)
class Package:
    """The names of the chapters in reading order; `whole` is false where the list itself is damaged.

    `missing` counts chapters that are listed and not there. `contents` and `notes` are the members, chapters
    or not, that the book calls its contents and its notes; `auxiliary` chapters are not read in a row.
    """

    chapters: tuple[str, ...]
    title: str
    whole: bool
    missing: int = 0
    contents: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()
    auxiliary: frozenset[str] = frozenset()


def read_package(archive: Archive) -> Package | None:
    """The book's package document; None where there is none or it lists nothing.

    Raises:
        TextError: it is hostile or too large.
    """
    name = _package_name(archive)
    content = archive.read(name)
    root = read_tree(read_markup(content.content, archive.limits.member), _GRAMMAR)
    if root is None:
        return None
    addresses = _spine(root)
    if not addresses:
        return None
    auxiliary = [address for address, linear in addresses.items() if not linear]
    found = [archive.find(_resolve(name, address)) for address in addresses]
    return Package(
        chapters=tuple(dict.fromkeys(chapter for chapter in found if chapter)),
        title=_title(root),
        whole=content.whole,
        missing=found.count(None),
        contents=_guided(archive, name, root, _CONTENTS),
        notes=_guided(archive, name, root, _NOTES),
        auxiliary=frozenset(filter(None, (archive.find(_resolve(name, address)) for address in auxiliary))),
    )


def _title(root: etree._Element) -> str:
    """The title that is called the main one, else the first that says anything."""
    titles: dict[str, str] = {}
    for element in root.iterfind(".//{*}metadata//*"):
        if str(element.tag).rpartition("}")[2].lower() == "title":
            words = unescape("".join(element.itertext())[:LONGEST_TITLE]).split()
            if words:
                titles.setdefault(_value(element, "id"), " ".join(words))
    main = (
        _value(meta, "refines").removeprefix("#")
        for meta in root.iterfind(".//{*}metadata/{*}meta[@property='title-type']")
        if (meta.text or "").strip() == "main"
    )
    return next((titles[key] for key in main if key in titles), next(iter(titles.values()), ""))


def _package_name(archive: Archive) -> str:
    """The package document that the container names, else the first that lies there."""
    container = _tree(archive, CONTAINER)
    rootfile = None if container is None else container.find(".//{*}rootfile")
    named = None if rootfile is None else archive.find(_value(rootfile, "full-path"))
    return named or next((name for name in archive.names if name.lower().endswith(".opf")), "")


def _spine(root: etree._Element) -> dict[str, bool]:
    """The chapters' addresses, each once, and whether they are read in a row: covers and notes are not."""
    items: dict[str, etree._Element] = {}
    for item in root.iterfind(".//{*}manifest/{*}item"):
        items.setdefault(_value(item, "id"), item)
    known = [ref for ref in root.iterfind(".//{*}spine/{*}itemref") if _value(ref, "idref") in items]
    chosen = {_value(ref, "idref"): ref.get("linear") != "no" for ref in reversed(known)}
    if len(chosen) > MEMBERS:
        raise hostile(f"has more than {MEMBERS:,} parts")
    chapters: dict[str, bool] = {}
    for key in reversed(chosen):
        address = _value(items[key], "href")
        if "nav" not in _value(items[key], "properties").split() and not _NO_CHAPTER.search(address):
            chapters.setdefault(address, chosen[key])
    return chapters


def _guided(archive: Archive, package: str, root: etree._Element, kinds: set[str]) -> frozenset[str]:
    """The members that the guide names as one of `kinds`; an address within a member names no member."""
    references = (
        reference
        for reference in root.iterfind(".//{*}guide/{*}reference")
        if _value(reference, "type").lower() in kinds
    )
    addresses = dict.fromkeys(_value(reference, "href") for reference in references)
    if len(addresses) > MEMBERS:
        raise hostile(f"has more than {MEMBERS:,} parts")
    found = (archive.find(_resolve(package, address)) for address in addresses if "#" not in address)
    return frozenset(name for name in found if name)


def _value(element: etree._Element, name: str) -> str:
    """An attribute; nothing where it is longer than any program's."""
    value = str(element.get(name, ""))
    return value if len(value) <= _LONGEST_VALUE else ""


def _resolve(package: str, href: str) -> str:
    """A member's name; an address is relative to the package document and percent-encoded."""
    path = unquote(href.partition("#")[0].partition("?")[0]).replace("\\", "/")
    return normpath(join(dirname(package), path))


def encrypted_parts(archive: Archive) -> set[str]:
    """The members whose content is encrypted by more than the scrambling of fonts."""
    root = _tree(archive, _ENCRYPTION)
    if root is None:
        return set()
    addresses = {
        _value(reference, "URI")
        for entry in root.iterfind(".//{*}EncryptedData")
        if _algorithm(entry) not in _FONT_SCRAMBLING
        for reference in entry.iterfind("{*}CipherData/{*}CipherReference")
    }
    found = (archive.find(unquote(address)) for address in addresses)
    return {name for name in found if name}


def _algorithm(entry: etree._Element) -> str | None:
    method = entry.find("{*}EncryptionMethod")
    return None if method is None else method.get("Algorithm")


def _tree(archive: Archive, name: str) -> etree._Element | None:
    """A small document as a tree, whatever of it can be read."""
    return read_tree(read_markup(archive.read(name).content, archive.limits.member), _GRAMMAR)


_CAPITALS = re.compile(r"</?[A-Z][A-Z0-9]*\b")  # tags as HTML had them before XHTML
_MIMETYPE = b"application/epub+zip"
_PAGES = (".xhtml", ".html", ".htm")
_NOTES_FILE = re.compile(r"notes?\b|footnote|endnote|comment|snosk|primech|сноск|примеч|комментар", re.I)
_LONGEST_ENTRY = 120
_NUMBERED = re.compile(r"[\[({]?\d{1,4}[\])}.\s]")
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
    pages: dict[str, Page] = {}
    characters = 0
    for name in package.chapters:
        pages[name] = _read_page(archive, name, parts)
        characters += sum(map(len, pages[name].collected.lines))
        check_size(characters, archive.limits.text)
    chapters = {name: page.collected for name, page in _without_doubt(pages, archive.limits.text).items()}
    aside = _aside(package, chapters)
    read = [chapter for name, chapter in chapters.items() if name not in aside]
    lines = [line for chapter in read for line in chapter.lines]
    told = (*parts.notices, *_notices(archive, package, chapters, aside))
    headings = line_headings(lines, _levels(read))
    return Book("\n".join(lines), "epub", None, package.title, merged(told), headings)


def _levels(chapters: Sequence[Collected]) -> dict[int, int]:
    """The levels of the headings among all chapters' lines, by their numbers."""
    firsts = accumulate((len(chapter.lines) for chapter in chapters), initial=0)
    return {
        first + number: level
        for first, chapter in zip(firsts, chapters, strict=False)
        for number, level in chapter.headings.items()
    }


def _without_package(archive: Archive) -> Package:
    """Where the book's own list is lost, its pages by name."""
    pages = sorted(name for name in archive.names if name.lower().endswith(_PAGES))
    return Package(tuple(pages), "", whole=False)


def _read_page(archive: Archive, name: str, parts: Parts) -> Page:
    """One that cannot be read does not cost the others."""
    member = archive.read(name)
    text = _CAPITALS.sub(lambda tag: tag[0].lower(), parts.decode(member.content))
    if not text:
        return Page(_UNREADABLE)
    return _of_book(read_xhtml(text, archive.limits.text), name, member.whole)


def _of_book(page: Page, name: str, whole: bool) -> Page:
    """A page that knows to which others its marks lead; `whole` unless its member breaks off."""
    collected, folder = page.collected, dirname(name)
    marked = frozenset(normpath(join(folder, unquote(mark.partition("#")[0]))) for mark in collected.marked)
    collected = replace(collected, whole=collected.whole and whole, marked=marked - {name})
    return replace(page, collected=collected)


def _without_doubt(pages: dict[str, Page], limit: int) -> dict[str, Page]:
    """The pages, read again without each cause that leaves out more of the book than is kept."""
    doubted: set[Cause] = set()
    while True:
        kept, lost = 0, Counter[Cause]()
        for page in pages.values():
            kept += sum(map(len, page.collected.lines))
            lost.update(page.lost)
        check_size(kept, limit)
        cause: Cause = max(lost, key=lambda cause: lost[cause], default="")
        if lost[cause] <= kept:
            return pages
        doubted.add(cause)
        for name, page in pages.items():
            if page.lost[cause]:
                again = read_xhtml(page.text, limit, doubted)
                pages[name] = _of_book(again, name, page.collected.whole)


def _aside(package: Package, chapters: Mapping[str, Collected]) -> dict[str, NoticeCode]:
    """The chapters that are not the book's own text, and why: they hold its contents or its notes.

    None of them is the larger half of the book, whatever it is called, unless the book itself sets it apart.
    """
    sizes = {name: sum(map(len, chapter.lines)) for name, chapter in chapters.items()}
    marked = frozenset(name for chapter in chapters.values() for name in chapter.marked)
    half = sum(sizes.values()) / 2
    why = {name: _why_aside(name, chapter, package, marked) for name, chapter in chapters.items()}
    return {
        name: code
        for name, code in why.items()
        if code and (sizes[name] <= half or name in package.auxiliary)
    }


def _why_aside(name: str, chapter: Collected, package: Package, marked: frozenset[str]) -> NoticeCode | None:
    first = chapter.lines[0] if chapter.lines else ""
    lists = chapter.left_out.get("contents") or all(len(line) <= _LONGEST_ENTRY for line in chapter.lines)
    if name in package.contents or (CONTENTS_TITLE.fullmatch(first) and lists):
        return "contents"
    numbered = chapter.notes + sum(map(bool, map(_NUMBERED.match, chapter.lines)))
    called = name in marked and (_NOTES_FILE.search(basename(name)) or numbered * 2 >= len(chapter.lines))
    if chapter.lines and name in package.auxiliary and package.auxiliary != set(package.chapters):
        return "notes"
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
