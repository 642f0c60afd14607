"""A library's job: list the works, leave out what is done, score the rest in batches, tell what failed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from authorship.library.cluster import connect, score_batches
from authorship.library.scoring import Task
from authorship.library.shipping import Batch, Failure, LibraryError, Piece, WorkPlan
from authorship.library.source import Source, SourceFile
from authorship.library.store import Models, plan_rows, to_failed

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


# Told of the works tried so far and of all there are to try.
Progress = Callable[[int, int], None]

_LISTING = sha256(b"listing").hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many works were scored by this run and by earlier ones, and what could not be."""

    scored: int
    earlier: int
    failures: tuple[Failure, ...]


def score_library(task: Task, batch: int, actors: int | None, progress: Progress) -> Outcome:
    """Score every work of the source that the store does not hold yet, at most `batch` at a time.

    Raises:
        LibraryError: the source, the store or the cluster cannot be worked with, or results are missing.
    """
    plan = plan_works(task.source)
    done = task.store.begin(Models(task.teacher.digest, task.student.digest))
    task.store.write("failed", _LISTING, to_failed(plan.failures))
    batches = list(cut_batches(plan.works, batch, done))
    pending = sum(len(batch.works) for batch in batches)
    if batches:
        with connect(task.teacher.size + task.student.size):
            tried = 0
            progress(tried, pending)
            for works in score_batches(task, batches, actors):
                tried += works
                progress(tried, pending)
    failures = tuple(task.store.failures())
    _check_complete(plan, task.store.works(), failures)
    unread = len(failures) - len(plan.failures)
    return Outcome(pending - unread, len(plan.works) - pending, failures)


def _check_complete(plan: Plan, done: set[str], failures: Sequence[Failure]) -> None:
    """Each work stands among the results; where not, the machines have written to folders of their own."""
    missing = {work.path for work in plan.works} - done - {failure.path for failure in failures}
    if missing:
        remedy = "name a folder that every machine of the cluster sees, or an address such as s3://…"
        raise LibraryError(f"{len(missing):,} works were scored, but are not there: {remedy}")
