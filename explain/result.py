"""One text's whole result: both verdicts, both explanations, what was masked and what that did."""

from collections.abc import Mapping
from dataclasses import dataclass

from authorship.datamodels import Author, Judgement, Notice, Prediction
from authorship.verdict import Verdict, decide
from explain.agreement import Likeness
from explain.datamodels import Attribution
from explain.quadrature import CENTRE, WIDTH
from explain.topic import Cover
from explain.verification import Verification
from explain.words import Span

BASELINE = "every token but the special ones masked"
RULE = f"nested Clenshaw-Curtis, drawn to {CENTRE} of the way by a hyperbolic sine of width {WIDTH}"


@dataclass(frozen=True, slots=True)
class ModelResult:
    """One model's part; `attribution` is None where it was not explained or the author is a stranger.

    `masked` is the verdict on the text with the result's masked words, `verification` the explanation's
    test by it; both are None where nothing is masked. `weights` are hashes by file name.
    """

    prediction: Prediction
    attribution: Attribution | None
    weights: Mapping[str, str]
    masked: Prediction | None = None
    verification: Verification | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What can be taken away; `path` is a file's name or empty, `rival` whom the author is held against.

    `masked` are the characters of the masked words, `cover` the switch's position that masked some of them;
    `notices` tell what of the file was mended or left out, `judgement` is of the text itself.
    """

    path: str
    text: str
    author: Author
    rival: Author | None
    teacher: ModelResult
    student: ModelResult
    agreement: Likeness | None
    masked: tuple[Span, ...] = ()
    cover: Cover = "nothing"
    judgement: Judgement = Judgement()
    notices: tuple[Notice, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What both models and the text itself come to."""
        return decide(self.teacher.prediction, self.student.prediction, self.judgement)

    @property
    def models(self) -> dict[str, ModelResult]:
        """Both models' parts by their role."""
        return {"teacher": self.teacher, "student": self.student}
