"""Where the scores go: `windows/`, `failed/` and, last of all, `works/`, a Parquet file of each for a batch.

A work is done when it stands in `works/`. Its file appears there at once or not at all, after the
windows, under a name that the batch's works give: whoever writes a batch a second time writes over it.
Works that are Parquet themselves are read here too: which rows are which work's.
"""

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate, groupby
from typing import Any, BinaryIO, Literal
from uuid import uuid4

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from fsspec import AbstractFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from authorship.datamodels import Author, Passage, RollingAttribution
from authorship.library.shipping import Failure, LibraryError, Piece, WorkPlan, WorkScore
from authorship.library.source import Source, open_address
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


Kind = Literal["windows", "failed", "works"]

_KINDS: tuple[Kind, ...] = ("windows", "failed", "works")
_MODELS_FILE = "models.json"
_OURS = re.compile(r"\.?[0-9a-f]{32}\.parquet(\.[0-9a-f]{32})?")


@dataclass(frozen=True, slots=True)
class Models:
    """Digests of the two models whose scores a folder holds."""

    teacher: str
    student: str


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of results, local or on any filesystem that fsspec knows."""

    filesystem: AbstractFileSystem
    root: str

    def begin(self, models: Models) -> set[str]:
        """Make ready for a run and return the paths of the works that are done.

        What a killed run left half done is removed, and so are the failures, which are tried again.

        Raises:
            LibraryError: the scores here are other models', or cannot be read.
        """
        self._check_models(models)
        for kind in _KINDS:
            self.filesystem.makedirs(f"{self.root}/{kind}", exist_ok=True)
        finished = self._finished()
        for kind in _KINDS:
            for name in self._names(kind, ours=True):
                if name not in finished or kind == "failed":
                    with contextlib.suppress(FileNotFoundError):
                        self.filesystem.rm_file(f"{self.root}/{kind}/{name}")
        return set(self._read("works", "path", finished))

    def works(self) -> set[str]:
        """The paths of the works that are done.

        Raises:
            LibraryError: a table cannot be read.
        """
        return set(self._read("works", "path", self._finished()))

    def holds(self, name: str) -> bool:
        """Whether the batch of this name is done."""
        self.filesystem.invalidate_cache()
        return all(self.filesystem.exists(self._file(kind, name)) for kind in ("works", "windows"))

    def write(self, kind: Kind, name: str, table: pa.Table) -> None:
        """Write a table in one step: no reader ever sees a part of it; an empty one is not written."""
        if not table.num_rows:
            return
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        beside = f"{self.root}/{kind}/.{name}.parquet.{uuid4().hex}"
        self.filesystem.pipe_file(beside, sink.getvalue().to_pybytes())
        self.filesystem.mv(beside, self._file(kind, name))

    def failures(self) -> list[Failure]:
        """What could not be scored, sorted by path."""
        names = self._names("failed")
        columns = (self._read("failed", column, names) for column in ("path", "problem"))
        rows = zip(*columns, strict=True)
        return sorted((Failure(*row) for row in rows), key=lambda failure: failure.path)

    def _check_models(self, models: Models) -> None:
        file = f"{self.root}/{_MODELS_FILE}"
        if not self.filesystem.exists(file):
            self.filesystem.makedirs(self.root, exist_ok=True)
            self.filesystem.pipe_file(file, json.dumps(asdict(models)).encode())
        elif json.loads(self.filesystem.cat_file(file)) != asdict(models):
            raise LibraryError(f"{self.root} holds other models' scores: name another folder for these.")

    def _file(self, kind: Kind, name: str) -> str:
        return f"{self.root}/{kind}/{name}.parquet"

    def _names(self, kind: Kind, ours: bool = False) -> list[str]:
        """The names of the tables of one kind; with `ours`, those that are not yet whole too."""
        paths = self.filesystem.ls(f"{self.root}/{kind}", detail=False, refresh=True)
        names = [str(path).rstrip("/").rsplit("/", 1)[-1] for path in paths]
        return [name for name in names if _OURS.fullmatch(name) and (ours or not name.startswith("."))]

    def _finished(self) -> set[str]:
        """The tables of works whose windows are there too.

        Works are listed first: an actor of a killed run, not dead yet, may add windows, then works.
        """
        works = set(self._names("works"))
        return works & set(self._names("windows"))

    def _read(self, kind: Kind, column: str, names: Iterable[str]) -> list[str]:
        files = [f"{self.root}/{kind}/{name}" for name in sorted(names)]
        if not files:
            return []
        try:
            table = ds.dataset(files, filesystem=self.filesystem, format="parquet").to_table([column])
        except (pa.ArrowException, OSError) as error:
            message = f"{self.root}/{kind} cannot be read: {error}"
            raise LibraryError(f"{message}. Remove the file named and run the command again.") from error
        values: list[str] = table.column(column).to_pylist()
        return values


def open_store(address: str, source: Source) -> Store:
    """The folder at a path or an fsspec address, which need not be there yet.

    Raises:
        LibraryError: the address cannot be written from other processes, or lies within the source.
    """
    filesystem, root = open_address(address)
    root = root.rstrip("/")
    if isinstance(filesystem, MemoryFileSystem):
        raise LibraryError(f"{address} is the memory of one process, and several write: name a folder.")
    if source.holds(filesystem, root):
        raise LibraryError(f"{address} lies within the source, where scores would be taken for books.")
    return Store(filesystem, root)
