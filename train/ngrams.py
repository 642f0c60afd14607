"""A linear model over character n-grams and words whose score is a sum over the text's characters.

Such a model is hard to beat on long literary excerpts, and being additive it can teach a network token by
token: every token of a text has its own share of every author's score, not only the text as a whole.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from train.ngram_features import Codes, families


@dataclass(frozen=True, slots=True)
class NgramModel:
    """`weights[g, a]` is what feature `grams[g]` adds to author `a`'s score where a text holds it once.

    Where it stands `c` times, it adds `1 + ln(c)` times as much, which its places share.
    The last row is zero, for features outside the vocabulary; `intercepts` has the shape `(authors,)`;
    `length` is the median of the fitted texts' characters.
    """

    keys: tuple[str, ...]
    grams: Codes
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    length: float

    def rows(self, codes: Codes) -> Codes:
        """The row of each feature, or the last, zero row where it is not in the vocabulary."""
        found = np.minimum(np.searchsorted(self.grams, codes), len(self.grams) - 1)
        return np.where(self.grams[found] == codes, found, len(self.grams))

    def character_scores(self, codes: Codes) -> NDArray[np.float32]:
        """Every character's share of every author's score, shape `(characters, authors)`."""
        scores = np.zeros((len(codes), len(self.keys)), dtype=np.float32)
        for features, places in families(codes):
            unique, inverse, counts = np.unique(features, return_inverse=True, return_counts=True)
            share = ((1 + np.log(counts)) / counts).astype(np.float32)
            weights = self.weights[self.rows(unique)] * share[:, None]
            scores[places] += weights[inverse]
        return scores

    def verdict(self, scores: NDArray[np.float32], characters: int) -> NDArray[np.float32]:
        """Each author's margin, shape `(authors,)`, from the scores of a text's characters or tokens.

        A text of another length than the fitted ones counts as if it went on like this.
        """
        margins: NDArray[np.float32] = scores.sum(axis=0) * (self.length / characters) + self.intercepts
        return margins

    def margins(self, codes: Codes) -> NDArray[np.float32]:
        """Each author's margin for a whole text, shape `(authors,)`."""
        return self.verdict(self.character_scores(codes), len(codes))

    def predict(self, codes: Codes) -> str:
        """The key of the author with the highest margin."""
        return self.keys[int(self.margins(codes).argmax())]

    def tempered(self, temperature: float) -> "NgramModel":
        """The same model with every margin divided by `temperature`."""
        return replace(self, weights=self.weights / temperature, intercepts=self.intercepts / temperature)

    def save(self, file: Path) -> None:
        """Write one compressed NumPy archive."""
        np.savez_compressed(
            file,
            keys=self.keys,
            grams=self.grams,
            weights=self.weights.astype(np.float16),
            intercepts=self.intercepts,
            length=self.length,
        )

    @classmethod
    def load(cls, file: Path) -> "NgramModel":
        """Read what `save` wrote; nothing is unpickled."""
        with np.load(file, allow_pickle=False) as archive:
            keys = tuple(str(key) for key in archive["keys"])
            weights = archive["weights"].astype(np.float32)
            return cls(keys, archive["grams"], weights, archive["intercepts"], float(archive["length"]))
