"""How far two models decide for the same reasons, as values, and what a pair was measured to reach."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from authorship.bundle import ModelBundle
from authorship.errors import BundleError
from explain.datamodels import Comparison

SCALE_FILE = "agreement.json"
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
    """What a pair's agreement was measured to be: a property of these very weights, `teacher` and `student`.

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


def fingerprint(bundle: ModelBundle) -> str:
    """A hash of the weights and the temperature: equal for bundles that answer equally."""
    digest = hashlib.sha256(repr(bundle.calibration.temperature).encode())
    for name, tensor in bundle.model.state_dict().items():
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(tensor.float().cpu().numpy()).data)
    return digest.hexdigest()


def save_scale(scale: Scale, folder: Path) -> None:
    """Write `agreement.json` into a folder."""
    (folder / SCALE_FILE).write_text(json.dumps(asdict(scale), indent=1) + "\n", encoding="utf-8")


def load_scale(folder: Path, teacher: ModelBundle, student: ModelBundle) -> Scale | None:
    """The scale that lies beside the student; None without one, or with one of other weights.

    Raises:
        BundleError: the file is damaged.
    """
    file = folder / SCALE_FILE
    if not file.is_file():
        return None
    try:
        scale = Scale.from_json(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError, AttributeError) as error:
        raise BundleError(f"{file} is damaged: delete it, or measure it anew with explain.study.") from error
    fits = (scale.teacher, scale.student) == (fingerprint(teacher), fingerprint(student))
    return scale if fits else None
