"""How far two models decide for the same reasons, as values."""

from dataclasses import asdict, dataclass
from typing import Any

from explain.agreement_scale import Scale
from explain.datamodels import Comparison

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
