"""How a model's logits become honest probabilities, and when it abstains."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from authorship.errors import BundleError

CALIBRATION_FILE = "calibration.json"

# How long a text is, or how long each of several texts is, shape `(texts,)`; None where that is not known.
Characters = int | NDArray[np.int64] | None

_COLDEST, _LARGEST = 1e-6, 1e12


@dataclass(frozen=True, slots=True)
class AtLength:
    """What was chosen and measured on held-out texts of so many `characters`.

    `temperature` divides the logits there; a strangeness above `unknown_energy` means "none of these", where
    `spread` says how much the logits' standard deviation counts in it; `right` is the share of such texts
    whose author came first. Where the bundle has a cohort, a typicality below `least_typical` means "none of
    these" instead.
    """

    characters: int
    temperature: float
    unknown_energy: float
    spread: float
    right: float
    least_typical: float | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """`temperature` divides the logits; an energy above `unknown_energy` means "none of these".

    The energy of a text is minus `energy_temperature` times the log of the sum of its exponentiated logits,
    divided by that temperature (Liu et al. 2020, arXiv 2010.03759); at a temperature near 0 it is minus the
    highest logit. With `unknown_energy` None the model never abstains. `tuned_on` are the keys of unknown
    authors who helped to choose these numbers: nothing can be measured on them any more. `lengths`, rising,
    take the place of `temperature` and `unknown_energy` where a text's length is known.
    """

    temperature: float = 1.0
    unknown_energy: float | None = None
    energy_temperature: float = 1.0
    tuned_on: tuple[str, ...] = ()
    lengths: tuple[AtLength, ...] = ()

    @property
    def chosen(self) -> bool:
        """Whether these numbers were chosen on held-out works; `calibrate` always sets an energy."""
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

    def temperature_at(self, characters: Characters) -> NDArray[np.float64]:
        """What divides the logits of texts of so many characters, between lengths by their logarithm."""
        if not self.lengths or characters is None:
            return np.asarray(self.temperature)
        return self._between(characters, [length.temperature for length in self.lengths])

    def threshold_at(self, characters: Characters) -> NDArray[np.float64]:
        """The strangeness above which a text of so many characters is by none of the authors."""
        if not self.lengths or characters is None:
            return np.asarray(np.inf if self.unknown_energy is None else self.unknown_energy)
        return self._between(characters, [length.unknown_energy for length in self.lengths])

    def share_right(self, characters: int) -> float | None:
        """The share of held-out texts of so many characters whose author came first; None if unmeasured."""
        if not self.lengths:
            return None
        return float(self._between(characters, [length.right for length in self.lengths]))

    def _between(self, characters: Characters, values: list[float]) -> NDArray[np.float64]:
        return _interpolate(characters, [length.characters for length in self.lengths], values)

    def probabilities(
        self, logits: NDArray[np.float64], characters: Characters = None
    ) -> NDArray[np.float64]:
        """Softmax of the tempered logits over the last axis; shape kept.

        `characters` is the length of the text that the logits are of, or of each text, shape `(texts,)`.
        """
        tempered = logits / self.temperature_at(characters)[..., None]
        weights = np.exp(tempered - tempered.max(axis=-1, keepdims=True))
        result: NDArray[np.float64] = weights / weights.sum(axis=-1, keepdims=True)
        return result

    def strangeness(self, logits: NDArray[np.float64], characters: Characters = None) -> NDArray[np.float64]:
        """How unlike the known authors' texts these logits are, over the last axis.

        It is the energy and a share of the logits' standard deviation: how far the first stands above all
        others, in units of how far these stand apart.
        """
        found = energy(logits, self.energy_temperature)
        if not self.lengths or characters is None:
            return found
        spread = self._between(characters, [length.spread for length in self.lengths])
        return np.asarray(found + spread * logits.std(axis=-1))

    def least_typical_at(self, characters: Characters) -> NDArray[np.float64] | None:
        """The typicality below which a text of so many characters is by none of the authors, if chosen."""
        chosen = [length for length in self.lengths if length.least_typical is not None]
        if characters is None or not chosen:
            return None
        limits = [length.least_typical or 0.0 for length in chosen]
        return _interpolate(characters, [length.characters for length in chosen], limits)

    def is_unknown(
        self,
        logits: NDArray[np.float64],
        characters: int | None = None,
        typicality: float | None = None,
    ) -> bool:
        """Whether a text of so many characters with these logits, `(labels,)`, is by none of the authors.

        `typicality` is that of the author with the highest logit, see `authorship.models.cohort`.
        """
        least = self.least_typical_at(characters)
        if typicality is not None and least is not None:
            return typicality < float(least)
        return bool(self.strangeness(logits, characters) > self.threshold_at(characters))


def _interpolate(characters: Characters, lengths: list[int], values: list[float]) -> NDArray[np.float64]:
    """The values chosen at rising lengths for texts of so many characters, by the lengths' logarithms."""
    places = np.log(np.maximum(np.asarray(characters), 1))
    return np.asarray(np.interp(places, np.log(lengths), values))


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
    _check_lengths(values.get("lengths", ()))


def _check_lengths(lengths: object) -> None:
    names = {field.name for field in fields(AtLength)}
    if not isinstance(lengths, list | tuple) or not all(
        isinstance(length, dict)
        and names - {"least_typical"} <= set(length) <= names
        and all(
            _is_finite(value) or (name == "least_typical" and value is None) for name, value in length.items()
        )
        and length["temperature"] >= _COLDEST
        and length["characters"] >= 1
        for length in lengths
    ):
        raise BundleError(f"{CALIBRATION_FILE}: lengths must be objects of {', '.join(sorted(names))}")
    order = [length["characters"] for length in lengths]
    if sorted(set(order)) != order:
        raise BundleError(f"{CALIBRATION_FILE}: the lengths must rise")


def _is_finite(value: object) -> bool:
    """Whether this is a number that arithmetic can take; `true` is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST


def energy(logits: NDArray[np.float64], temperature: float = 1.0) -> NDArray[np.float64]:
    """Minus the tempered log-sum-exp over the last axis: high for texts unlike the training's."""
    highest = logits.max(axis=-1)
    rest = np.exp((logits - highest[..., None]) / temperature).sum(axis=-1)
    result: NDArray[np.float64] = -(highest + temperature * np.log(rest))
    return result
