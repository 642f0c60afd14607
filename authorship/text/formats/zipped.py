"""What a zip file holds: an EPUB, a Word document, or books packed to be smaller (`.fb2.zip`)."""

import re
from dataclasses import replace
from itertools import chain
from posixpath import basename

from authorship.datamodels import Book, Notice
from authorship.errors import TextError
from authorship.text.files import DOCUMENTS, PAGES, is_left_behind, pages_own
from authorship.text.formats import kinds
from authorship.text.formats.archive import Archive, PackedBooks, PackedText, readable
from authorship.text.formats.docx import is_docx, read_docx
from authorship.text.formats.epub import is_epub, read_epub
from authorship.text.formats.fictionbook import is_fictionbook
from authorship.text.formats.limits import Limits
from authorship.text.formats.opendocument import CONTENT, read_opendocument
from authorship.text.formats.single import read_single
from authorship.text.notices import damaged, left_out, merged, missing_parts, several_files

# What holds a book, the more certain kinds first.
_KINDS = ((*DOCUMENTS, ".fb2.zip"), (".txt",), PAGES, (".zip",))
_README = re.compile(r"(?:read.?me|прочти|читай|lisez|licen[cs]e|copying|о файле|about|info)[^/]*", re.I)
_TEI, _HEAD = re.compile(rb"<(?:\w+:)?TEI\b"), 4_000
_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_DIRECTORY_END, _LONGEST_END = b"PK\x05\x06", 66_000


def is_zip(data: bytes) -> bool:
    """Whether the data starts or ends as a zip file does."""
    return data.startswith(_SIGNATURES) or data.rfind(_DIRECTORY_END, -_LONGEST_END) >= 0


def read_zip(data: bytes, encoding: str | None, limits: Limits) -> Book:
    """Read the book that the archive is or holds; of several the first of the most certain kind, and say so.

    Raises:
        TextError: it holds none, or none that can be read.
    """
    return _read_archive(Archive(data, limits), encoding, inner=False)


def unpack_books(data: bytes, limits: Limits) -> PackedBooks:
    """The texts of an archive of several, each as the file that it is; none of what is one text.

    An archive within it counts as the texts that it holds; one within that is not opened.

    Raises:
        TextError: the archive is encrypted or unpacks to more than any book.
    """
    if not is_zip(data):
        return PackedBooks()
    archive = Archive(data, limits)
    if _is_document(archive):
        return PackedBooks()
    found = _unpack(archive, inner=False)
    return found if len(found.texts) > 1 else PackedBooks()


def _unpack(archive: Archive, inner: bool) -> PackedBooks:
    names, others, junk = _sort_out(archive)
    texts: list[PackedText] = []
    for name in names:
        member = archive.read(name)
        packed = PackedBooks()
        if name.lower().endswith(".zip") and is_zip(member.content) and not inner:
            within = Archive(member.content, archive.limits, archive.budget)
            packed = PackedBooks() if _is_document(within) else _unpack(within, inner=True)
        if len(packed.texts) < 2:
            texts.append(PackedText(name, member.content, member.whole and archive.whole))
            continue
        texts += [replace(text, name=f"{name}/{text.name}") for text in packed.texts]
        others += [f"{name}/{other}" for other in packed.others]
        junk += [f"{name}/{other}" for other in packed.junk]
    return PackedBooks(tuple(texts), tuple(others), tuple(junk))


def _sort_out(archive: Archive) -> tuple[list[str], list[str], list[str]]:
    """By name what may be a text, what else there is, and what programs leave behind or keep with a page.

    What is called a readme is a text only where nothing else is; so is a single file of whatever name. XML
    may be anything: it is a text where it is a FictionBook or TEI and there is no other.
    """
    junk = sorted({*filter(is_left_behind, archive.names)} | pages_own(archive.names))
    there = sorted(set(archive.names) - set(junk))
    books = [name for name in there if name.lower().endswith(tuple(chain.from_iterable(_KINDS)))]
    named = [name for name in there if not _README.fullmatch(basename(name))]
    texts = [name for name in books if name in set(named)]
    texts = texts or [name for name in named if _is_book_in_xml(archive, name)] or books
    if not texts:
        texts = next((kept for kept in (named, there) if len(kept) == 1), [])
    return texts, [name for name in there if name not in set(texts)], junk


def _is_book_in_xml(archive: Archive, name: str) -> bool:
    if not name.lower().endswith(".xml"):
        return False
    content = archive.read(name).content
    return is_fictionbook(content) or _TEI.search(content[:_HEAD]) is not None


def _is_document(archive: Archive) -> bool:
    """Whether the archive itself is one text of a format that packs its parts."""
    packed = archive.find(CONTENT) is not None or any(name.startswith("fb3/") for name in archive.names)
    return packed or is_epub(archive) or is_docx(archive)


def _read_archive(archive: Archive, encoding: str | None, inner: bool) -> Book:
    if is_epub(archive):
        return read_epub(archive)
    if is_docx(archive):
        return read_docx(archive)
    if archive.find(CONTENT):
        return read_opendocument(archive)
    if any(name.startswith("fb3/") for name in archive.names):
        raise kinds.other_format("FB3")
    return _read_packed(archive, encoding, inner)


def _read_packed(archive: Archive, encoding: str | None, inner: bool) -> Book:
    """The first text that can be read, of the most certain kind; what else there is is told."""
    names, others, _ = _sort_out(archive)
    problem = kinds.archive("ZIP")
    for place, name in enumerate(sorted(names, key=_uncertainty)):
        try:
            book = _read_member(archive, name, encoding, inner)
        except TextError as error:
            if error.code == "hostile":
                raise
            problem = error
            continue
        return _told(book, name, len(names), place, len(others), archive.whole)
    raise problem


def _uncertainty(name: str) -> int:
    """Books of the kinds that are nothing else come first, then texts, pages, archives."""
    return next((place for place, endings in enumerate(_KINDS) if name.lower().endswith(endings)), 0)


def _read_member(archive: Archive, name: str, encoding: str | None, inner: bool) -> Book:
    """A book within the archive; an archive within one that lies in another is not opened."""
    member = archive.read(name)
    if not member.content and not member.whole:
        raise TextError("damaged", "The archive is damaged and nothing of it can be read: try another copy.")
    if is_zip(member.content) and not inner:
        packed = Archive(member.content, archive.limits, archive.budget)
        book = _read_archive(packed, encoding, inner=True)
    else:
        book = read_single(member.content, encoding, archive.limits)
    return book if member.whole else replace(book, notices=merged((*book.notices, damaged())))


def _told(book: Book, name: str, texts: int, unread: int, others: int, whole: bool) -> Book:
    """A book of an archive, with notices of what else is there and of what could not be read before it."""
    notices: list[Notice] = [*book.notices]
    if not whole:
        notices.append(damaged())
    if unread:
        notices.append(missing_parts(unread))
    if texts > 1:
        notices.append(several_files(texts, readable(name)))
    return replace(book, notices=merged((*notices, *left_out({"other_files": others}))))
