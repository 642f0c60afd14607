"""The archive of the original's data: what its CSV files hold, and how they are unpacked."""

import csv
import io
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from tqdm import tqdm

from authorship.errors import AuthorshipError
from authorship.text import excerpts as excerpt_table
from authorship.text.excerpts import ENCODING
from train.errors import DataError


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file of the archive; `book` is the column that names the works, if one does."""

    member: zipfile.ZipInfo
    columns: tuple[str, ...]
    rows: int
    writers: frozenset[str]
    book: str | None
    works: int


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; its damage, whenever it shows, is a DataError."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise DataError(f"The archive {path.name} is damaged ({error}): run the command again.") from error


def read_table(archive: zipfile.ZipFile, name: str, book: str | None = None) -> Table:
    """Read through a CSV file once, a row at a time; `book` names the works' column where that is known.

    Raises:
        DataError: the archive lacks the file, it is no CSV in UTF-8, or it has no `writer` or no `text`.
    """
    member = _find(archive, name)
    try:
        with archive.open(member) as raw, io.TextIOWrapper(raw, encoding=ENCODING, newline="") as file:
            return _read(member, excerpt_table.read_table(file, member.filename), book)
    except AuthorshipError as error:
        raise DataError(str(error)) from error
    except (csv.Error, UnicodeDecodeError) as error:
        if archive.testzip():  # the text is nonsense because the archive is
            raise zipfile.BadZipFile(f"{name}: {error}") from error
        raise DataError(f"{name} of the archive is no CSV file in UTF-8: {error}.") from error


def _find(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    found = [member for member in archive.infolist() if PurePosixPath(member.filename).name == name]
    if len(found) != 1:
        held = ", ".join(archive.namelist()) or "nothing"
        raise DataError(f"The archive should hold one {name}; it holds {held}.")
    return found[0]


def _read(member: zipfile.ZipInfo, table: excerpt_table.Table, book: str | None) -> Table:
    """Count the rows and gather the pairs (writer, value) of each further column."""
    columns = table.columns
    pairs: dict[str, set[tuple[str, int]]] = {name: set() for name in columns if name != "text"}
    rows = 0
    for row in tqdm(table.rows, desc=f"checking {member.filename}", unit="row", unit_scale=True):
        rows += 1
        values = dict(zip(columns, row, strict=True))
        for name, seen in pairs.items():
            seen.add((values["writer"], hash(values[name])))  # a number: a column may hold long texts too
    writers = frozenset(writer for writer, _ in pairs.pop("writer"))
    if book not in pairs:
        book = _works_column(pairs, rows, len(writers))
    return Table(member, columns, rows, writers, book, 0 if book is None else len(pairs[book]))


def _works_column(pairs: dict[str, set[tuple[str, int]]], rows: int, writers: int) -> str | None:
    """The column `book`, else the first that looks like works, if any does."""
    if "book" in pairs:
        return "book"
    return next((name for name, seen in pairs.items() if looks_like_works(seen, rows, writers)), None)


def looks_like_works(pairs: set[tuple[str, int]], rows: int, writers: int) -> bool:
    """Whether values are works: several excerpts each, several a writer, hardly one of two writers.

    A number of the row, of the chapter, of the writer, or a length is told apart by this.
    """
    values = {value for _, value in pairs}
    blank = hash("") in values
    return not blank and len(values) > writers and len(pairs) <= 1.1 * len(values) and rows >= 2 * len(pairs)


def unpack(archive: zipfile.ZipFile, table: Table, target: Path) -> None:
    """Stream a CSV file to `target`, the works' column renamed to `book`, all else byte for byte."""
    with archive.open(table.member) as source, target.open("wb") as file:
        if table.book not in (None, "book"):
            source.readline()
            file.write(_header(["book" if name == table.book else name for name in table.columns]))
        size = table.member.file_size
        with tqdm.wrapattr(source, "read", size, desc=f"unpacking {target.name}") as read:
            shutil.copyfileobj(cast(IO[bytes], read), file, 1 << 20)


def _header(columns: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(columns)
    return line.getvalue().encode()
