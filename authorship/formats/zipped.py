"""What a zip file holds: an EPUB, a Word document, or books packed to be smaller (`.fb2.zip`)."""

import posixpath
from dataclasses import replace

from authorship.datamodels import Book, Notice
from authorship.errors import TextError
from authorship.formats import signatures
from authorship.formats.archive import Archive
from authorship.formats.docx import is_docx, read_docx
from authorship.formats.epub import is_epub, read_epub
from authorship.formats.limits import Limits
from authorship.formats.notices import damaged, missing_parts, several_files
from authorship.formats.opendocument import CONTENT, read_opendocument
from authorship.formats.single import read_single

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_DIRECTORY_END, _LONGEST_END = b"PK\x05\x06", 66_000


def is_zip(data: bytes) -> bool:
    """Whether the data starts or ends as a zip file does."""
    return data.startswith(_SIGNATURES) or _DIRECTORY_END in data[-_LONGEST_END:]


def read_zip(data: bytes, encoding: str | None, limits: Limits) -> Book:
    """Read whichever book the archive is or holds.

    Raises:
        TextError: it holds none, or one that cannot be read.
    """
    archive = Archive(data, limits)
    if is_epub(archive):
        return read_epub(archive)
    if is_docx(archive):
        return read_docx(archive)
    if CONTENT in archive.names:
        return read_opendocument(archive)
    if any(name.startswith("fb3/") for name in archive.names):
        raise signatures.other_format("FB3")
    return _read_packed(archive, encoding)


def _read_packed(archive: Archive, encoding: str | None) -> Book:
    """All books of the archive by name; one that cannot be read does not cost the others."""
    names, books, problem = _book_names(archive), [], signatures.archive("ZIP")
    for name in names:
        try:
            books.append(_read_member(archive, name, encoding))
        except TextError as error:
            if error.code == "hostile":
                raise
            problem = error
    if not books:
        raise problem
    return _join(books, len(names) - len(books), archive.whole)


def _book_names(archive: Archive) -> list[str]:
    """FictionBooks, else texts, else the only file there is."""
    names = sorted(name for name in archive.names if not posixpath.basename(name).startswith("."))
    for ending in (".fb2", ".txt"):
        if chosen := [name for name in names if name.lower().endswith(ending)]:
            return chosen
    return names if len(names) == 1 else []


def _read_member(archive: Archive, name: str, encoding: str | None) -> Book:
    member = archive.read(name)
    if not member.content and not member.whole:
        raise TextError("damaged", "The archive is damaged and nothing of it can be read: try another copy.")
    book = read_single(member.content, encoding, archive.limits)
    return book if member.whole else replace(book, notices=(damaged(),))


def _join(books: list[Book], missing: int, whole: bool) -> Book:
    """Several books as one, with the first one's title, format and encoding."""
    notices: list[Notice] = []
    if not whole or any(book.notices for book in books):
        notices.append(damaged())
    if missing:
        notices.append(missing_parts(missing))
    if len(books) > 1:
        notices.append(several_files(len(books)))
    return replace(books[0], text="\n".join(book.text for book in books), notices=tuple(notices))
