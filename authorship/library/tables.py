"""Parquet in and out: which rows are which work's, and the tables that are written."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from authorship.datamodels import Author, Passage, RollingAttribution
from authorship.library.shipping import Failure, LibraryError, Piece, WorkPlan, WorkScore
from authorship.predict.results import prediction_object

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


_AUTHORS = pa.list_(
    pa.struct([("author", pa.string()), ("name", pa.string()), ("probability", pa.float64())])
)


def _verdict_columns(role: str) -> list[tuple[str, pa.DataType]]:
    kinds = {"author": pa.string(), "probability": pa.float64(), "unknown": pa.bool_(), "authors": _AUTHORS}
    return [(f"{role}_{name}", kind) for name, kind in kinds.items()]


FAILED = pa.schema([("path", pa.string()), ("problem", pa.string())])
WORKS = pa.schema(
    [
        ("path", pa.string()),
        ("characters", pa.int64()),
        *_verdict_columns("teacher"),
        *_verdict_columns("student"),
        ("outside", pa.string()),
        ("notices", pa.list_(pa.string())),
    ]
)


def windows_schema(teacher: Sequence[Author], student: Sequence[Author]) -> pa.Schema:
    """Columns of a window: `start` and `stop` are characters of the work, a struct holds each author's logit.

    A window that only one of the models has, its tokens being its own, is empty in the other's columns.
    """
    columns = [("work", pa.string()), ("start", pa.int64()), ("stop", pa.int64())]
    for role, authors in (("teacher", teacher), ("student", student)):
        logits = pa.struct([(author.key, pa.float32()) for author in authors])
        columns += [(f"{role}_author", pa.string()), (f"{role}_logits", logits)]
    return pa.schema(columns)


def to_failed(failures: Sequence[Failure]) -> pa.Table:
    """One row a failure."""
    rows = [{"path": failure.path, "problem": failure.problem} for failure in failures]
    return pa.Table.from_pylist(rows, FAILED)


def to_works(scores: Sequence[WorkScore], top_k: int) -> pa.Table:
    """One row a work, with the `top_k` likeliest authors of each model."""
    return pa.Table.from_pylist([_to_work(score, top_k) for score in scores], WORKS)


def _to_work(score: WorkScore, top_k: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "path": score.path,
        "characters": score.characters,
        "outside": score.outside.kind if score.outside else None,
        "notices": list(score.notices),
    }
    for role, reading in (("teacher", score.teacher), ("student", score.student)):
        first = reading.whole.top_k(1)[0]
        row[f"{role}_author"] = first.author.key
        row[f"{role}_probability"] = first.probability
        row[f"{role}_unknown"] = reading.whole.unknown
        row[f"{role}_authors"] = prediction_object(reading.whole, top_k)["authors"]
    return row


def to_windows(scores: Sequence[WorkScore], teacher: Sequence[Author], student: Sequence[Author]) -> pa.Table:
    """One row a window, in reading order within each work."""
    rows = [row for score in scores for row in _to_rows(score)]
    return pa.Table.from_pylist(rows, windows_schema(teacher, student))


def _to_rows(score: WorkScore) -> Iterator[dict[str, Any]]:
    teacher, student = _by_place(score.teacher), _by_place(score.student)
    for start, stop in sorted(teacher.keys() | student.keys()):
        row: dict[str, Any] = {"work": score.path, "start": start, "stop": stop}
        if window := teacher.get((start, stop)):
            row |= _logits("teacher", score.teacher, window)
        if window := student.get((start, stop)):
            row |= _logits("student", score.student, window)
        yield row


def _by_place(reading: RollingAttribution) -> dict[tuple[int, int], Passage]:
    return {(window.start, window.stop): window for window in reading.passages}


def _logits(role: str, reading: RollingAttribution, window: Passage) -> dict[str, Any]:
    logits = {author.key: logit for author, logit in zip(reading.whole.authors, window.logits, strict=True)}
    return {f"{role}_author": max(logits, key=lambda key: logits[key]), f"{role}_logits": logits}
