"""A book that is one file and not packed, told by what it holds: FictionBook, page, TEI, RTF, plain text."""

import re
from dataclasses import replace

from authorship.datamodels import Book, DecodedText
from authorship.errors import TextError
from authorship.text.decode import check_size, decode_text
from authorship.text.formats.fictionbook import is_fictionbook, read_fictionbook
from authorship.text.formats.kinds import Found, find_kind, other_format, refuse_other_format
from authorship.text.formats.limits import Limits, hostile
from authorship.text.formats.opendocument import read_flat
from authorship.text.formats.rtf import is_rtf, read_rtf
from authorship.text.formats.tei import read_tei
from authorship.text.formats.webpage import read_html, read_page


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


_HEAD = 4096
_HEADERS = re.compile(rb"\s*(?:[\w-]{1,40}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,40}", re.ASCII)
_BOUNDARY = re.compile(rb"^(?:content-type:[^\r\n]*|[ \t]+)\bboundary\s*=", re.IGNORECASE | re.MULTILINE)
_MIME = re.compile(rb"^(?:mime-version|content-type):", re.IGNORECASE | re.MULTILINE)
# A page has one level of parts, or two; the parser's work grows with each.
_LEVELS = 8
_PAGES = ("text/html", "application/xhtml+xml")


def is_message(data: bytes) -> bool:
    """Whether the data starts with a message's headers, its MIME type among them."""
    headers = _HEADERS.match(data[:_HEAD])
    return headers is not None and _MIME.search(headers[0]) is not None


def read_message(data: bytes, encoding: str | None, limits: Limits) -> Book:
    """The prose of a message's first page.

    Raises:
        TextError: it holds no page, is hostile or too large.
    """
    check_size(len(data), limits.file)
    if len(_BOUNDARY.findall(data)) > _LEVELS:
        raise hostile("nests messages within messages")
    page = _page(data)
    if page is None:
        raise TextError("empty", "The message holds no page: save the page itself as .html or .txt.")
    return replace(read_html(page, encoding, limits), format="mht")


def _page(data: bytes) -> bytes | None:
    """The page that is named as the first, its transfer encoding undone."""
    from email import message_from_bytes
    from email.errors import MessageError

    try:
        message = message_from_bytes(data)
        parts = [part for part in message.walk() if part.get_content_type() in _PAGES]
        parts.sort(
            key=lambda part: part["Content-ID"] != message.get_param("start", "")
        )  # the first by default
        payload = parts[0].get_payload(decode=True) if parts else None
    except (MessageError, LookupError, ValueError, RecursionError):
        return None
    return payload if isinstance(payload, bytes) and payload.strip() else None
