"""An EPUB's own lists: which parts are chapters and in which order, its title, and what is encrypted."""

from dataclasses import dataclass
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from authorship.formats.archive import Archive
from authorship.formats.limits import LONGEST_TITLE, MEMBERS, hostile
from authorship.formats.lines import Grammar
from authorship.formats.markup import read_markup, read_tree

CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
# Fonts are scrambled so that they serve this book only; that hides no text.
_FONT_SCRAMBLING = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
# Longer names and lists of properties are no program's; every one is looked at once.
_LONGEST_VALUE = 4_096
# What OPF's guide and EPUB's landmarks call the parts that are not the book's own text.
_CONTENTS = {"toc", "loi", "lot", "index", "glossary", "bibliography", "copyright-page"}
_NOTES = {"notes", "footnotes", "endnotes", "rearnotes"}
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
    or not, that the book calls its contents and its notes.
    """

    chapters: tuple[str, ...]
    title: str
    whole: bool
    missing: int = 0
    contents: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()


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
    found = [archive.find(_resolve(name, address)) for address in addresses]
    return Package(
        chapters=tuple(dict.fromkeys(chapter for chapter in found if chapter)),
        title=" ".join((root.findtext(".//{*}metadata/{*}title") or "")[:LONGEST_TITLE].split()),
        whole=content.whole,
        missing=found.count(None),
        contents=_guided(archive, name, root, _CONTENTS),
        notes=_guided(archive, name, root, _NOTES),
    )


def _package_name(archive: Archive) -> str:
    """The package document that the container names, else the first that lies there."""
    container = _tree(archive, CONTAINER)
    rootfile = None if container is None else container.find(".//{*}rootfile")
    named = None if rootfile is None else archive.find(_value(rootfile, "full-path"))
    return named or next((name for name in archive.names if name.lower().endswith(".opf")), "")


def _spine(root: etree._Element) -> list[str]:
    """The chapters' addresses, each once; covers and notes (not `linear`) are left out unless all is so."""
    items = {_value(item, "id"): item for item in root.iterfind(".//{*}manifest/{*}item")}
    known = [ref for ref in root.iterfind(".//{*}spine/{*}itemref") if _value(ref, "idref") in items]
    linear = [ref for ref in known if ref.get("linear") != "no"] or known
    chosen = dict.fromkeys(_value(ref, "idref") for ref in linear)
    if len(chosen) > MEMBERS:
        raise hostile(f"has more than {MEMBERS:,} parts")
    chapters = [items[key] for key in chosen if "nav" not in _value(items[key], "properties").split()]
    return list(dict.fromkeys(_value(chapter, "href") for chapter in chapters))


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
    path = unquote(href.partition("#")[0]).replace("\\", "/")
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
