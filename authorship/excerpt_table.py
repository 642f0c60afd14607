"""The contract's CSV of excerpts: columns found by name, further ones ignored, a row at a time.

The one reader of that format: training, studies, fingerprints and the Kaggle archive's check use it.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from authorship.datamodels import Excerpt
from authorship.errors import AuthorshipError

COLUMNS = ("writer", "book", "text")
NEEDED = ("writer", "text")
ENCODING = "utf-8-sig"
"""UTF-8; the byte-order mark that spreadsheets put before it is no part of the first column's name."""
_LONGEST_FIELD = 2**31 - 1  # characters; the csv module's own limit is 131,072


@dataclass(frozen=True, slots=True)
class Table:
    """A table's column names, and its rows as they are read, each with a value for every column."""

    columns: tuple[str, ...]
    rows: Iterator[list[str]]


def read_table(lines: Iterable[str], name: str) -> Table:
    """Begin to read a table called `name`; empty lines are left out.

    Raises:
        AuthorshipError: `writer` or `text` is missing; while reading, a row has more or fewer fields.
        csv.Error, UnicodeDecodeError: while reading, this is no CSV, or no UTF-8.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(lines, strict=True)
    columns = tuple(next(reader, []))
    if missing := [column for column in NEEDED if column not in columns]:
        held = ", ".join(columns)[:200] or "none"
        raise AuthorshipError(f"{name} has no column {', '.join(missing)}; its columns: {held}.")
    return Table(columns, _checked(reader, len(columns), name))


def _checked(rows: Iterable[list[str]], width: int, name: str) -> Iterator[list[str]]:
    for number, row in enumerate(filter(None, rows), 1):
        if len(row) != width:
            raise AuthorshipError(f"{name}: row {number} has {len(row)} fields instead of {width}.")
        yield row


def read_excerpts(file: Path) -> Iterator[Excerpt]:
    """The excerpts of a file that have text; without a column `book` each is a work of its own.

    Raises:
        AuthorshipError: the file is missing, is no such CSV in UTF-8, or lacks `writer` or `text`.
    """
    if not file.is_file():
        raise AuthorshipError(f"{file} is missing: name a CSV with the columns {', '.join(COLUMNS)}.")
    try:
        with file.open(encoding=ENCODING, newline="") as stream:
            table = read_table(stream, str(file))
            writer, text = (table.columns.index(column) for column in NEEDED)
            book = table.columns.index("book") if "book" in table.columns else None
            for number, row in enumerate(table.rows):
                if row[text].strip():
                    title = str(number) if book is None else row[book] or str(number)
                    yield Excerpt(row[writer], title, row[text])
    except (csv.Error, UnicodeDecodeError) as error:
        raise AuthorshipError(f"{file} cannot be read as CSV in UTF-8: {error}") from error
