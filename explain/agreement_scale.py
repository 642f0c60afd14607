"""What a pair's agreement was measured to be, beside its ceiling and floor; kept with the student."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from authorship.bundle import ModelBundle
from authorship.errors import BundleError

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
    fits = (scale.teacher, scale.student) == (fingerprint(teacher), fingerprint(student))
    return scale if fits else None
