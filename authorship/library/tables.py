"""The tables that are written: one row a window, one a work, one a failure."""

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from authorship.datamodels import Author, Passage, RollingAttribution
from authorship.library.datamodels import Failure, WorkScore

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
        ranked = reading.whole.top_k(top_k)
        row[f"{role}_author"] = ranked[0].author.key
        row[f"{role}_probability"] = ranked[0].probability
        row[f"{role}_unknown"] = reading.whole.unknown
        row[f"{role}_authors"] = [
            {"author": entry.author.key, "name": entry.author.name, "probability": entry.probability}
            for entry in ranked
        ]
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
