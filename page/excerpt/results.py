"""What the page shows, as values: a reading of a text, and each model's reasons."""

from dataclasses import dataclass
from typing import Literal

from authorship.datamodels import Judgement, Notice, Prediction
from authorship.models.digest import Hashes
from authorship.models.source import Role
from authorship.predict.predictor import long_text_notices
from authorship.predict.verdict import Verdict, decide
from authorship.text.letters.folding import letter_notices, without_words
from explain.datamodels import Attribution

Stage = Literal["waiting", "running", "done", "stopped", "stranger"]
ROLES: tuple[Role, Role] = ("teacher", "student")
FASTEST_FIRST: tuple[Role, Role] = ("student", "teacher")


@dataclass(frozen=True, slots=True)
class Reading:
    """What both models say of one text, read in so many `windows`; what it is itself; its hashes."""

    text: str
    windows: int
    teacher: Prediction
    student: Prediction
    judgement: Judgement = Judgement()
    hashes: Hashes | None = None

    @property
    def verdict(self) -> Verdict:
        """What it all comes to."""
        return decide(self.teacher, self.student, self.judgement)

    @property
    def long(self) -> bool:
        """Whether it is long enough to be read as a book, whose hands are told apart."""
        return bool(long_text_notices(self.text))

    def notices(self) -> tuple[Notice, ...]:
        """What was odd about its letters, and whether it had better be read as a book."""
        letters = without_words(letter_notices(self.text), self.judgement.outside)
        return (*letters, *long_text_notices(self.text))

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
