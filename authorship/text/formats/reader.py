"""Any book file to its text: the format is found by what the file holds, never by its name."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from pathlib import Path, PurePath

from authorship.datamodels import Book, Heading
from authorship.errors import TextError
from authorship.text.decode import check_size
from authorship.text.files import BOOK_SUFFIXES, STDIN, check_file
from authorship.text.formats.archive import PackedText, readable
from authorship.text.formats.limits import LARGEST_BOOK, Limits
from authorship.text.formats.single import read_single
from authorship.text.formats.zipped import is_zip, read_zip, unpack_books
from authorship.text.headings import settle_headings, shifted
from authorship.text.letters.folding import letter_notices
from authorship.text.notices import damaged, merged, missing_parts, replaced_characters

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
