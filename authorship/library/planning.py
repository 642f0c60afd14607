"""What there is to do: every work of the source, and the batches in which they are done."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from authorship.library.datamodels import Batch, Failure, LibraryError, Piece, WorkPlan
from authorship.library.rows import plan_rows
from authorship.library.source import Source, SourceFile

# Some two minutes of one core: what a crash costs at most, and what keeps many actors busy to the end.
_BATCH_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """Every work of a source once, and the files whose works could not even be listed."""

    works: tuple[WorkPlan, ...]
    failures: tuple[Failure, ...]


def plan_works(source: Source) -> Plan:
    """List every work: a book file is one, rows of Parquet with one name are one, wherever they stand.

    Raises:
        LibraryError: the source holds no book.
    """
    works: dict[str, WorkPlan] = {}
    failures = []
    for file in source.files():
        try:
            for work in _works_of(source, file):
                known = works.get(work.path)
                works[work.path] = _join(known, work) if known else work
        except (LibraryError, OSError) as error:
            failures.append(Failure(source.shown(file.path), str(error)))
    return Plan(tuple(works.values()), tuple(failures))


def _works_of(source: Source, file: SourceFile) -> Iterator[WorkPlan]:
    shown = source.shown(file.path)
    if not shown.lower().endswith(".parquet"):
        yield WorkPlan(shown, (Piece(file.path),), file.size)
        return
    with source.open(file.path) as stream:
        yield from plan_rows(stream, file.path, shown)


def _join(first: WorkPlan, second: WorkPlan) -> WorkPlan:
    return replace(first, pieces=first.pieces + second.pieces, size=first.size + second.size)


def cut_batches(works: Iterable[WorkPlan], largest: int, done: set[str]) -> Iterator[Batch]:
    """Batches of at most `largest` works or a little over 2 MB, without the works that are done.

    They are cut before the works done are left out, so that a batch that a killed run was about to write
    has the same works and so the same name again: if it is written late, it is written over, not twice.
    """
    for batch in _cut(works, largest):
        pending = tuple(work for work in batch if work.path not in done)
        if pending:
            yield Batch(pending)


def _cut(works: Iterable[WorkPlan], largest: int) -> Iterator[list[WorkPlan]]:
    batch: list[WorkPlan] = []
    for work in works:
        batch.append(work)
        if len(batch) == largest or sum(work.size for work in batch) >= _BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch
