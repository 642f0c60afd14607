"""Whether two models decide for the same reasons: word scores side by side, on a measured scale."""

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from authorship.errors import BundleError
from authorship.models.bundle import ModelBundle
from authorship.models.digest import known_hash
from explain.attribution import Span, merge_spans
from explain.datamodels import Attribution, Comparison, WordScore

SCALE_FILE = "agreement.json"


@dataclass(frozen=True, slots=True)
class Reach:
    """A figure of agreement over many excerpts, with its 95 % interval, and what it can be compared with.

    `ceiling` is what one and the same model reaches with itself under another baseline, `floor` what a
    student with shuffled weights reaches.
    """

    pair: float
    low: float
    high: float
    ceiling: float
    floor: float

    @property
    def midpoint(self) -> float:
        """Half way from the floor to the ceiling."""
        return (self.floor + self.ceiling) / 2

    def place(self, value: float) -> float:
        """Where a value stands: 0 at the floor or below, 1 at the ceiling or above."""
        width = self.ceiling - self.floor
        return min(max((value - self.floor) / width, 0.0), 1.0) if width > 0 else float(value >= self.ceiling)


@dataclass(frozen=True, slots=True)
class Scale:
    """What a pair's agreement was measured to be: a property of two models, named as `measured_as`.

    `transfer_student` is the student's loss by the teacher's ranking over its own, `transfer_teacher` the
    reverse. `baseline` names the other baseline of the ceiling.
    """

    teacher: str
    student: str
    data: str
    excerpts: int
    seed: int
    baseline: str
    spearman: Reach
    top_overlap: Reach
    mass_overlap: Reach
    transfer_student: Reach
    transfer_teacher: Reach

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The inverse of `dataclasses.asdict`."""
        reaches = {name: Reach(**value) for name, value in values.items() if isinstance(value, dict)}
        return cls(**values | reaches)


def measured_as(bundle: ModelBundle) -> str:
    """The model's hash and the temperature of its probabilities: equal for bundles that answer equally."""
    return f"{known_hash(bundle)} at {bundle.calibration.temperature!r}"


def save_scale(scale: Scale, folder: Path) -> None:
    """Write `agreement.json` into a folder."""
    (folder / SCALE_FILE).write_text(json.dumps(asdict(scale), indent=1) + "\n", encoding="utf-8")


def load_scale(teacher: ModelBundle, student: ModelBundle) -> Scale | None:
    """The scale in the folder from which the student was opened, wherever that came from.

    None without one, or with one of other weights.

    Raises:
        BundleError: the file is damaged.
    """
    if student.folder is None or not (file := student.folder / SCALE_FILE).is_file():
        return None
    try:
        scale = Scale.from_json(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BundleError(f"{file} is damaged: delete it, or measure it anew with explain.study.") from error
    fits = (scale.teacher, scale.student) == (measured_as(teacher), measured_as(student))
    return scale if fits else None


LEAST_DROP = 0.01


@dataclass(frozen=True, slots=True)
class Agreement(Comparison):
    """A comparison, and what a reader can count.

    `top_overlap` (the "feature agreement" of Krishna et al. 2022, arXiv 2202.01602) is of the
    `strongest` words: ten, or all of a shorter text. `mass_overlap` is the share of signed mass in
    agreement: with each model's scores divided by the sum of their absolute values, the sum over the
    words of the smaller absolute score where both have one sign. It is one less half the L1 distance:
    1 for scores that are equal up to a factor, 0 where no word speaks the same way in both.
    """

    mass_overlap: float
    strongest: int

    @property
    def common(self) -> int:
        """How many of the strongest words both models share."""
        return round(self.top_overlap * self.strongest)


@dataclass(frozen=True, slots=True)
class Drop:
    """The probability lost to masking the first words, by the model's `own` ranking and by the `other`'s.

    Each is the mean over the shares of words masked, as in comprehensiveness.
    """

    own: float
    other: float

    @property
    def ratio(self) -> float | None:
        """The one over the other; None where the own is too small to divide by."""
        return self.other / self.own if self.own >= LEAST_DROP else None


@dataclass(frozen=True, slots=True)
class CrossTransfer:
    """What each model loses by the other's reasons, beside what it loses by its own."""

    teacher: Drop
    student: Drop


@dataclass(frozen=True, slots=True)
class Likeness:
    """All that is known of how alike two models' reasons are; None where a part is not known."""

    agreement: Agreement
    transfer: CrossTransfer | None = None
    scale: Scale | None = None

    def to_contract(self) -> dict[str, Any]:
        """The values that programs are promised."""
        ratios = None
        if self.transfer:
            ratios = {"teacher": self.transfer.teacher.ratio, "student": self.transfer.student.ratio}
        scale = asdict(self.scale) if self.scale else None
        return {**asdict(self.agreement), "cross_transfer": ratios, "scale": scale}


STRONGEST = 10


def compare(teacher: Attribution, student: Attribution) -> Agreement:
    """Rank correlation of the signed word scores, the ten strongest words in common, the mass in agreement.

    Both must explain the same text. Words are those of the text, not its distinct words; where the
    tokenizers differ, words that either model reads as one count as one.
    """
    first, second = align(teacher.words, student.words)
    return Agreement(
        spearman=_spearman(first, second),
        top_overlap=_top_overlap(first, second),
        mass_overlap=_mass_overlap(first, second),
        strongest=min(STRONGEST, len(first)),
    )


def align(
    first: Sequence[WordScore], second: Sequence[WordScore]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both models' scores, shape `(words,)`, over the finest words that neither model divides."""
    starts = [start for start, _ in shared_spans(first, second)]
    return _sum_into(starts, first), _sum_into(starts, second)


def shared_spans(first: Sequence[WordScore], second: Sequence[WordScore]) -> list[Span]:
    """The characters of the finest words that neither model divides, in the order of the text."""
    return merge_spans([(word.start, word.stop) for word in (*first, *second)])


def _sum_into(starts: Sequence[int], words: Sequence[WordScore]) -> NDArray[np.float64]:
    scores = np.zeros(len(starts))
    for word in words:
        scores[bisect_right(starts, word.start) - 1] += word.score
    return scores


def _spearman(first: NDArray[np.float64], second: NDArray[np.float64]) -> float | None:
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(spearmanr(first, second).statistic)


def _top_overlap(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """The share of the strongest words, by absolute score, that both have in common, 0 to 1."""
    count = min(STRONGEST, len(first))
    common = _strongest(first, count) & _strongest(second, count)
    return len(common) / count if count else 0.0


def _mass_overlap(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """See `Agreement`; 0 where a model's scores are all zero."""
    masses = float(np.abs(first).sum()), float(np.abs(second).sum())
    if 0.0 in masses:
        return 0.0
    left, right = first / masses[0], second / masses[1]
    agreeing = left * right > 0
    return float(np.minimum(np.abs(left), np.abs(right))[agreeing].sum())


def _strongest(scores: NDArray[np.float64], count: int) -> set[int]:
    return set(np.argsort(-np.abs(scores), kind="stable")[:count].tolist())
