"""Parquet files of texts: which rows are which work's, and the text of some rows."""

from collections.abc import Iterator
from itertools import accumulate, groupby
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from authorship.library.datamodels import LibraryError, Piece, WorkPlan

TEXT = "text"
_NAMES = (("path",), ("writer", "book"), ("book",))


def plan_rows(stream: BinaryIO, file: str, shown: str) -> Iterator[WorkPlan]:
    """The works of one Parquet file; consecutive rows of one name are one piece.

    The name is the column `path`, else `writer/book`, else `book`; without any, or where it is empty,
    each row is a work named `FILE#ROW`. The texts themselves are not read.

    Raises:
        LibraryError: it is no Parquet file, or has no column `text`.
    """
    try:
        parquet = pq.ParquetFile(stream)
        names = parquet.schema_arrow.names
        if TEXT not in names:
            raise LibraryError(f"It has no column {TEXT!r}, only {', '.join(names)}.")
        columns = next((list(group) for group in _NAMES if set(group) <= set(names)), [])
        size = _bytes_per_row(parquet)
        row = 0
        for name, rows in groupby(_names(parquet, columns, shown)):
            start, row = row, row + sum(1 for _ in rows)
            yield WorkPlan(name, (Piece(file, start, row),), int(size * (row - start)))
    except (pa.ArrowException, OSError) as error:
        raise LibraryError(f"It cannot be read as Parquet: {error}") from error


def _bytes_per_row(parquet: pq.ParquetFile) -> float:
    """What a row's text takes on the average, unpacked."""
    groups = [parquet.metadata.row_group(group) for group in range(parquet.metadata.num_row_groups)]
    columns = [group.column(place) for group in groups for place in range(group.num_columns)]
    size: int = sum(column.total_uncompressed_size for column in columns if column.path_in_schema == TEXT)
    rows: int = parquet.metadata.num_rows
    return size / max(1, rows)


def _names(parquet: pq.ParquetFile, columns: list[str], shown: str) -> Iterator[str]:
    """The name of each row's work, in order."""
    if not columns:
        yield from (f"{shown}#{row}" for row in range(parquet.metadata.num_rows))
        return
    row = 0
    for batch in parquet.iter_batches(columns=columns):
        for values in zip(*(batch.column(name).to_pylist() for name in columns), strict=True):
            yield "/".join(map(str, values)) if all(values) else f"{shown}#{row}"
            row += 1


def read_rows(stream: BinaryIO, piece: Piece) -> str:
    """The texts of the piece's rows, a line each; only the row groups that hold them are read.

    Raises:
        LibraryError: it is not the file that was planned.
    """
    try:
        return "\n".join(_texts(pq.ParquetFile(stream), piece))
    except (pa.ArrowException, OSError) as error:
        raise LibraryError(f"It cannot be read as Parquet: {error}") from error


def _texts(parquet: pq.ParquetFile, piece: Piece) -> Iterator[str]:
    groups, row = _row_groups(parquet, piece)
    for batch in parquet.iter_batches(row_groups=groups, columns=[TEXT], batch_size=256):
        start, stop = max(piece.start - row, 0), min(piece.stop - row, batch.num_rows)
        if start < stop:
            yield from (str(text or "") for text in batch.column(TEXT).slice(start, stop - start).to_pylist())
        row += batch.num_rows


def _row_groups(parquet: pq.ParquetFile, piece: Piece) -> tuple[list[int], int]:
    """The row groups that hold the piece, and the row that the first of them begins with."""
    counts = [parquet.metadata.row_group(group).num_rows for group in range(parquet.metadata.num_row_groups)]
    stops = list(accumulate(counts))
    starts = [stop - count for stop, count in zip(stops, counts, strict=True)]
    held = [
        group for group in range(len(counts)) if starts[group] < piece.stop and piece.start < stops[group]
    ]
    if not held:
        raise LibraryError("It has fewer rows than when it was listed: run the command again.")
    return held, starts[held[0]]
