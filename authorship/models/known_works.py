"""The works that a model learned from, by its mean scores on each: which of them is a text nearest to?

A text's scores for all authors are compared with each work's: both are centred, turned by `turn`, and the
distance is one less the cosine of the angle between them, 0 for the same proportions, 1 for nothing in
common, 2 for the opposite. How loud the scores are does not count. It is of the model's eyes, not of the
letters: two works are near where the model sees the same likenesses to its authors in them.

Fitted by `python -m train.works`, kept in a model's folder as `works.safetensors`: numbers, authors' keys and
titles, no code and no text.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from authorship.datamodels import NearestWorks, NearWork
from authorship.errors import BundleError

WORKS_FILE = "works.safetensors"
NEAREST = 5

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class KnownWorks:
    """Works and what a model's scores on them are.

    authors, titles: of each work. scores: the mean logits of each, `float32` `(works, labels)`.
    turn: what centred logits are multiplied by before they are compared, `float32` `(labels, axes)`.
    distances, right: rising distances of `measured` excerpts of `test` to the work nearest to each, and the
        share of those excerpts about there whose nearest work was their author's; empty if unmeasured.
    """

    authors: tuple[str, ...]
    titles: tuple[str, ...]
    scores: Matrix
    turn: Matrix
    distances: Matrix
    right: Matrix
    measured: int = 0

    def distances_of(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far texts with these logits, `(..., labels)`, are from each work, `(..., works)`, 0 to 2."""
        texts, works = self._directions(logits), self._directions(self.scores.astype(np.float64))
        apart: NDArray[np.float64] = np.clip(1 - texts @ works.T, 0, 2)
        return apart

    def nearest(self, logits: Sequence[float], count: int = NEAREST) -> NearestWorks:
        """The works nearest to a text with these logits, `(labels,)`, the nearest first."""
        apart = self.distances_of(np.asarray(logits, dtype=np.float64))
        order = np.argsort(apart, kind="stable")[:count].tolist()
        works = tuple(
            NearWork(self.authors[place], self.titles[place], round(float(apart[place]), 4))
            for place in order
        )
        return NearestWorks(works, self.share_right(works[0].distance) if works else None, self.measured)

    def share_right(self, distance: float) -> float | None:
        """Of test excerpts at such a distance, the share whose nearest work was their author's."""
        if not len(self.distances):
            return None
        return float(np.interp(distance, self.distances, self.right))

    def _directions(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        turned = (logits - logits.mean(axis=-1, keepdims=True)) @ self.turn.astype(np.float64)
        lengths = np.linalg.norm(turned, axis=-1, keepdims=True)
        directions: NDArray[np.float64] = turned / np.maximum(lengths, 1e-9)
        return directions

    def save(self, folder: Path) -> None:
        """Write `works.safetensors` into `folder`; scores are kept in half precision."""
        tensors = {
            "scores": self.scores.astype(np.float16),
            "turn": self.turn,
            "distances": self.distances,
            "right": self.right,
        }
        facts = {
            "authors": json.dumps(self.authors, ensure_ascii=False),
            "titles": json.dumps(self.titles, ensure_ascii=False),
            "measured": str(self.measured),
        }
        file = folder / WORKS_FILE
        save_file(tensors, file, facts)
        file.chmod(0o644)  # safetensors lets nobody else read it

    @classmethod
    def load(cls, folder: Path, labels: int) -> "KnownWorks | None":
        """The works that lie in the folder of a model of so many authors; None where there are none.

        Raises:
            BundleError: the file is damaged, or of another model.
        """
        file = folder / WORKS_FILE
        if not file.is_file():
            return None
        try:
            with safe_open(file, "numpy") as opened:
                facts = opened.metadata() or {}
                authors, titles = (tuple(map(str, json.loads(facts[name]))) for name in ("authors", "titles"))
                scores, turn, distances, right = (
                    opened.get_tensor(name).astype(np.float32)
                    for name in ("scores", "turn", "distances", "right")
                )
                works = cls(authors, titles, scores, turn, distances, right, int(facts["measured"]))
        except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{file} cannot be opened: {error}. Fetch the model again.") from error
        if not works._fits(labels):
            raise BundleError(f"{file} is damaged, or of another model. Fetch the model again.")
        return works

    def _fits(self, labels: int) -> bool:
        """Whether all parts are finite, belong together, and are of a model of so many authors."""
        parts = (self.scores, self.turn, self.distances, self.right)
        return (
            0 < len(self.authors) == len(self.titles)
            and self.scores.shape == (len(self.authors), labels)
            and self.turn.ndim == 2
            and self.turn.shape[0] == labels
            and self.distances.shape == self.right.shape == (self.distances.size,)
            and all(bool(np.isfinite(part).all()) for part in parts)
            and bool((np.diff(self.distances) > 0).all())
        )
