"""Temperature and abstention, chosen on held-out works and on some of the unknown authors."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from authorship.calibration import Calibration, energy
from train.metrics import auroc_unknown
from train.validation import ScoredExcerpts

ABSTAINING_SHARE = 0.05
MOST_ABSTAINING = 0.1
ENERGY_TEMPERATURES = (0.05, 0.3, 1.0, 2.0, 4.0)
_SCALES = (0.8, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)

Logits = NDArray[np.float64]


def calibrate(
    scored: ScoredExcerpts, others: Logits | None = None, tuned_on: Sequence[str] = ()
) -> Calibration:
    """The temperature of least log loss, and an energy over which a text is by none of the authors.

    `others` are logits of excerpts by the unknown authors `tuned_on`, shape `(excerpts, labels)`: they choose
    the energy's temperature by its AUROC and the threshold by Youden's index, at most a tenth of the known
    excerpts refused. Without them so few of the known authors' excerpts exceed the threshold.
    """
    temperature = best_temperature(scored)
    if others is None or not len(others):
        threshold = float(np.quantile(energy(scored.logits), 1 - ABSTAINING_SHARE))
        return Calibration(temperature, threshold)
    softness = max(
        ENERGY_TEMPERATURES,
        key=lambda value: auroc_unknown(energy(scored.logits, value), energy(others, value)),
    )
    threshold = best_threshold(energy(scored.logits, softness), energy(others, softness))
    return Calibration(temperature, threshold, softness, tuple(tuned_on))


def best_threshold(known: Logits, unknown: Logits) -> float:
    """The energy that tells the two best by Youden's index, at most a tenth of `known` above it."""
    candidates = np.quantile(known, np.linspace(1 - MOST_ABSTAINING, 1, 101))
    index = [(unknown > value).mean() - (known > value).mean() for value in candidates]
    return float(candidates[int(np.argmax(index))])


def tuning_authors(unknown: pd.DataFrame) -> tuple[str, ...]:
    """The unknown authors to choose by: less than half of them, by the order of their keys; none of one."""
    writers = sorted(set(unknown["writer"]))
    return tuple(writers[: (len(writers) - 1) // 2])


def best_temperature(scored: ScoredExcerpts) -> float:
    """Divides the logits so that their log loss is least (Guo et al. 2017, arXiv 1706.04599)."""

    def loss(log_temperature: float) -> float:
        return log_loss(scored, float(np.exp(log_temperature)))

    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded").x))


def best_scale(scored: ScoredExcerpts, intercepts: NDArray[np.floating]) -> float:
    """The scale of least log loss on held-out works, whatever the temperature.

    A model that knows a part of what it should says less, while the intercepts stay whole. `scored` are the
    logits at scale 1.
    """
    said = scored.logits - intercepts

    def loss(scale: float) -> float:
        scaled = replace(scored, logits=scale * said + intercepts)
        return log_loss(scaled, best_temperature(scaled))

    return min(_SCALES, key=loss)


def log_loss(scored: ScoredExcerpts, temperature: float) -> float:
    """The mean negative logarithm of the true authors' probabilities."""
    logarithms = log_softmax(scored.logits / temperature, axis=1)
    return -float(logarithms[np.arange(len(scored.truth)), scored.truth].mean())
