"""A page with its pictures in one file, as browsers and Word save it: `.mht`, `.mhtml`, `.eml`."""

import re

from authorship.datamodels import Book
from authorship.errors import TextError
from authorship.formats.limits import Limits, hostile
from authorship.formats.webpage import read_html
from authorship.text import check_size

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
    book = read_html(page, encoding, limits)
    return Book(book.text, "mht", book.encoding, book.title, book.notices)


def _page(data: bytes) -> bytes | None:
    """The page that is named as the first, its transfer encoding undone."""
    from email import message_from_bytes  # takes longer to load than most files to read
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
