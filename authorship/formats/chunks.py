"""Parts that a Word document keeps in another format: pages of HTML, RTF, plain text."""

from authorship.errors import TextError
from authorship.formats.limits import Limits
from authorship.formats.markup import Collected
from authorship.formats.single import read_single


def read_chunk(content: bytes, limits: Limits) -> Collected | None:
    """The lines of a part; None where it is empty or in a format that is not read.

    Raises:
        TextError: it is hostile or too large.
    """
    if not content.strip():
        return None
    try:
        book = read_single(content, None, limits)
    except TextError as error:
        if error.code in ("hostile", "too_large"):
            raise
        return None
    counts = {notice.code: notice.count for notice in book.notices}
    lines = tuple(line for line in book.text.splitlines() if line.strip())
    return Collected(lines, "", "damaged" not in counts, counts)
