"""What both models and the judge of the text come to, as one verdict with a degree of certainty.

The page, the command line and the API say it in words; which words fit is decided here alone.
"""

from dataclasses import dataclass
from typing import Literal

from authorship.datamodels import Author, Judgement, Outside, Prediction

Certainty = Literal["outside", "nobody", "open", "likely", "certain"]

# Calibrated probabilities of the less sure of the two models.
CERTAIN = 0.95
LIKELY = 0.5
# From this probability of being today's prose on, no author is called almost certain.
DOUBTFULLY_MODERN = 0.1


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer for a text.

    certainty:
        - "outside": the text is nothing that the models can judge, `outside` says what; no author.
        - "nobody": none of the known authors; `author` is merely the most alike.
        - "open": no author stands out, or the models differ: `author` is the teacher's first.
        - "likely": `author` more than anyone else known.
        - "certain": `author`, almost certainly; never said of a pair that nobody has calibrated.
    author: None where the text is outside.
    rival: whom the student names, where that is another than `author`.
    outside: what the text is instead, for certainty "outside".
    """

    certainty: Certainty
    author: Author | None = None
    rival: Author | None = None
    outside: Outside | None = None

    @property
    def named(self) -> Author | None:
        """The author whom it names, None where it leaves that open."""
        return self.author if self.certainty in ("likely", "certain") else None


def decide(teacher: Prediction, student: Prediction, judgement: Judgement) -> Verdict:
    """The verdict on a text that both models have read."""
    if judgement.outside is not None:
        return Verdict("outside", outside=judgement.outside)
    first, other = teacher.top_k(1)[0], student.top_k(1)[0]
    agreed = first.author.key == other.author.key
    rival = None if agreed else other.author
    if teacher.unknown and student.unknown:
        return Verdict("nobody", first.author, rival)
    least = min(first.probability, other.probability)
    doubted = teacher.unknown or student.unknown or judgement.modern >= DOUBTFULLY_MODERN
    honest = teacher.calibrated and student.calibrated
    if agreed and least >= CERTAIN and honest and not doubted:
        return Verdict("certain", first.author)
    if agreed and least >= LIKELY:
        return Verdict("likely", first.author)
    return Verdict("open", first.author, rival)
