"""Any book file to its text: the format is found by what the file holds, never by its name."""

from dataclasses import replace
from pathlib import Path, PurePath

from authorship.datamodels import Book
from authorship.errors import TextError
from authorship.text.decode import check_size
from authorship.text.formats.limits import LARGEST_BOOK, Limits
from authorship.text.formats.single import read_single
from authorship.text.formats.zipped import is_zip, read_zip
from authorship.text.headings import settle_headings
from authorship.text.letters.folding import letter_notices
from authorship.text.notices import replaced_characters

_ENDINGS = {
    *("txt", "fb2", "fbz", "zip", "epub", "docx", "docm", "dotx"),
    *("html", "htm", "xhtml", "mht", "mhtml", "tei", "xml", "rtf", "odt", "fodt"),
}


def open_book(path: Path, encoding: str | None = None, limit: int = LARGEST_BOOK) -> Book:
    """Read a book file; see `read_book`.

    Raises:
        OSError: the file cannot be read.
        TextError: `read_book` refuses it.
    """
    check_size(path.stat().st_size, Limits(limit).file)
    return read_book(path.read_bytes(), path.name, encoding, limit)


def read_book(data: bytes, name: str = "", encoding: str | None = None, limit: int = LARGEST_BOOK) -> Book:
    """Read a book in any of the formats of `BookFormat`, packed or not, a damaged one as far as it goes.

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
