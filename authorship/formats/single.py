"""A book that is one file and not packed, told by what it holds: FictionBook, page, TEI, RTF, plain text."""

from dataclasses import replace

from authorship.datamodels import Book, DecodedText
from authorship.formats.fictionbook import is_fictionbook, read_fictionbook
from authorship.formats.kinds import Found, find_kind
from authorship.formats.limits import Limits
from authorship.formats.message import is_message, read_message
from authorship.formats.opendocument import read_flat
from authorship.formats.rtf import is_rtf, read_rtf
from authorship.formats.signatures import other_format, refuse_other_format
from authorship.formats.tei import read_tei
from authorship.formats.webpage import read_html, read_page
from authorship.text import check_size, decode_text


def read_single(data: bytes, encoding: str | None, limits: Limits) -> Book:
    """Read a book; a plain text is not altered but for the mark of its encoding.

    Raises:
        TextError: the data is in another format, no text, too large, or not in the encoding named.
    """
    refuse_other_format(data)
    if is_rtf(data):
        return read_rtf(data, encoding, limits)
    if is_message(data):
        return read_message(data, encoding, limits)
    if is_fictionbook(data):
        return read_fictionbook(data, encoding, limits)
    if b"<" not in data and b"&" not in data:
        return _plain(decode_text(data, encoding, limits.text))
    decoded = decode_text(data, encoding, limits.file)
    found = find_kind(decoded.text)
    if found:
        return _read_markup(data, decoded, encoding, found, limits)
    check_size(len(data), limits.text)
    return _plain(decoded)


def _plain(decoded: DecodedText) -> Book:
    return Book(decoded.text, "txt", decoded.encoding, "", decoded.notices)


def _read_markup(
    data: bytes, decoded: DecodedText, encoding: str | None, found: Found, limits: Limits
) -> Book:
    """Read a text with tags by its kind; an old encoding that it declares counts where the bytes agree."""
    if found.kind == "xml":
        raise other_format(found.name)
    if found.kind == "html":
        return read_html(data, encoding, limits)
    if found.kind == "tei":
        return read_tei(data, encoding, limits)
    if found.kind == "opendocument":
        return read_flat(decoded.text, limits)
    book = read_page(decoded.text, limits, preformatted=True)
    return replace(book, encoding=decoded.encoding, notices=(*decoded.notices, *book.notices))
