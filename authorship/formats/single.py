"""A book that is one file and not packed: FictionBook or plain text, told apart by what it holds."""

from authorship.datamodels import Book
from authorship.formats.fictionbook import is_fictionbook, read_fictionbook
from authorship.formats.limits import Limits
from authorship.formats.signatures import refuse_other_format
from authorship.text import decode_text


def read_single(data: bytes, encoding: str | None, limits: Limits) -> Book:
    """Read a FictionBook or a text; a text is not altered but for the mark of its encoding.

    Raises:
        TextError: the data is in another format, no text, too large, or not in the encoding named.
    """
    refuse_other_format(data)
    if is_fictionbook(data):
        return read_fictionbook(data, encoding, limits)
    decoded = decode_text(data, encoding, limits.text)
    return Book(decoded.text, "txt", decoded.encoding, "", decoded.notices)
