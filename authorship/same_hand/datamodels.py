"""What is compared, and what the comparison says."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Strength = Literal["none", "weak", "moderate", "moderately strong", "strong", "very strong"]
_STRENGTHS: tuple[tuple[float, Strength], ...] = (
    (2, "none"),
    (10, "weak"),
    (100, "moderate"),
    (1_000, "moderately strong"),
    (10_000, "strong"),
)
"""Below which ratio which word is used: the verbal scale of the ENFSI guideline for evaluative reporting
(2015), which courts know."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, or a work, as the measure sees it.

    vector: its place in the space of authors, the mean of its passages', `float32` `(dimensions,)`.
    passages: how many were read, each of about 2,500 characters.
    characters: the text's length.
    """

    vector: NDArray[np.float32]
    passages: int
    characters: int


@dataclass(frozen=True, slots=True)
class Usual:
    """The log ratios that pairs of texts of some lengths have, one work by each hand held back in the fit.

    same, different: quantiles at equal steps from the least to the greatest, of pairs by one author and of
    pairs by two authors of one time.
    """

    same: tuple[float, ...]
    different: tuple[float, ...]

    def rarity(self, log_ratio: float) -> tuple[float, float]:
        """The share of pairs by one author at or below a log ratio, and of pairs by two at or above it."""
        below, above = (
            float(np.interp(log_ratio, values, np.linspace(0, 1, len(values))))
            for values in (self.same, self.different)
        )
        return below, 1 - above


def quantile(values: Sequence[float], share: float) -> float:
    """Below which value that share of pairs lies; `values` are quantiles at equal steps."""
    return float(np.interp(share, np.linspace(0, 1, len(values)), values))


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much likelier two texts are if one hand wrote both than if two did.

    log_ratio: the natural logarithm of that likelihood ratio, calibrated for texts of these lengths.
    known_characters, disputed_characters: what was compared.
    usual: what pairs of such lengths usually have.
    """

    log_ratio: float
    known_characters: int
    disputed_characters: int
    usual: Usual

    @property
    def same(self) -> bool:
        """Whether the texts speak rather for one hand."""
        return self.log_ratio > 0

    @property
    def strength(self) -> Strength:
        """How strongly they speak, in words."""
        ratio = exp(min(abs(self.log_ratio), 50))
        return next((word for limit, word in _STRENGTHS if ratio < limit), "very strong")

    def probability(self, prior: float = 0.5) -> float:
        """How probable one hand is for somebody who held it `prior` probable before reading.

        Raises:
            ValueError: `prior` is not between 0 and 1, both excluded.
        """
        if not 0 < prior < 1:
            raise ValueError(f"A prior of {prior} leaves nothing to find out: name one between 0 and 1.")
        odds = log(prior / (1 - prior)) + self.log_ratio
        return 1 / (1 + exp(-odds)) if odds > -700 else 0.0


def pooled(samples: Sequence[Sample]) -> Sample:
    """Several works by one hand as one sample, every work counting by its passages' square root."""
    weights = np.sqrt([sample.passages for sample in samples])
    vector = np.average([sample.vector for sample in samples], axis=0, weights=weights)
    return Sample(
        vector.astype(np.float32),
        sum(sample.passages for sample in samples),
        sum(sample.characters for sample in samples),
    )
