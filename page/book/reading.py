"""A book on its way through both models: what was read so far, and what follows from it."""

import heapq
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from authorship.bundle import ModelBundle
from authorship.datamodels import Author, Book, Passage, RollingAttribution
from authorship.reference import Role
from authorship.rolling import read_along
from authorship.whole import summarise
from page.book.track import Track
from page.readings import ROLES

Stage = Literal["loaded", "waiting", "reading", "stopped", "done"]


@dataclass(slots=True)
class BookReading:
    """A book, both tracks along it, and once reading has ended what they come to.

    `data` holds the file of a book whose encoding may yet be overridden. `token` is the name under which
    its results can be fetched: hard to guess, and it ends with the number of characters. `seconds` are
    those spent on reading, `ahead` the books to be read before one that waits.
    """

    book: Book
    data: bytes
    teacher: Track
    student: Track
    token: str
    stage: Stage = "loaded"
    seconds: float = 0.0
    teacher_found: RollingAttribution | None = None
    student_found: RollingAttribution | None = None
    ahead: int = 0

    def track(self, role: Role) -> Track:
        """One model's way along the book."""
        return self.teacher if role == "teacher" else self.student

    def found(self, role: Role) -> RollingAttribution | None:
        """What one model says of all that was read; None while reading, or where nothing was read."""
        return self.teacher_found if role == "teacher" else self.student_found

    @property
    def reached(self) -> int:
        """The character up to which both models have read."""
        if self.stage == "done":  # blanks after the last token too
            return len(self.book.text)
        return min(self.teacher.reached, self.student.reached)

    @property
    def share(self) -> float:
        """The part of the book that both models have read, 0 to 1."""
        return self.reached / len(self.book.text) if self.book.text else 0.0

    @property
    def complete(self) -> bool:
        """Whether both models have something to say of what was read."""
        return self.teacher_found is not None and self.student_found is not None

    def reading(self) -> Iterator[None]:
        """Read with both models side by side, the one that is behind next; one step a passage.

        What was read before is forgotten.
        """
        self.teacher, self.student = Track(self.teacher.bundle), Track(self.student.bundle)
        self.teacher_found = self.student_found = None
        self.stage, started = "reading", time.perf_counter()
        self.seconds = 0.0
        text = self.book.text
        ways = (_labelled(role, read_along(self.track(role).bundle, text)) for role in ROLES)
        for _, role, passage in heapq.merge(*ways, key=lambda step: step[0]):
            self.track(role).add(passage)
            self.seconds = time.perf_counter() - started
            yield
        self.finish("done")

    def interrupt(self) -> None:
        """End a reading under way, or one that waits; what was read is summed up."""
        if self.stage in ("waiting", "reading"):
            self.finish("stopped")

    def finish(self, stage: Stage) -> None:
        """Sum up what was read, be it the whole book or a part."""
        self.teacher_found, self.student_found = _sum_up(self.teacher), _sum_up(self.student)
        self.stage = stage


def _labelled(role: Role, passages: Iterable[Passage]) -> Iterator[tuple[int, Role, Passage]]:
    return ((passage.start, role, passage) for passage in passages)


def _sum_up(track: Track) -> RollingAttribution | None:
    return summarise(track.bundle, track.passages[:]) if track.passages else None


def leading(reading: BookReading, most: int) -> tuple[str, ...]:
    """The keys of the authors likeliest over all that both models have read, likeliest first."""
    means: dict[str, float] = {}
    for role in ROLES:
        track = reading.track(role)
        if track.passages:
            for author, mean in zip(track.bundle.authors, track.curve().means, strict=True):
                means[author.key] = means.get(author.key, 0.0) + mean
    return tuple(sorted(means, key=lambda key: -means[key])[:most])


@dataclass(frozen=True, slots=True)
class Hand:
    """An author of some stretches, None where the model names nobody, and their share of what was read."""

    author: Author | None
    share: float


def hands(found: RollingAttribution) -> tuple[Hand, ...]:
    """Whose how much of a book is, in order of appearance."""
    lengths: dict[Author | None, int] = {}
    for stretch in found.stretches:
        author = None if stretch.unknown else stretch.author
        lengths[author] = lengths.get(author, 0) + stretch.stop - stretch.start
    total = sum(lengths.values())
    return tuple(Hand(author, length / total) for author, length in lengths.items())


def same_leader(reading: BookReading) -> float | None:
    """The share of passages for which both models name the same author first; None before any is read."""
    if not (reading.teacher.passages and reading.student.passages):
        return None
    ours, others = reading.teacher.curve(), reading.student.curve()
    nearest = np.searchsorted(others.centres, ours.centres).clip(0, len(others) - 1)
    same = reading.teacher.leaders(ours) == reading.student.leaders(others)[nearest]
    return float(same.mean())


def make_reading(book: Book, data: bytes, teacher: ModelBundle, student: ModelBundle) -> BookReading:
    """A book that nobody has read yet."""
    token = f"{secrets.token_urlsafe(18)}-{len(book.text)}"
    return BookReading(book, data, Track(teacher), Track(student), token)
