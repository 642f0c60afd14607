"""What is measured on one excerpt, and the file of JSON lines that keeps it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from authorship.errors import AuthorshipError
from authorship.json_lines import JsonLines
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


class StudyLog(JsonLines[Settings | Record]):
    """The file of a study's records, held open; the first line says what they belong to."""

    def __init__(self, file: Path, settings: Settings) -> None:
        """Open the file with the records that an earlier run left, or begin it.

        Raises:
            OSError: the file cannot be read or written.
            AuthorshipError: it belongs to other models or another seed, or another run is adding to it.
        """
        super().__init__(file, b'{"', _to_line)
        first, *rest = self.values or [settings]
        if first != settings:
            self.close()
            raise AuthorshipError(
                f"{file} holds a study of other models or of another seed: name another --out, or delete it."
            )
        if not self.values:
            self.append(json.dumps(asdict(settings)))
        self.records = {line.key: line for line in rest if isinstance(line, Record)}

    def add(self, record: Record) -> None:
        """Keep a record, here and on the disk."""
        self.append(json.dumps(asdict(record), ensure_ascii=False))
        self.records[record.key] = record


def _to_line(values: dict[str, Any]) -> Settings | Record:
    return Record.from_json(values) if "key" in values else Settings(**values)
