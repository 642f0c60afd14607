"""What a zip file holds: an EPUB, a Word document, or books packed to be smaller (`.fb2.zip`)."""

import re
from dataclasses import replace
from itertools import accumulate
from posixpath import basename

from authorship.datamodels import Book, Heading, Notice
from authorship.errors import TextError
from authorship.text.formats import kinds
from authorship.text.formats.archive import Archive, PackedBooks
from authorship.text.formats.docx import is_docx, read_docx
from authorship.text.formats.epub import is_epub, read_epub
from authorship.text.formats.limits import Limits
from authorship.text.formats.opendocument import CONTENT, read_opendocument
from authorship.text.formats.single import read_single
from authorship.text.headings import shifted
from authorship.text.notices import damaged, left_out, merged, missing_parts, several_files

# What holds a book, the more certain kinds first: beside a novel lies a readme, not beside a readme a novel.
_BOOKS = (".fb2", ".fbz", ".epub", ".docx", ".docm", ".dotx", ".fb2.zip", ".odt", ".fodt", ".rtf", ".tei")
_PAGES = (".html", ".htm", ".xhtml", ".mht", ".mhtml")
_README = re.compile(r"(?:read.?me|прочти|читай|lisez|licen[cs]e|copying|о файле|about|info)[^/]*", re.I)
_LEFT_BEHIND = re.compile(r"(?:.*/)?(?:__MACOSX/.*|\._[^/]*|~\$[^/]*|\.[^/]*|thumbs\.db|desktop\.ini)", re.I)
_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_DIRECTORY_END, _LONGEST_END = b"PK\x05\x06", 66_000


def is_zip(data: bytes) -> bool:
    """Whether the data starts or ends as a zip file does."""
    return data.startswith(_SIGNATURES) or data.rfind(_DIRECTORY_END, -_LONGEST_END) >= 0


def read_zip(data: bytes, encoding: str | None, limits: Limits) -> Book:
    """Read whichever book the archive is or holds.

    Raises:
        TextError: it holds none, or one that cannot be read.
    """
    return _read_archive(Archive(data, limits), encoding, inner=False)


def unpack_books(data: bytes, limits: Limits) -> PackedBooks:
    """The books of an archive of several, each as the file that it is; none of what is read as one book.

    A damaged archive is one too: the reader salvages it and says so. What is called a readme counts among
    the others unless there is nothing else.

    Raises:
        TextError: the archive is encrypted or unpacks to more than any book.
    """
    if not is_zip(data):
        return PackedBooks()
    archive = Archive(data, limits)
    if _is_document(archive):
        return PackedBooks()
    there = sorted(name for name in archive.names if not _LEFT_BEHIND.fullmatch(name))
    books = [name for name in there if name.lower().endswith((*_BOOKS, ".txt", *_PAGES, ".zip"))]
    names = [name for name in books if not _README.fullmatch(basename(name))] or books
    unpacked = [archive.read(name) for name in names] if len(names) > 1 else []
    if not unpacked or not all(member.whole for member in unpacked):
        return PackedBooks()
    return PackedBooks(tuple(names), tuple(member.content for member in unpacked), len(there) - len(names))


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
    """All books of the archive by name; one that cannot be read does not cost the others."""
    there = sorted(name for name in archive.names if not _LEFT_BEHIND.fullmatch(name))
    names, books, problem = _book_names(there), [], kinds.archive("ZIP")
    for name in names:
        try:
            books.append(_read_member(archive, name, encoding, inner))
        except TextError as error:
            if error.code == "hostile":
                raise
            problem = error
    if not books:
        raise problem
    return _join(books, len(names) - len(books), len(there) - len(names), archive.whole)


def _book_names(names: list[str]) -> list[str]:
    """Books of the kinds that are nothing else, else texts, else archives, else the only file there is.

    What is called a readme counts only where nothing else does.
    """
    named = [name for name in names if not _README.fullmatch(basename(name))]
    for kept in (named, names):
        for endings in (_BOOKS, (".txt",), _PAGES, (".zip",)):
            if chosen := [name for name in kept if name.lower().endswith(endings)]:
                return chosen
        if len(kept) == 1:
            return kept
    return []


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


def _join(books: list[Book], missing: int, others: int, whole: bool) -> Book:
    """Several books as one, with the first one's title, format and encoding."""
    notices: list[Notice] = [notice for book in books for notice in book.notices]
    if not whole:
        notices.append(damaged())
    if missing:
        notices.append(missing_parts(missing))
    if len(books) > 1:
        notices.append(several_files(len(books)))
    notices += left_out({"other_files": others})
    starts = accumulate((len(book.text) + 1 for book in books), initial=0)
    headings: list[Heading] = []
    for start, book in zip(starts, books, strict=False):
        headings += shifted(book.headings, start)
    text = "\n".join(book.text for book in books)
    return replace(books[0], text=text, notices=merged(notices), headings=tuple(headings))
