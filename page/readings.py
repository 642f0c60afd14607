"""What the page shows, as values: a reading of a text, and each model's reasons."""

from dataclasses import dataclass
from typing import Literal

from authorship.datamodels import Judgement, Prediction
from authorship.reference import Role
from authorship.verdict import Verdict, decide
from explain.datamodels import Attribution

Stage = Literal["waiting", "running", "done", "stopped", "stranger"]
ROLES: tuple[Role, Role] = ("teacher", "student")
FASTEST_FIRST: tuple[Role, Role] = ("student", "teacher")


@dataclass(frozen=True, slots=True)
class Reading:
    """What both models say of one text, read in so many `windows`, and what the text itself is."""

    text: str
    windows: int
    teacher: Prediction
    student: Prediction
    judgement: Judgement = Judgement()

    @property
    def verdict(self) -> Verdict:
        """What it all comes to."""
        return decide(self.teacher, self.student, self.judgement)

    def of(self, role: Role) -> Prediction:
        """One model's prediction."""
        return self.teacher if role == "teacher" else self.student


@dataclass(frozen=True, slots=True)
class Reasons:
    """How far one model's explanation has come: `done` of `expected` gradients.

    A "stranger" is an author whom the model does not know. One that waits has so many others `ahead`.
    """

    stage: Stage = "waiting"
    attribution: Attribution | None = None
    done: int = 0
    expected: int = 0
    ahead: int = 0
