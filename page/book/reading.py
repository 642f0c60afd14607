"""A book on its way through both models: what was read so far, and what follows from it.

Each model's way is a track: its passages as they come, their probabilities as arrays.
"""

import heapq
import secrets
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from authorship.datamodels import Author, Book, Judgement, Notice, Passage, RollingAttribution
from authorship.models.bundle import ModelBundle
from authorship.models.digest import Hashes
from authorship.models.source import Role
from authorship.predict.hands import Part, join_stretches
from authorship.predict.predictor import judge_text, refuse
from authorship.predict.sliding import passage_judge, read_along, summarise
from authorship.predict.verdict import Verdict, decide
from authorship.same_hand.answer import LONGEST_PART, PartAnswer
from authorship.text.letters.folding import without_words
from page.book.saved_form import MOST_COMPARED
from page.book.view import Place
from page.downloads import file_name
from page.excerpt.results import ROLES


@dataclass(frozen=True, slots=True)
class Curve:
    """Some passages in reading order: `starts` and `stops` in characters, shape `(passages,)`.

    `probabilities` has the shape `(passages, labels)`; `unknown` is true where the model abstains.
    """

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    unknown: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def centres(self) -> NDArray[np.float64]:
        """The middle of each passage, in characters."""
        middles: NDArray[np.float64] = (self.starts + self.stops) / 2
        return middles

    @property
    def means(self) -> list[float]:
        """Each label's mean probability."""
        means: list[float] = self.probabilities.mean(axis=0).tolist()
        return means

    def nearest(self, offset: float) -> int:
        """The passage whose middle is nearest to a character of the book."""
        return int(np.abs(self.centres - offset).argmin())

    def beginning(self, offset: int) -> int:
        """The passage that begins nearest to a character of the book."""
        return int(np.abs(self.starts - offset).argmin())

    def part(self, start: int, stop: int) -> "Curve":
        """The passages `start` to `stop` of these."""
        rows = slice(start, stop)
        return Curve(self.starts[rows], self.stops[rows], self.probabilities[rows], self.unknown[rows])


class Track:
    """Grows by one passage at a time, while other threads draw what there is.

    `authors` are the bundle's, or those of another model whose saved result is shown: on such a track the
    bundle reads nothing.
    """

    def __init__(self, bundle: ModelBundle, authors: tuple[Author, ...] | None = None) -> None:
        self.bundle = bundle
        self.authors = bundle.authors if authors is None else authors
        self.passages: list[Passage] = []
        self._rows: list[NDArray[np.float32]] = []
        self._unknown: list[bool] = []
        self._curve = self._to_curve([])

    def add(self, passage: Passage) -> None:
        """Take the next passage; probabilities are the bundle's calibrated ones."""
        logits, calibration = np.asarray(passage.logits), self.bundle.calibration
        characters = passage.stop - passage.start
        row = calibration.probabilities(logits, characters).astype(np.float32)
        self.append(passage, row, passage.outside or calibration.is_unknown(logits, characters))

    def append(self, passage: Passage, row: NDArray[np.float32], unknown: bool) -> None:
        """Take a passage with its probabilities, shape `(labels,)`, and whether the model abstains."""
        self._rows.append(row)
        self._unknown.append(unknown)
        self.passages.append(passage)  # last: whoever counts passages finds the rest complete

    @property
    def reached(self) -> int:
        """The character up to which the book is read."""
        return self.passages[-1].stop if self.passages else 0

    def label(self, key: str) -> int | None:
        """An author's place among the labels; None where the model does not know the author."""
        return next((author.label_id for author in self.authors if author.key == key), None)

    def leaders(self, curve: Curve) -> NDArray[np.str_]:
        """The key of each passage's likeliest author, shape `(passages,)`."""
        keys = np.array([author.key for author in self.authors])
        leaders: NDArray[np.str_] = keys[curve.probabilities.argmax(axis=1)]
        return leaders

    def curve(self) -> Curve:
        """All passages so far."""
        if len(self._curve) != len(self.passages):
            self._curve = self._to_curve(self.passages[:])
        return self._curve

    def _to_curve(self, passages: Sequence[Passage]) -> Curve:
        count = len(passages)
        spans = np.array([(passage.start, passage.stop) for passage in passages], dtype=np.int64).reshape(
            -1, 2
        )
        probabilities = np.array(self._rows[:count], dtype=np.float32).reshape(-1, len(self.authors))
        return Curve(spans[:, 0], spans[:, 1], probabilities, np.array(self._unknown[:count], dtype=bool))


@dataclass(frozen=True, slots=True)
class SavedBy:
    """Which models a result that was opened from a file is of, by digest, and the day on which it was made.

    `ours` tells whether the page's models are the same.
    """

    made: str
    digests: Mapping[Role, str]
    ours: bool


Stage = Literal["loaded", "waiting", "reading", "stopped", "done"]


@dataclass(slots=True)
class BookReading:
    """A book, both tracks along it, and once reading has ended what they come to.

    `data` holds the file of a book whose encoding may yet be overridden. `token` is the name under which
    its results can be fetched: hard to guess. `seconds` are
    those spent on reading, `ahead` the books to be read before one that waits. `turn` numbers the readings
    begun and ended: one whose number has passed adds nothing more. `judgement` is of the text itself. `saved`
    is set of a result that was opened from a file. `compared` are parts that were compared with the rest.
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
    turn: int = 0
    judgement: Judgement = Judgement()
    saved: SavedBy | None = None
    compared: dict[Place, PartAnswer] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock, repr=False, compare=False)

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

    def chapter(self, offset: int) -> str:
        """The heading under which a character stands; nothing before the first."""
        number = bisect_right(self.book.headings, offset, key=lambda heading: heading.start)
        return self.book.headings[number - 1].text if number else ""

    def chapter_place(self, offset: int) -> Place | None:
        """The chapter of a character, to the next heading; None where none can be told apart."""
        starts = [heading.start for heading in self.book.headings]
        number = bisect_right(starts, offset)
        place = Place(([0, *starts])[number], ([*starts, len(self.book.text)])[number])
        return place if len(starts) > 1 and place.stop - place.start <= LONGEST_PART else None

    def keep_compared(self, part: PartAnswer) -> None:
        """Keep what was said of a part; of very many the first ones make room."""
        with self.lock:
            self.compared[Place(part.start, part.stop)] = part
            while len(self.compared) > MOST_COMPARED:
                self.compared.pop(next(iter(self.compared)))

    @property
    def readable(self) -> bool:
        """Whether the page's models may read on where reading stopped."""
        return self.stage == "stopped" and (self.saved is None or self.saved.ours)

    @property
    def complete(self) -> bool:
        """Whether both models have something to say of what was read."""
        return self.teacher_found is not None and self.student_found is not None

    @property
    def verdict(self) -> Verdict | None:
        """What both models and the text itself come to, as if one hand wrote it all."""
        if self.teacher_found is None or self.student_found is None:
            return None
        return decide(self.teacher_found.whole, self.student_found.whole, self.judgement)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was mended or left out, as far as it fits what the text is."""
        return without_words(self.book.notices, self.judgement.outside)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of a book of several hands, in both models' eyes."""
        if self.teacher_found is None or self.student_found is None:
            return ()
        return join_stretches(self.teacher_found.stretches, self.student_found.stretches)

    def reading(self) -> Iterator[None]:
        """Read on from where reading stopped, the model that is behind next; one step a passage.

        Whoever reads this book meanwhile reads no further.
        """
        with self.lock:
            self.turn += 1
            self.teacher_found = self.student_found = None
            self.stage = "reading"
            return self._read_on(self.turn)

    def _read_on(self, turn: int) -> Iterator[None]:
        began, before = time.perf_counter(), self.seconds
        is_outside = passage_judge(self.book.text, self.teacher.bundle.judge or self.student.bundle.judge)
        ways = [self._way(role, is_outside) for role in ROLES]
        for _, role, passage in heapq.merge(*ways, key=lambda step: step[0]):
            with self.lock:
                if self.turn != turn:
                    return
                self.track(role).add(passage)
                self.seconds = before + time.perf_counter() - began
            yield
        with self.lock:
            if self.turn == turn:
                self.finish("done")

    def _way(self, role: Role, is_outside: Callable[[int, int], bool]) -> Iterator[tuple[int, Role, Passage]]:
        """What is left for one model to read, each passage with its start before it."""
        track = self.track(role)
        passages = read_along(track.bundle, self.book.text, skip=len(track.passages), is_outside=is_outside)
        return ((passage.start, role, passage) for passage in passages)

    def interrupt(self) -> None:
        """End a reading under way, or one that waits; what was read is summed up."""
        with self.lock:
            if self.stage in ("waiting", "reading"):
                self.turn += 1
                self.finish("stopped")

    def finish(self, stage: Stage) -> None:
        """Sum up what was read, be it the whole book or a part."""
        read = self.book.text[: max(self.teacher.reached, self.student.reached)]
        self.judgement = judge_text(read, self.teacher.bundle, self.student.bundle)
        self.teacher_found, self.student_found = (
            _sum_up(track, self.judgement) for track in (self.teacher, self.student)
        )
        self.stage = stage


def _sum_up(track: Track, judgement: Judgement) -> RollingAttribution | None:
    if not track.passages:
        return None
    found = summarise(track.bundle, track.passages[:])
    return replace(found, whole=refuse(found.whole, judgement))


def make_reading(book: Book, data: bytes, teacher: ModelBundle, student: ModelBundle) -> BookReading:
    """A book that nobody has read yet."""
    return BookReading(book, data, Track(teacher), Track(student), secrets.token_urlsafe(18))


def saved_name(reading: BookReading, file: str) -> str:
    """The name under which one of `FILES` is saved: the book's title goes before it."""
    return file_name([reading.book.title], file)


def hashes_of(reading: BookReading) -> Hashes:
    """The hashes of the text and of the models whose result this is."""
    hashes = Hashes.of(reading.book.text, reading.teacher.bundle, reading.student.bundle)
    if reading.saved is None:
        return hashes
    return Hashes(hashes.text, *(reading.saved.digests[role] for role in ROLES))


def made_on(reading: BookReading) -> str:
    """The day of a result: today, or that of the file from which it was opened."""
    return reading.saved.made if reading.saved else date.today().isoformat()
