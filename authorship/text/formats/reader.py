"""Any book file to its text: the format is found by what the file holds, never by its name.

A zip file is an EPUB, a Word or OpenDocument text, or books packed to be smaller (`.fb2.zip`).
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, chain
from pathlib import Path, PurePath
from posixpath import basename

from authorship.datamodels import Book, Heading, Notice
from authorship.errors import TextError
from authorship.text.decode import check_size
from authorship.text.files import (
    BOOK_SUFFIXES,
    DOCUMENTS,
    PAGES,
    STDIN,
    check_file,
    is_left_behind,
    pages_own,
)
from authorship.text.formats import kinds
from authorship.text.formats.archive import Archive, PackedBooks, PackedText, readable
from authorship.text.formats.docx import is_docx, read_docx
from authorship.text.formats.epub import is_epub, read_epub
from authorship.text.formats.fictionbook import is_fictionbook
from authorship.text.formats.limits import LARGEST_BOOK, Limits
from authorship.text.formats.opendocument import CONTENT, read_opendocument
from authorship.text.formats.single import read_single
from authorship.text.headings import settle_headings, shifted
from authorship.text.letters.folding import letter_notices
from authorship.text.notices import (
    damaged,
    left_out,
    merged,
    missing_parts,
    replaced_characters,
    several_files,
)

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


_NO_PROSE = {"notes", "contents", "hidden", "navigation", "stage_directions", "deleted_text"}
_ENDINGS = {ending.removeprefix(".") for ending in (*BOOK_SUFFIXES, ".zip", ".xml")}


def open_joined(path: Path) -> Book:
    """All texts of a file as one book, in order of name: what a file is where each is a work.

    Raises:
        OSError: the file cannot be read.
        TextError: none of its texts can be read.
    """
    found, problem = texts_in(_content(path, LARGEST_BOOK), path.name), None
    books: list[Book] = []
    for text in found.texts:
        try:
            books.append(text.read())
        except TextError as error:
            problem = error
    if problem and not books:
        raise problem
    missing = len(found.texts) - len(books)
    notices = [notice for book in books for notice in book.notices]
    notices += [missing_parts(missing)] if missing else []
    starts = accumulate((len(book.text) + 1 for book in books), initial=0)
    headings: list[Heading] = []
    for start, book in zip(starts, books, strict=False):
        headings += shifted(book.headings, start)
    joined = "\n".join(book.text for book in books)
    return replace(books[0], text=joined, notices=merged(notices), headings=tuple(headings))


def _content(path: Path, limit: int) -> bytes:
    check_size(path.stat().st_size, Limits(limit).file)
    return path.read_bytes()


@dataclass(frozen=True, slots=True)
class FoundText:
    """A text of a file: its path in an archive of several, else "", and how to read it.

    `read` raises TextError, see `read_book`.
    """

    place: str
    read: Callable[[], Book]

    def path_in(self, path: str) -> str:
        """The text's own path, of the file's."""
        return f"{path}/{self.place}" if self.place else path


@dataclass(frozen=True, slots=True)
class FoundTexts:
    """The texts of a file, of an archive of several each by itself; the paths of what else lies in it.

    `junk` is what programs leave behind, `others` may be anything.
    """

    texts: tuple[FoundText, ...]
    others: tuple[str, ...] = ()
    junk: tuple[str, ...] = ()


def texts_at(path: str, encoding: str | None = None, limit: int = LARGEST_BOOK) -> FoundTexts:
    """The texts of a file, or of standard input where the path is `-`; see `texts_in`.

    Raises:
        OSError: the file cannot be read.
        TextError: it is a folder without books, too large, or an archive that cannot be opened.
    """
    if path == STDIN:
        return texts_in(sys.stdin.buffer.read(Limits(limit).file + 1), "", encoding, limit)
    check_file(path)
    return texts_in(_content(Path(path), limit), Path(path).name, encoding, limit)


def texts_in(
    data: bytes, name: str = "", encoding: str | None = None, limit: int = LARGEST_BOOK
) -> FoundTexts:
    """The texts of a file's `data`: of an archive of several each by itself, none of them read yet.

    Raises:
        TextError: it is too large, or an archive that cannot be opened.
    """
    check_size(len(data), Limits(limit).file)
    packed = unpack_books(data, Limits(limit))
    if not packed.texts:
        return FoundTexts((FoundText("", partial(read_book, data, name, encoding, limit)),))
    texts = (
        FoundText(readable(text.name), partial(read_packed, text, encoding, limit)) for text in packed.texts
    )
    return FoundTexts(tuple(texts), tuple(map(readable, packed.others)), tuple(map(readable, packed.junk)))


def read_packed(text: PackedText, encoding: str | None = None, limit: int = LARGEST_BOOK) -> Book:
    """A text of an archive; one that breaks off is read as far as it goes.

    Raises:
        TextError: see `read_book`.
    """
    if not text.content and not text.whole:
        raise _damaged()
    book = read_book(text.content, text.name, encoding, limit)
    return book if text.whole else replace(book, notices=merged((*book.notices, damaged())))


def read_book(data: bytes, name: str = "", encoding: str | None = None, limit: int = LARGEST_BOOK) -> Book:
    """Read a book in any of the formats of `BookFormat`, packed or not, a damaged one as far as it goes.

    Of an archive of several texts one is read, and a notice says which; `texts_in` gives all.

    Args:
        data: the whole file.
        name: the file's name, for a book that does not say its title.
        encoding: overrides what is found or declared, in texts, pages, RTF and FictionBooks; the others know
            theirs.
        limit: the most bytes of a text file, and characters of any other format's text; the file itself
            may be three times as large.

    Raises:
        TextError: the file is empty, too large, encrypted, hostile, in another format, or no text at all.
    """
    limits = Limits(limit)
    check_size(len(data), limits.file)
    read = read_zip if is_zip(data) else read_single
    try:
        book = read(data, encoding, limits)
    except TextError as error:
        if error.code == "not_text" and _is_book(name):
            raise _damaged() from error
        raise
    if not book.text.strip():
        raise _without_text(book)
    check_size(len(book.text), limit)
    broken = any(notice.code in ("damaged", "missing_parts") for notice in book.notices)
    notices = (*book.notices, *replaced_characters(book.text, broken), *letter_notices(book.text))
    headings = settle_headings(book.text, book.headings)
    return replace(book, title=book.title or _stem(name), notices=notices, headings=headings)


def _without_text(book: Book) -> TextError:
    codes = {notice.code for notice in book.notices}
    if codes & {"damaged", "missing_parts"}:
        return _damaged()
    if "embedded" in codes:
        message = "The document holds its text in a part of another format: open it in Word and save it anew."
        return TextError("other_format", message, format="DOCX")
    if codes & _NO_PROSE:
        message = (
            "All text of the file was left out, as notes, contents, menus or hidden parts are: paste it."
        )
        return TextError("left_out", message)
    return TextError("empty", "The book holds no text: scanned pages must be recognised first (OCR).")


def _damaged() -> TextError:
    return TextError("damaged", "The file is damaged and nothing of it can be read: try another copy.")


def _is_book(name: str) -> bool:
    """Whether the name promises more than plain text."""
    return PurePath(name).suffix.lower().removeprefix(".") in _ENDINGS - {"txt"}


def _stem(name: str) -> str:
    """`Nose.fb2.zip` is `Nose`."""
    name = name.replace("\\", "/").rpartition("/")[2]
    stem, _, ending = name.rpartition(".")
    return _stem(stem) if stem and ending.lower() in _ENDINGS else name
