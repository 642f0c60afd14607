"""The form of a result that was saved as JSON, and its check, which a process of the readers makes.

A stranger's JSON becomes objects in that process alone, see `condense`; what it hands over is a short head
and arrays of numbers, which the page reads without a long pause, see `read_condensed`. That process starts
in a moment and has little memory: nothing here may import PyTorch, a model or Gradio.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from io import BytesIO
from typing import Annotated, Any, Generic, Literal, Self, TypeVar, get_args
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from authorship.datamodels import Author, BookFormat, NoticeCode, Outside, OutsideKind
from authorship.errors import TextError
from authorship.models.digest import text_hash
from authorship.models.source import Role
from authorship.same_hand.answer import Caution, CautionKind, PartAnswer
from authorship.same_hand.datamodels import Comparison, Usual
from authorship.text.formats.limits import LARGEST_BOOK, hostile
from authorship.text.headings import LONGEST_HEADING, MOST_HEADINGS
from authorship.text.letters.folding import Findings, examine, remember_findings

FORMAT, FORMAT_VERSION = "whose-prose-book", 1
MOST_COMPARED = 50
"""Parts of a book whose comparisons with the rest are kept."""
_HEAD = 400
_MARK = f'"{FORMAT}"'.encode()
# A passage of 34 authors takes some 80 values: a book of ten million characters has as many.
MOST_VALUES = 3_000_000
_SEPARATORS = (b",", b"[", b"{")
_MOST_AUTHORS = 10_000
_MOST_QUANTILES = 200

_ROLES: tuple[Role, ...] = get_args(Role)

_Short = Annotated[str, StringConstraints(max_length=200)]
_Digest = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{64}\z")]
_Offset = Annotated[int, Field(ge=0, le=LARGEST_BOOK)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Logit = Annotated[float, Field(ge=-1e6, le=1e6)]
Value = TypeVar("Value")
# A forged file's millions of wrong values would each become an error: the first one ends it.
_List = Annotated[list[Value], Field(fail_fast=True)]


def _are_shares(values: dict[str, Any]) -> dict[str, Any]:
    """Refuse all at once what is no share; a dictionary's values would be told one by one."""
    if not all(type(value) in (float, int) and 0 <= value <= 1 for value in values.values()):
        raise ValueError("a probability is none")
    return values


_Shares = Annotated[dict[str, Any], AfterValidator(_are_shares)]


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
    notices: Annotated[_List[_Notice], Field(max_length=100)]


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
    probabilities: _Shares


class _Stretch(_Span):
    author: str
    certainty: _Share
    unknown: bool
    outside: bool


class _Model(_Strict):
    passages: Annotated[_List[_Passage], Field(min_length=1)]
    stretches: Annotated[_List[_Stretch], Field(min_length=1)]


class _Whole(_Strict):
    logits: _List[_Logit]
    probabilities: _List[_Share]
    unknown: bool
    calibrated: bool


class TrackHead(_Strict):
    """A model's authors, and what it says of the whole."""

    authors: Annotated[_List[_Author], Field(min_length=1, max_length=_MOST_AUTHORS)]
    whole: _Whole

    def known(self) -> tuple[Author, ...]:
        """The authors in label order."""
        return tuple(Author(**dict(author)) for author in self.authors)


class _Track(TrackHead):
    tokens: _List[Annotated[int, Field(ge=1, le=100_000)]]
    outside: _List[bool]
    between: _List[bool]
    logits: _List[_List[_Logit]]


class _Usual(_Strict):
    same: Annotated[_List[_Logit], Field(min_length=2, max_length=_MOST_QUANTILES)]
    different: Annotated[_List[_Logit], Field(min_length=2, max_length=_MOST_QUANTILES)]


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
    cautions: Annotated[_List[_Caution], Field(max_length=10)]

    def answer(self) -> PartAnswer:
        """The part as it was compared."""
        found = self.comparison
        usual = Usual(tuple(found.usual.same), tuple(found.usual.different))
        lengths = found.known_characters, found.disputed_characters
        cautions = [
            Caution(one.kind, one.name, one.characters, one.share, to_outside(one.outside))
            for one in self.cautions
        ]
        compared = Comparison(found.log_ratio, *lengths, usual)
        return PartAnswer(self.start, self.stop, compared, tuple(cautions))


def to_outside(found: _Outside | None) -> Outside | None:
    """What a text or passage is instead of prose."""
    return Outside(**dict(found)) if found else None


class _Hashes(_Strict):
    text: _Digest
    teacher: _Digest
    student: _Digest


class Pair(_Strict, Generic[Value]):
    """A value of each model."""

    teacher: Value
    student: Value

    def of(self, role: Role) -> Value:
        """One model's."""
        return self.teacher if role == "teacher" else self.student


class _Version(_Strict):
    version: Any = None


class _Told(_Strict):
    """What is handed over as it stands in the file."""

    made: Annotated[str, StringConstraints(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z")]
    title: Annotated[str, StringConstraints(max_length=201)]
    characters: _Offset
    read: _Offset
    chapters: Annotated[_List[_Chapter], Field(max_length=MOST_HEADINGS)]
    hashes: _Hashes
    source: _Source
    judged: _Judged
    compared: Annotated[_List[_Compared], Field(max_length=MOST_COMPARED)] = []


class Head(_Told):
    """All of a saved result but its text and its passages; `findings` spare a text that may be read on."""

    heads: Pair[TrackHead]
    findings: dict[str, int] | None


class _Saved(_Told):
    version: Literal[1]
    models: Pair[_Model]
    tracks: Pair[_Track]
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
        for role in _ROLES:
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
    if len(model.stretches) > len(passages):
        raise ValueError("there are more stretches than passages")
    edges = [edge for stretch in model.stretches for edge in (stretch.start, stretch.stop)]
    if edges[1:-1:2] != edges[2::2] or edges[-1] > characters:
        raise ValueError("the stretches do not follow one another")
    if not {stretch.author for stretch in model.stretches} <= set(keys):
        raise ValueError("a stretch is of an author whom the model does not know")


def is_saved(data: bytes) -> bool:
    """Whether a file says that it is a saved result."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"{") and _MARK in head


@dataclass(frozen=True, slots=True)
class Rows:
    """One model's passages and stretches, a row each.

    passages: start, stop, tokens, and whether it is outside, between two others, and abstained from.
    logits, probabilities: `(passages, authors)`.
    stretches: start, stop, the author's label, and whether it is abstained from, and outside; certainties:
    how sure each is.
    """

    passages: NDArray[np.int64]
    logits: NDArray[np.float64]
    probabilities: NDArray[np.float32]
    stretches: NDArray[np.int64]
    certainties: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SavedResult:
    """A saved result that was checked."""

    head: Head
    text: str
    teacher: Rows
    student: Rows

    def rows(self, role: Role) -> Rows:
        """One model's passages and stretches."""
        return self.teacher if role == "teacher" else self.student


def condense(data: bytes) -> bytes:
    """A stranger's file, checked all through, as `read_condensed` takes it; for a process of the readers.

    Raises:
        TextError: the file is damaged, hostile, or of a later version.
    """
    saved = _parse(data)
    findings = asdict(examine(saved.text)) if saved.read < saved.characters else None
    told = {name: getattr(saved, name) for name in _Told.model_fields}
    heads = Pair[TrackHead](teacher=saved.tracks.teacher, student=saved.tracks.student)
    head = Head(**told, heads=heads, findings=findings).model_dump_json().encode()
    arrays: dict[str, NDArray[Any]] = {
        f"{role}.{name}": array
        for role in _ROLES
        for name, array in _rows(saved.models.of(role), saved.tracks.of(role)).items()
    }
    for name, part in (("head", head), ("text", saved.text.encode())):
        arrays[name] = np.frombuffer(part, np.uint8)
    file = BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def read_condensed(condensed: bytes) -> SavedResult:
    """What `condense` made of a file; of the process that made it no more is believed than of a file.

    Raises:
        TextError: it is nothing of the kind.
    """
    try:
        with np.load(BytesIO(condensed)) as file:
            head = Head.model_validate_json(file["head"].tobytes())
            teacher, student = (
                Rows(**{field.name: file[f"{role}.{field.name}"] for field in fields(Rows)})
                for role in _ROLES
            )
            text = file["text"].tobytes().decode()
    except (KeyError, TypeError, ValueError, OSError, EOFError, BadZipFile) as error:
        raise hostile("cannot be read") from error
    if head.findings is not None:
        remember_findings(text, Findings(**head.findings))
    return SavedResult(head, text, teacher, student)


def _parse(data: bytes) -> _Saved:
    if sum(map(data.count, _SEPARATORS)) > MOST_VALUES:
        raise hostile("holds more values than any book's result")
    try:
        if _Version.model_validate_json(data).version != FORMAT_VERSION:
            message = f"The result is of another version; this page opens version {FORMAT_VERSION}."
            raise TextError("other_format", message, format="JSON")
        return _Saved.model_validate_json(data)
    except ValidationError:  # whose errors are never asked for: there may be very many
        raise TextError("damaged", "The saved result is damaged: save it anew where it was made.") from None


def _rows(model: _Model, track: _Track) -> dict[str, NDArray[Any]]:
    """The arrays of `Rows` by name."""
    labels = {author.key: author.label_id for author in track.authors}
    columns = zip(model.passages, track.tokens, track.outside, track.between, strict=True)
    return {
        "passages": np.array(
            [
                (one.start, one.stop, tokens, outside, between, one.unknown)
                for one, tokens, outside, between in columns
            ],
            np.int64,
        ),
        "logits": np.array(track.logits, np.float64),
        "probabilities": np.array([list(one.probabilities.values()) for one in model.passages], np.float32),
        "stretches": np.array(
            [(one.start, one.stop, labels[one.author], one.unknown, one.outside) for one in model.stretches],
            np.int64,
        ),
        "certainties": np.array([one.certainty for one in model.stretches], np.float64),
    }
