"""Tables as CSV that opens right in a Russian and in an English spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from authorship.numerals import Language, decimal
from page.i18n.messages import Messages

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SEPARATORS: dict[Language, str] = {"ru": ";", "en": ","}


def write_rows(heads: Sequence[str], rows: Iterable[Sequence[str]], words: Messages) -> Iterator[str]:
    """A line for the heads and each row, after a byte-order mark by which spreadsheets know UTF-8.

    Columns are parted by semicolons in Russian, by commas in English, as spreadsheets of these languages
    part them; see `percent_cell` for the numbers. No cell is taken for a formula.
    """
    line = io.StringIO("\ufeff")
    line.seek(0, io.SEEK_END)
    writer = csv.writer(line, delimiter=_SEPARATORS[words.language], lineterminator="\r\n")
    for row in chain([heads], rows):
        writer.writerow(map(_inert, row))
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def percent_cell(share: float, words: Messages) -> str:
    """A share in percent with the language's decimal mark; never a false 0 or 100."""
    held = min(max(share, 0.0001), 0.9999) if 0 < share < 1 else share
    return decimal(held * 100, 2, words)


def _inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
