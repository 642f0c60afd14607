"""How a model's logits become honest probabilities, and when it abstains."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from authorship.errors import BundleError

CALIBRATION_FILE = "calibration.json"
_COLDEST, _LARGEST = 1e-6, 1e12


@dataclass(frozen=True, slots=True)
class AtLength:
    """What was chosen and measured on held-out texts of so many `characters`.

    `temperature` divides the logits there; `right` is the share of such texts whose author came first.
    """

    characters: int
    temperature: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """`temperature` divides the logits; an energy above `unknown_energy` means "none of these".

    The energy of a text is minus `energy_temperature` times the log of the sum of its exponentiated logits,
    divided by that temperature (Liu et al. 2020, arXiv 2010.03759); at a temperature near 0 it is minus the
    highest logit. With `unknown_energy` None the model never abstains. `tuned_on` are the keys of unknown
    authors who helped to choose these numbers: nothing can be measured on them any more. `lengths`, by rising
    length, take the place of `temperature` where a text's length is known.
    """

    temperature: float = 1.0
    unknown_energy: float | None = None
    energy_temperature: float = 1.0
    tuned_on: tuple[str, ...] = ()
    lengths: tuple[AtLength, ...] = ()

    @property
    def chosen(self) -> bool:
        """Whether these numbers were chosen on held-out works; `train.calibrate` always sets an energy."""
        return self.unknown_energy is not None

    @classmethod
    def load(cls, folder: Path) -> "Calibration":
        """Read `calibration.json`; a bundle without one has temperature 1 and never abstains.

        Raises:
            BundleError: it holds anything but finite numbers, a temperature of at least 1e-6 among them.
            OSError, ValueError: it cannot be read, or is no JSON.
        """
        file = folder / CALIBRATION_FILE
        if not file.exists():
            return cls()
        values = json.loads(file.read_text(encoding="utf-8"))
        _check(values)
        lengths = tuple(AtLength(**length) for length in values.get("lengths", ()))
        return cls(**values | {"tuned_on": tuple(values.get("tuned_on", ())), "lengths": lengths})

    def save(self, folder: Path) -> None:
        """Write `calibration.json` into `folder`."""
        (folder / CALIBRATION_FILE).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    def temperature_at(self, characters: int | None) -> float:
        """What divides the logits of a text of so many characters, between lengths by their logarithm."""
        if not self.lengths or characters is None:
            return self.temperature
        return self._between(characters, [length.temperature for length in self.lengths])

    def share_right(self, characters: int) -> float | None:
        """The share of held-out texts of so many characters whose author came first; None if unmeasured."""
        if not self.lengths:
            return None
        return self._between(characters, [length.right for length in self.lengths])

    def _between(self, characters: int, values: list[float]) -> float:
        known = np.log([length.characters for length in self.lengths])
        return float(np.interp(np.log(max(characters, 1)), known, values))

    def probabilities(
        self, logits: NDArray[np.float64], characters: int | None = None
    ) -> NDArray[np.float64]:
        """Softmax of the tempered logits over the last axis; shape kept.

        `characters` is the length of the text that the logits are of.
        """
        tempered = logits / self.temperature_at(characters)
        weights = np.exp(tempered - tempered.max(axis=-1, keepdims=True))
        result: NDArray[np.float64] = weights / weights.sum(axis=-1, keepdims=True)
        return result

    def strangeness(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """The energy over the last axis."""
        return energy(logits, self.energy_temperature)

    def is_unknown(self, logits: NDArray[np.float64]) -> bool:
        """Whether a text with these logits, shape `(labels,)`, is by none of the authors."""
        return self.unknown_energy is not None and float(self.strangeness(logits)) > self.unknown_energy


def _check(values: object) -> None:
    """Refuse what no calibration writes: other fields, other types, numbers that no softmax can take.

    Raises:
        BundleError: it is such.
    """
    if not isinstance(values, dict) or not set(values) <= {field.name for field in fields(Calibration)}:
        raise BundleError(f"{CALIBRATION_FILE} holds something else than a calibration")
    for name in ("temperature", "energy_temperature", "unknown_energy"):
        value = values.get(name, 1.0)
        absent = value is None and name == "unknown_energy"
        if not absent and not (_is_finite(value) and (name == "unknown_energy" or value >= _COLDEST)):
            raise BundleError(f"{CALIBRATION_FILE}: {name} is {value!r:.40}")
    keys = values.get("tuned_on", ())
    if not isinstance(keys, list | tuple) or not all(isinstance(key, str) for key in keys):
        raise BundleError(f"{CALIBRATION_FILE}: tuned_on must be a list of authors' keys")


def _is_finite(value: object) -> bool:
    """Whether this is a number that arithmetic can take; `true` is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST


def energy(logits: NDArray[np.float64], temperature: float = 1.0) -> NDArray[np.float64]:
    """Minus the tempered log-sum-exp over the last axis: high for texts unlike the training's."""
    highest = logits.max(axis=-1)
    rest = np.exp((logits - highest[..., None]) / temperature).sum(axis=-1)
    result: NDArray[np.float64] = -(highest + temperature * np.log(rest))
    return result
