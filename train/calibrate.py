"""Temperature and abstention, chosen on held-out works of the training set."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from authorship.calibration import Calibration, energy
from train.validation import ScoredExcerpts

ABSTAINING_SHARE = 0.05


def calibrate(scored: ScoredExcerpts, abstaining_share: float = ABSTAINING_SHARE) -> Calibration:
    """The temperature of least log loss, and the energy that so few of the known authors' excerpts exceed."""
    threshold = float(np.quantile(energy(scored.logits), 1 - abstaining_share))
    return Calibration(temperature=best_temperature(scored), unknown_energy=threshold)


def best_temperature(scored: ScoredExcerpts) -> float:
    """Divides the logits so that their log loss is least (Guo et al. 2017, arXiv 1706.04599)."""

    def log_loss(log_temperature: float) -> float:
        logarithms = log_softmax(scored.logits / np.exp(log_temperature), axis=1)
        return -float(logarithms[np.arange(len(scored.truth)), scored.truth].mean())

    return float(np.exp(minimize_scalar(log_loss, bounds=(-3.0, 3.0), method="bounded").x))
