"""Works cut into excerpts of whole sentences, and the contract's CSV of excerpts.

The one reader of that format: training, studies, fingerprints and the Kaggle archive's check use it.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from razdel import sentenize

from authorship.datamodels import Excerpt, Work
from authorship.errors import AuthorshipError

EXCERPT_CHARACTERS = 2500
SHORTEST_SHARE = 0.5
LOOK_BACK = 400
LOOK_AHEAD = 1600
OPEN_ENDS = ":,;—-"


def cut_work(work: Work, size: int = EXCERPT_CHARACTERS) -> list[Excerpt]:
    """The excerpts of one work, in reading order; empty where the work is shorter than half of `size`."""
    return [Excerpt(work.author, work.title, text) for text in cut_text(work.text, size)]


def cut_text(text: str, size: int = EXCERPT_CHARACTERS) -> Iterator[str]:
    """Pieces of `size` characters extended to the end of the sentence; a last one under half that is dropped.

    >>> list(cut_text("Снег шёл. Он падал на сад. Да.", size=12))
    ['Снег шёл. Он падал на сад.']
    """
    start = 0
    while len(text) - start >= size * SHORTEST_SHARE:
        stop = sentence_stop(text, start + size)
        piece = text[start:stop].strip()
        if len(piece) >= size * SHORTEST_SHARE:
            yield piece
        start = stop + _leading_space(text, stop)


def sentence_stop(text: str, offset: int) -> int:
    """The offset at which the sentence holding the character before `offset` ends.

    razdel reads only the surroundings of `offset`; the end of a paragraph ends a sentence too, unless
    it leaves the sentence open, as a colon before direct speech does.
    """
    while offset < len(text):
        stop = _stop_in_paragraph(text, offset)
        if stop >= len(text) or text[stop - 1] not in OPEN_ENDS:
            return stop
        offset = stop + 2
    return len(text)


def _stop_in_paragraph(text: str, offset: int) -> int:
    """The first sentence end at or after `offset`, at the latest the paragraph's; the view widens."""
    earliest = max(0, offset - LOOK_BACK)
    start = max(earliest, text.rfind("\n", earliest, offset) + 1)
    ahead = LOOK_AHEAD
    while True:
        view = min(len(text), offset + ahead)
        end = text.find("\n", offset, view)
        limit = end if end >= 0 else view
        stops = [start + sentence.stop for sentence in sentenize(text[start:limit])]
        whole = end >= 0 or view == len(text)
        found = next((stop for stop in (stops if whole else stops[:-1]) if stop >= offset), None)
        if found is not None or whole:
            return found or limit
        ahead *= 2


def _leading_space(text: str, offset: int) -> int:
    """How many whitespace characters stand at `offset`."""
    rest = offset
    while rest < len(text) and text[rest].isspace():
        rest += 1
    return rest - offset


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
