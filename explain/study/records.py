"""What is measured on one excerpt, and the file of JSON lines that keeps it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from authorship.errors import AuthorshipError
from authorship.models.source import Role
from explain.agreement import Agreement

Floats = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Losses:
    """The probability lost on average over the shares of comprehensiveness, by whose ranking.

    `baselines` are the model's own under other baselines, `shuffled` is the shuffled student's.
    """

    own: float
    other: float
    shuffled: float
    baselines: dict[str, float]


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """One model on one excerpt; curves are the probability lost at each share of `limits.GRID`.

    `randoms`, `random_comprehensiveness` and `random_sufficiency` have an entry for each random order.
    AOPC is the area of the curve, `reverse_aopc` that of the words in reverse, between `lower` and `upper`.
    `strongest` are the ten words that weigh most, whether for or against; older logs have none.
    """

    probability: float
    error: float
    n_steps: int
    converged: bool
    comprehensiveness: float
    sufficiency: float
    random_comprehensiveness: Floats
    random_sufficiency: Floats
    curve: Floats
    other_curve: Floats
    randoms: tuple[Floats, ...]
    aopc: float
    reverse_aopc: float
    lower: float
    upper: float
    losses: Losses
    strongest: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The inverse of `dataclasses.asdict`, lists made tuples again."""
        tuples = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        tuples["randoms"] = tuple(map(tuple, values["randoms"]))
        return cls(**values | tuples | {"losses": Losses(**values["losses"])})


@dataclass(frozen=True, slots=True)
class Reference:
    """How far a model agrees with itself under another baseline, or the teacher with a shuffled student.

    `kind` is the baseline's name, or "shuffled".
    """

    role: Role
    kind: str
    agreement: Agreement
    converged: bool


@dataclass(frozen=True, slots=True)
class Record:
    """One excerpt, by `writer` and of `work`, explained by both models for the author `author`."""

    key: str
    writer: str
    work: str
    author: str
    words: int
    agreement: Agreement
    references: tuple[Reference, ...]
    teacher: ModelRecord
    student: ModelRecord

    def of(self, role: Role) -> ModelRecord:
        """One model's part."""
        return self.teacher if role == "teacher" else self.student

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The inverse of `dataclasses.asdict`."""
        return cls(
            **values
            | {
                "agreement": Agreement(**values["agreement"]),
                "references": tuple(
                    Reference(**entry | {"agreement": Agreement(**entry["agreement"])})
                    for entry in values["references"]
                ),
                "teacher": ModelRecord.from_json(values["teacher"]),
                "student": ModelRecord.from_json(values["student"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """What a study's results belong to: what both models are `measured_as`, and the seed."""

    teacher: str
    student: str
    seed: int


def open_records(file: Path, settings: Settings) -> dict[str, Record]:
    """The records that an earlier run left, by key; begins the file where there is none.

    A line that was cut off is left out and measured again.

    Raises:
        AuthorshipError: the file belongs to other models or another seed.
    """
    if not file.is_file():
        file.write_text(json.dumps(asdict(settings)) + "\n", encoding="utf-8")
        return {}
    lines = list(_objects(file.read_text(encoding="utf-8")))
    if not lines or lines[0] != asdict(settings):
        raise AuthorshipError(
            f"{file} holds a study of other models or of another seed: name another --out, or delete it."
        )
    with file.open("a", encoding="utf-8") as stream:
        stream.write("\n")  # ends a line that was cut off
    return {record.key: record for record in map(Record.from_json, lines[1:])}


def _objects(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def keep_record(file: Path, record: Record) -> None:
    """Add a record to the file, whole or not at all as far as the system allows."""
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(record), ensure_ascii=False) + "\n")
