"""A book's result that was saved as JSON, opened again: checked as a stranger's file, read by no model."""

import numpy as np

from authorship.datamodels import (
    Book,
    Heading,
    Judgement,
    Notice,
    Passage,
    Prediction,
    RollingAttribution,
    Stretch,
)
from authorship.errors import TextError
from authorship.models.bundle import ModelBundle
from authorship.models.digest import known_hash
from authorship.models.source import Role
from page.book.reading import BookReading, SavedBy, Track, make_reading
from page.book.saved_form import Rows, SavedResult, TrackHead, read_condensed, to_outside
from page.excerpt.results import ROLES


def open_saved(condensed: bytes, teacher: ModelBundle, student: ModelBundle) -> BookReading:
    """The reading that a file holds, as it was when it was saved; `condensed` is what `condense` made of it.

    Where it is by these very models, all is computed from its passages' logits, as when they were read, and
    reading may go on; of other models the file is believed, and shown as theirs.

    Raises:
        TextError: the file names other authors than its models know.
    """
    saved = read_condensed(condensed)
    head = saved.head
    digests: dict[Role, str] = {"teacher": head.hashes.teacher, "student": head.hashes.student}
    ours = digests == {"teacher": known_hash(teacher), "student": known_hash(student)}
    source = head.source
    headings = tuple(Heading(one.start, one.title, one.level) for one in head.chapters)
    notices = tuple(Notice(one.code, one.message, one.count) for one in source.notices)
    book = Book(saved.text, source.format, source.encoding, head.title, notices, headings)
    reading = make_reading(book, b"", teacher, student)
    reading.saved = SavedBy(head.made, digests, ours)
    reading.seconds = source.seconds
    for one in head.compared:
        reading.keep_compared(one.answer())
    if ours:
        _compute(reading, saved)
    else:
        _believe(reading, saved)
    return reading


def _passages(rows: Rows) -> list[Passage]:
    """The passages, made one by one: a call that made all numbers at once would keep others waiting."""
    return [
        Passage(start, stop, tuple(logits.tolist()), tokens, bool(outside), bool(between))
        for (start, stop, tokens, outside, between, _), logits in zip(
            map(np.ndarray.tolist, rows.passages), rows.logits, strict=True
        )
    ]


def _compute(reading: BookReading, saved: SavedResult) -> None:
    head = saved.head
    for role in ROLES:
        track = reading.track(role)
        if [author.key for author in track.authors] != [one.key for one in head.heads.of(role).authors]:
            raise TextError("damaged", "The saved result names other authors than its models know.")
        for passage in _passages(saved.rows(role)):
            track.add(passage)
    reading.finish("done" if head.read >= head.characters else "stopped")


def _believe(reading: BookReading, saved: SavedResult) -> None:
    head = saved.head
    reading.judgement = Judgement(to_outside(head.judged.outside), head.judged.modern)
    heads, teacher, student = head.heads, reading.teacher.bundle, reading.student.bundle
    reading.teacher, reading.teacher_found = _foreign(heads.teacher, saved.teacher, teacher)
    reading.student, reading.student_found = _foreign(heads.student, saved.student, student)
    reading.stage = "done" if head.read >= head.characters else "stopped"


def _foreign(told: TrackHead, rows: Rows, bundle: ModelBundle) -> tuple[Track, RollingAttribution]:
    """Another model's passages and what it came to, as the file tells."""
    authors, whole = told.known(), told.whole
    track, passages = Track(bundle, authors), _passages(rows)
    for passage, row, unknown in zip(passages, rows.probabilities, rows.passages[:, 5], strict=True):
        track.append(passage, row, bool(unknown))
    stretches = tuple(
        Stretch(int(start), int(stop), authors[label], float(certainty), bool(unknown), bool(outside))
        for (start, stop, label, unknown, outside), certainty in zip(
            rows.stretches, rows.certainties, strict=True
        )
    )
    numbers = tuple(whole.logits), tuple(whole.probabilities)
    prediction = Prediction(authors, *numbers, whole.unknown, seconds=0.0, calibrated=whole.calibrated)
    return track, RollingAttribution(tuple(passages), prediction, stretches)
