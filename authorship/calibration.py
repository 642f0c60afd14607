"""How a model's logits become honest probabilities, and when it abstains."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CALIBRATION_FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """`temperature` divides the logits; an energy above `unknown_energy` means "none of these".

    The energy of a text is minus the log of the sum of its exponentiated logits, undivided
    (Liu et al. 2020, arXiv 2010.03759). With `unknown_energy` None the model never abstains.
    """

    temperature: float = 1.0
    unknown_energy: float | None = None

    @classmethod
    def load(cls, folder: Path) -> "Calibration":
        """Read `calibration.json`; a bundle without one has temperature 1 and never abstains."""
        file = folder / CALIBRATION_FILE
        if not file.exists():
            return cls()
        return cls(**json.loads(file.read_text(encoding="utf-8")))

    def save(self, folder: Path) -> None:
        """Write `calibration.json` into `folder`."""
        (folder / CALIBRATION_FILE).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    def probabilities(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Softmax of the tempered logits over the last axis; shape kept."""
        tempered = logits / self.temperature
        weights = np.exp(tempered - tempered.max(axis=-1, keepdims=True))
        result: NDArray[np.float64] = weights / weights.sum(axis=-1, keepdims=True)
        return result

    def is_unknown(self, logits: NDArray[np.float64]) -> bool:
        """Whether a text with these logits, shape `(labels,)`, is by none of the authors."""
        return self.unknown_energy is not None and float(energy(logits)) > self.unknown_energy


def energy(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Minus the log-sum-exp over the last axis: high for texts unlike the training's."""
    highest = logits.max(axis=-1)
    result: NDArray[np.float64] = -(highest + np.log(np.exp(logits - highest[..., None]).sum(axis=-1)))
    return result
