"""Parts that a Word document keeps in another format: pages of HTML, with pictures or not, and plain text."""

import re

from authorship.errors import TextError
from authorship.formats.hypertext import HYPERTEXT
from authorship.formats.limits import Limits
from authorship.formats.markup import Collected, collect, decode_markup
from authorship.text import decode_text

_HEAD = 2_048
_MESSAGE = re.compile(rb"^(?:[\w-]+:[^\n]*\n|[ \t][^\n]*\n){0,20}?(?:MIME-Version|Content-Type):", re.I)
_PAGE = re.compile(rb"<(?:html|body|p|div|!doctype html|head|span|h[1-6])\b", re.I)
_FOREIGN = (b"{\\rtf", b"\xd0\xcf\x11\xe0", b"%PDF")
# A page with pictures has one level of parts, or two; each level costs all bytes anew.
_LEVELS = 8


def read_chunk(content: bytes, limits: Limits) -> Collected | None:
    """The lines of a part; None where it is empty or in a format that is not read.

    Raises:
        TextError: it is hostile or too large.
    """
    if content.startswith(_FOREIGN) or not content.strip():
        return None
    if _MESSAGE.match(content[:_HEAD]):
        content = _page_of(content)
    try:
        if _PAGE.search(content, 0, _HEAD):
            return collect(decode_markup(content, None, limits.member).text, HYPERTEXT, limits.text)
        text = decode_text(content, None, limits.member).text
    except TextError as error:
        if error.code in ("hostile", "too_large"):
            raise
        return None
    return Collected(tuple(line for line in text.splitlines() if line.strip()), "", whole=True)


def _page_of(message: bytes) -> bytes:
    """The first page of an MHT file, its transfer encoding undone."""
    from email import message_from_bytes  # takes longer to load than most files to read
    from email.message import Message

    if message.lower().count(b"boundary=") > _LEVELS:
        return b""
    for part in message_from_bytes(message).walk():
        if isinstance(part, Message) and part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) else b""
    return b""
