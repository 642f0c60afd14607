"""A work's text to its scores by both models: what an actor does, batch by batch."""

from dataclasses import dataclass, replace

from authorship.commandline import describe
from authorship.library.shipping import Batch, Failure, PackedBundle, Piece, WorkPlan, WorkScore
from authorship.library.source import Source
from authorship.library.store import Store, read_rows, to_failed, to_windows, to_works
from authorship.predict.predictor import Pair, refuse
from authorship.text.decode import check_text
from authorship.text.formats.reader import open_joined


@dataclass(frozen=True, slots=True)
class Task:
    """What every actor is given: where the books are, where the scores go, and both models, packed."""

    source: Source
    store: Store
    teacher: PackedBundle
    student: PackedBundle
    top_k: int


@dataclass(frozen=True, slots=True)
class _Text:
    """A part of a work's text, or the whole, and what went wrong in reading it."""

    text: str
    notices: tuple[str, ...] = ()


class Scorer:
    """Both models, opened once, and what they are to do."""

    def __init__(self, task: Task) -> None:
        self._source, self._store, self._top_k = task.source, task.store, task.top_k
        self._pair = Pair(task.teacher.open(), task.student.open())

    def score_batch(self, batch: Batch) -> None:
        """Score and write every work of a batch, unless that was done; a bad work becomes a failure.

        Raises:
            OSError: the scores cannot be written.
        """
        if self._store.holds(batch.name):
            return
        scores: list[WorkScore] = []
        failures: list[Failure] = []
        for work in batch.works:
            try:
                scores.append(self.score(work))
            except Exception as error:  # one bad book of a million must not stop the rest
                failures.append(Failure(work.path, describe(error)))
        authors = (self._pair.teacher.authors, self._pair.student.authors)
        self._store.write("windows", batch.name, to_windows(scores, *authors))
        self._store.write("failed", batch.name, to_failed(failures))
        self._store.write("works", batch.name, to_works(scores, self._top_k))

    def score(self, work: WorkPlan) -> WorkScore:
        """Read one work and ask both models.

        Raises:
            OSError: it cannot be read.
            AuthorshipError: it is no text, or none that can be attributed.
        """
        parts = [self._read(piece) for piece in work.pieces]
        text = "\n".join(part.text for part in parts)
        check_text(text)
        judgement = self._pair.judge(text)
        teacher, student = (
            replace(found, whole=refuse(found.whole, judgement))
            for found in self._pair.read(text, between=False)
        )
        return WorkScore(
            path=work.path,
            characters=len(text),
            teacher=teacher,
            student=student,
            outside=judgement.outside,
            notices=tuple(notice for part in parts for notice in part.notices),
        )

    def _read(self, piece: Piece) -> _Text:
        if piece.is_rows:
            with self._source.open(piece.file) as stream:
                return _Text(read_rows(stream, piece))
        with self._source.local(piece.file) as file:
            book = open_joined(file)
        return _Text(book.text, tuple(notice.message for notice in book.notices))
