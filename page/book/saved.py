"""A book's result that was saved as JSON, opened again: checked as a stranger's file, read by no model."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from authorship.datamodels import (
    Author,
    Book,
    BookFormat,
    Heading,
    Judgement,
    Notice,
    NoticeCode,
    Outside,
    OutsideKind,
    Passage,
    Prediction,
    RollingAttribution,
    Stretch,
)
from authorship.errors import TextError
from authorship.models.bundle import ModelBundle
from authorship.models.digest import known_hash, text_hash
from authorship.models.source import Role
from authorship.same_hand.answer import Caution, CautionKind, PartAnswer
from authorship.same_hand.datamodels import Comparison, Usual
from authorship.text.formats.limits import LARGEST_BOOK, hostile
from authorship.text.headings import LONGEST_HEADING, MOST_HEADINGS
from page.book.exports import FORMAT, FORMAT_VERSION
from page.book.reading import MOST_COMPARED, BookReading, SavedBy, make_reading
from page.book.track import Track
from page.excerpt.results import ROLES

_HEAD = 400
_MARK = f'"{FORMAT}"'.encode()
# A passage of 34 authors takes some 80 values: a book of ten million characters has as many.
MOST_VALUES = 3_000_000
_SEPARATORS = (b",", b"[", b"{")
_MOST_AUTHORS = 10_000
_MOST_QUANTILES = 200

_Short = Annotated[str, StringConstraints(max_length=200)]
_Digest = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{64}\z")]
_Offset = Annotated[int, Field(ge=0, le=LARGEST_BOOK)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Logit = Annotated[float, Field(ge=-1e6, le=1e6)]


class _Strict(BaseModel):
    """No value is turned into another type, none is infinite; what later versions add is passed over."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False, frozen=True)


class _Author(_Strict):
    key: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    label_id: Annotated[int, Field(ge=0, lt=_MOST_AUTHORS)]
    name: _Short
    name_en: _Short
    born: int | None
    died: int | None


class _Chapter(_Strict):
    start: _Offset
    title: Annotated[str, StringConstraints(max_length=LONGEST_HEADING)]
    level: Annotated[int, Field(ge=1, le=9)]


class _Notice(_Strict):
    code: NoticeCode
    message: Annotated[str, StringConstraints(max_length=1_000)]
    count: Annotated[int, Field(ge=0)]


class _Source(_Strict):
    format: BookFormat
    encoding: _Short | None
    seconds: Annotated[float, Field(ge=0)]
    notices: Annotated[list[_Notice], Field(max_length=100)]


class _Outside(_Strict):
    kind: OutsideKind
    reason: Annotated[str, StringConstraints(max_length=1_000)]
    language: Annotated[str, StringConstraints(max_length=20)]
    partly: bool


class _Judged(_Strict):
    outside: _Outside | None
    modern: _Share


class _Span(_Strict):
    start: _Offset
    stop: _Offset

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if self.start >= self.stop:
            raise ValueError("a part stops before it starts")
        return self


class _Passage(_Span):
    unknown: bool
    probabilities: dict[str, _Share]


class _Stretch(_Span):
    author: str
    certainty: _Share
    unknown: bool
    outside: bool


class _Model(_Strict):
    passages: Annotated[list[_Passage], Field(min_length=1)]
    stretches: Annotated[list[_Stretch], Field(min_length=1)]


class _Whole(_Strict):
    logits: list[_Logit]
    probabilities: list[_Share]
    unknown: bool
    calibrated: bool


class _Track(_Strict):
    authors: Annotated[list[_Author], Field(min_length=1, max_length=_MOST_AUTHORS)]
    whole: _Whole
    tokens: list[Annotated[int, Field(ge=1, le=100_000)]]
    outside: list[bool]
    between: list[bool]
    logits: list[list[_Logit]]


class _Usual(_Strict):
    same: Annotated[list[_Logit], Field(min_length=2, max_length=_MOST_QUANTILES)]
    different: Annotated[list[_Logit], Field(min_length=2, max_length=_MOST_QUANTILES)]


class _Comparison(_Strict):
    log_ratio: _Logit
    known_characters: _Offset
    disputed_characters: _Offset
    usual: _Usual


class _Caution(_Strict):
    kind: CautionKind
    name: _Short
    characters: _Offset
    share: _Share
    outside: _Outside | None


class _Compared(_Span):
    comparison: _Comparison
    cautions: Annotated[list[_Caution], Field(max_length=10)]

    def answer(self) -> PartAnswer:
        """The part as it was compared."""
        found = self.comparison
        usual = Usual(tuple(found.usual.same), tuple(found.usual.different))
        lengths = found.known_characters, found.disputed_characters
        cautions = [
            Caution(one.kind, one.name, one.characters, one.share, _outside(one.outside))
            for one in self.cautions
        ]
        compared = Comparison(found.log_ratio, *lengths, usual)
        return PartAnswer(self.start, self.stop, compared, tuple(cautions))


def _outside(found: _Outside | None) -> Outside | None:
    return Outside(**dict(found)) if found else None


class _Hashes(_Strict):
    text: _Digest
    teacher: _Digest
    student: _Digest


Value = TypeVar("Value")


class _Pair(_Strict, Generic[Value]):
    teacher: Value
    student: Value

    def of(self, role: Role) -> Value:
        return self.teacher if role == "teacher" else self.student


class _Saved(_Strict):
    version: Literal[1]
    made: Annotated[str, StringConstraints(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z")]
    title: Annotated[str, StringConstraints(max_length=201)]
    characters: _Offset
    read: _Offset
    chapters: Annotated[list[_Chapter], Field(max_length=MOST_HEADINGS)]
    hashes: _Hashes
    source: _Source
    judged: _Judged
    models: _Pair[_Model]
    tracks: _Pair[_Track]
    compared: Annotated[list[_Compared], Field(max_length=MOST_COMPARED)] = []
    text: str

    @model_validator(mode="after")
    def _is_of_this_text(self) -> Self:
        date.fromisoformat(self.made)
        if len(self.text) != self.characters or text_hash(self.text) != self.hashes.text:
            raise ValueError("the text is not the one that was read")
        if any(one.stop > self.characters for one in self.compared):
            raise ValueError("a part is not of this text")
        if any(one.start >= self.characters for one in self.chapters) or "\r" in self.text:
            raise ValueError("the chapters are not this text's")
        for role in ROLES:
            _check_track(self.models.of(role), self.tracks.of(role), self.characters)
        return self


def _check_track(model: _Model, track: _Track, characters: int) -> None:
    """Raise ValueError unless passages, authors and numbers fit one another and the text."""
    keys = [author.key for author in track.authors]
    labels = [author.label_id for author in track.authors]
    if len(set(keys)) < len(keys) or labels != list(range(len(labels))):
        raise ValueError("an author stands twice or out of place")
    passages, starts = model.passages, [passage.start for passage in model.passages]
    if starts != sorted(set(starts)) or max(passage.stop for passage in passages) > characters:
        raise ValueError("the passages are not in order or not in the text")
    columns: tuple[Sequence[object], ...] = (track.tokens, track.outside, track.between, track.logits)
    if any(len(column) != len(passages) for column in columns) or all(track.between):
        raise ValueError("a passage lacks what belongs to it")
    rows: list[Sequence[float]] = [*track.logits, track.whole.logits, track.whole.probabilities]
    if any(len(row) != len(keys) for row in rows):
        raise ValueError("a passage does not say something of every author")
    if any(list(passage.probabilities) != keys for passage in passages):
        raise ValueError("a passage gives probabilities to others")
    edges = [edge for stretch in model.stretches for edge in (stretch.start, stretch.stop)]
    if edges[1:-1:2] != edges[2::2] or edges[-1] > characters:
        raise ValueError("the stretches do not follow one another")
    if not {stretch.author for stretch in model.stretches} <= set(keys):
        raise ValueError("a stretch is of an author whom the model does not know")


def is_saved(data: bytes) -> bool:
    """Whether a file says that it is a saved result."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"{") and _MARK in head


def open_saved(data: bytes, teacher: ModelBundle, student: ModelBundle) -> BookReading:
    """The reading that a file holds, as it was when it was saved.

    Where it is by these very models, all is computed from its passages' logits, as when they were read, and
    reading may go on; of other models the file is believed, and shown as theirs.

    Raises:
        TextError: the file is damaged, hostile, or of a later version.
    """
    saved = _parse(data)
    digests: dict[Role, str] = {"teacher": saved.hashes.teacher, "student": saved.hashes.student}
    ours = digests == {"teacher": known_hash(teacher), "student": known_hash(student)}
    source = saved.source
    headings = tuple(Heading(one.start, one.title, one.level) for one in saved.chapters)
    notices = tuple(Notice(one.code, one.message, one.count) for one in source.notices)
    book = Book(saved.text, source.format, source.encoding, saved.title, notices, headings)
    reading = make_reading(book, b"", teacher, student)
    reading.saved = SavedBy(saved.made, digests, ours)
    reading.seconds = source.seconds
    for one in saved.compared:
        reading.keep_compared(one.answer())
    if ours:
        _compute(reading, saved)
    else:
        _believe(reading, saved)
    return reading


def _parse(data: bytes) -> _Saved:
    if sum(map(data.count, _SEPARATORS)) > MOST_VALUES:
        raise hostile("holds more values than any book's result")
    try:
        return _Saved.model_validate_json(data)
    except ValidationError as error:
        if any(problem["loc"] == ("version",) for problem in error.errors(include_input=False)):
            message = f"The result is of another version; this page opens version {FORMAT_VERSION}."
            raise TextError("other_format", message, format="JSON") from None
        raise TextError("damaged", "The saved result is damaged: save it anew where it was made.") from None


def _passages(saved: _Saved, role: Role) -> list[Passage]:
    track = saved.tracks.of(role)
    rows = zip(
        saved.models.of(role).passages, track.logits, track.tokens, track.outside, track.between, strict=True
    )
    return [
        Passage(one.start, one.stop, tuple(logits), tokens, outside, between)
        for one, logits, tokens, outside, between in rows
    ]


def _compute(reading: BookReading, saved: _Saved) -> None:
    for role in ROLES:
        track = reading.track(role)
        if [author.key for author in track.authors] != [one.key for one in saved.tracks.of(role).authors]:
            raise TextError("damaged", "The saved result names other authors than its models know.")
        for passage in _passages(saved, role):
            track.add(passage)
    reading.finish("done" if saved.read >= saved.characters else "stopped")


def _believe(reading: BookReading, saved: _Saved) -> None:
    reading.judgement = Judgement(_outside(saved.judged.outside), saved.judged.modern)
    reading.teacher, reading.teacher_found = _foreign(saved, "teacher", reading.teacher.bundle)
    reading.student, reading.student_found = _foreign(saved, "student", reading.student.bundle)
    reading.stage = "done" if saved.read >= saved.characters else "stopped"


def _foreign(saved: _Saved, role: Role, bundle: ModelBundle) -> tuple[Track, RollingAttribution]:
    """Another model's passages and what it came to, as the file tells."""
    model, told = saved.models.of(role), saved.tracks.of(role)
    authors = tuple(Author(**dict(author)) for author in told.authors)
    by_key = {author.key: author for author in authors}
    track, passages = Track(bundle, authors), _passages(saved, role)
    for passage, one in zip(passages, model.passages, strict=True):
        row = np.array([one.probabilities[author.key] for author in authors], dtype=np.float32)
        track.append(passage, row, one.unknown)
    whole: dict[str, Any] = dict(told.whole) | {
        "logits": tuple(told.whole.logits),
        "probabilities": tuple(told.whole.probabilities),
    }
    stretches = tuple(
        Stretch(one.start, one.stop, by_key[one.author], one.certainty, one.unknown, one.outside)
        for one in model.stretches
    )
    return track, RollingAttribution(tuple(passages), Prediction(authors, **whole, seconds=0.0), stretches)
