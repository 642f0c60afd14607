"""An EPUB's own lists: which parts are chapters and in which order, its title, and what is encrypted."""

from dataclasses import dataclass
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from authorship.formats.archive import Archive
from authorship.formats.markup import read_markup, read_tree

CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
# Fonts are scrambled so that they serve this book only; that hides no text.
_FONT_SCRAMBLING = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}


@dataclass(frozen=True, slots=True)
class Package:
    """The names of the chapters in reading order; `whole` is false where the list itself is damaged."""

    chapters: tuple[str, ...]
    title: str
    whole: bool


def read_package(archive: Archive) -> Package | None:
    """The book's package document; None where there is none or it lists nothing.

    Raises:
        TextError: it is hostile or too large.
    """
    name = _package_name(archive)
    root = _tree(archive, name)
    if root is None:
        return None
    chapters = tuple(dict.fromkeys(_resolve(name, href) for href in _spine(root)))
    title = " ".join((root.findtext(".//{*}metadata/{*}title") or "").split())
    return Package(chapters, title, archive.read(name).whole) if chapters else None


def _package_name(archive: Archive) -> str:
    """The package document that the container names, else the first that lies there."""
    container = _tree(archive, CONTAINER)
    rootfile = None if container is None else container.find(".//{*}rootfile")
    named = "" if rootfile is None else rootfile.get("full-path", "")
    return named if named in archive.names else next((n for n in archive.names if n.endswith(".opf")), "")


def _spine(root: etree._Element) -> list[str]:
    """The chapters' addresses; covers and notes (not `linear`) are left out unless all is marked so."""
    items = {item.get("id"): item for item in root.iterfind(".//{*}manifest/{*}item")}
    known = [ref for ref in root.iterfind(".//{*}spine/{*}itemref") if ref.get("idref") in items]
    linear = [ref for ref in known if ref.get("linear") != "no"] or known
    chapters = [items[ref.get("idref")] for ref in linear]
    return [item.get("href", "") for item in chapters if "nav" not in item.get("properties", "").split()]


def _resolve(package: str, href: str) -> str:
    """A member's name; an address is relative to the package document and percent-encoded."""
    return normpath(join(dirname(package), unquote(href.partition("#")[0])))


def encrypted_parts(archive: Archive) -> set[str]:
    """The members whose content is encrypted by more than the scrambling of fonts."""
    root = _tree(archive, _ENCRYPTION)
    if root is None:
        return set()
    return {
        unquote(reference.get("URI", ""))
        for entry in root.iterfind(".//{*}EncryptedData")
        for reference in entry.iterfind("{*}CipherData/{*}CipherReference")
        if _algorithm(entry) not in _FONT_SCRAMBLING
    }


def _algorithm(entry: etree._Element) -> str | None:
    method = entry.find("{*}EncryptionMethod")
    return None if method is None else method.get("Algorithm")


def _tree(archive: Archive, name: str) -> etree._Element | None:
    """A small document as a tree, whatever of it can be read."""
    return read_tree(read_markup(archive.read(name).content, archive.limits.member))
