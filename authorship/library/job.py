"""The whole way of a library: list the works, leave out what is done, score the rest, tell what failed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from authorship.library.cluster import connect, score_batches
from authorship.library.datamodels import Failure, LibraryError
from authorship.library.planning import Plan, cut_batches, plan_works
from authorship.library.scoring import Task
from authorship.library.store import Models
from authorship.library.tables import to_failed

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
