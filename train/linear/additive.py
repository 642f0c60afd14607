"""A linear model whose score is a sum over a text's units, characters or word pieces.

Being additive it can teach a network token by token: every token of a text has its own share of every
author's score, not only the text as a whole.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from train.training.tokens import TokenisedWork

Codes = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AdditiveModel(ABC):
    """`weights[f, a]` is what feature `features[f]`, ascending numbers, adds to author `a`'s score.

    The last row is zero, for features outside the vocabulary; `intercepts` has the shape `(authors,)`;
    `length` is a fitted text's, in units.
    """

    keys: tuple[str, ...]
    features: Codes
    weights: Scores
    intercepts: Scores
    length: float

    @abstractmethod
    def unit_scores(self, codes: Codes) -> Scores:
        """Every unit's share of every author's score, shape `(units, authors)`."""

    @abstractmethod
    def token_scores(self, work: TokenisedWork, crop: slice) -> Scores:
        """Each token's share, shape `(tokens, authors)`, its features counted around the crop too."""

    @abstractmethod
    def units(self, work: TokenisedWork, crop: slice) -> int:
        """How many units a crop of tokens covers."""

    def rows(self, codes: Codes) -> Codes:
        """The row of each feature, or the last, zero row where it is not in the vocabulary."""
        if not len(self.features):
            return np.zeros(len(codes), dtype=np.int64)
        found = np.minimum(np.searchsorted(self.features, codes), len(self.features) - 1)
        return np.where(self.features[found] == codes, found, len(self.features))

    def verdict(self, scores: Scores, units: int) -> Scores:
        """Each author's margin, shape `(authors,)`, from the scores of a text's units or of its tokens.

        A text of another length than the fitted ones counts as if it went on like this.
        """
        margins: Scores = scores.sum(axis=0) * (self.length / units) + self.intercepts
        return margins

    def margins(self, codes: Codes) -> Scores:
        """Each author's margin for a whole text, shape `(authors,)`."""
        return self.verdict(self.unit_scores(codes), len(codes))

    def predict(self, codes: Codes) -> str:
        """The key of the author with the highest margin."""
        return self.keys[int(self.margins(codes).argmax())]

    def scaled(self, scale: float) -> Self:
        """The same model with everything but the intercepts counting `scale` times."""
        return replace(self, weights=self.weights * scale)

    def tempered(self, temperature: float) -> Self:
        """The same model with every margin divided by `temperature`."""
        return replace(self, weights=self.weights / temperature, intercepts=self.intercepts / temperature)

    def save(self, file: Path) -> None:
        """Write one compressed NumPy archive."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        parts["weights"] = self.weights.astype(np.float16)
        np.savez_compressed(file, kind=type(self).__name__, **parts)

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read what `save` wrote; nothing is unpickled.

        Raises:
            ValueError: the file holds another kind of model.
        """
        with np.load(file, allow_pickle=False) as archive:
            if (kind := str(archive["kind"])) != cls.__name__:
                raise ValueError(f"{file} holds a {kind}, not a {cls.__name__}.")
            parts: dict[str, Any] = {part.name: archive[part.name] for part in fields(cls)}
        parts["keys"] = tuple(str(key) for key in parts["keys"])
        parts["weights"] = parts["weights"].astype(np.float32)
        parts |= {name: float(value) for name, value in parts.items() if np.ndim(value) == 0}
        return cls(**parts)
