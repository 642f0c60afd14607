"""Linear ways from logits to a map of two dimensions: principal components, discriminants, neighbourhoods."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import eigh

Matrix = NDArray[np.float64]
Codes = NDArray[np.int64]

_RIDGE = 0.1
# Of 0.001, 0.01 and 0.1 the decay that draws the shipped pair's maps best, works left out in turn.
_STEPS, _DECAY = 60, 0.1


@dataclass(frozen=True, slots=True)
class Sample:
    """Excerpts' `logits` `(excerpts, labels)` with the `work` of each, and each work's `author`."""

    logits: Matrix
    work: Codes
    author: Codes

    @property
    def means(self) -> Matrix:
        """The mean logits of each work, shape `(works, labels)`."""
        sums = np.zeros((len(self.author), self.logits.shape[1]))
        np.add.at(sums, self.work, self.logits)
        mean: Matrix = sums / np.bincount(self.work, minlength=len(self.author))[:, None]
        return mean

    def without(self, work: int) -> "Sample":
        """All but one work."""
        rows = self.work != work
        kept = self.work[rows]
        return Sample(self.logits[rows], kept - (kept > work), np.delete(self.author, work))


def principal(sample: Sample) -> Matrix:
    """The two directions in which works' mean logits vary most, shape `(labels, 2)`."""
    centred = sample.means - sample.means.mean(axis=0)
    directions: Matrix = np.linalg.svd(centred, full_matrices=False)[2][:2].T
    return directions


def discriminant(sample: Sample) -> Matrix:
    """The two directions that tell authors apart best, for what excerpts and works differ (Fisher 1936)."""
    means = sample.means
    centres = _means(means, sample.author)
    excerpts, works = sample.logits - means[sample.work], means - centres[sample.author]
    spread = excerpts.T @ excerpts / len(excerpts) + works.T @ works / len(works)
    spread += (_RIDGE * np.trace(spread) / len(spread) + 1e-9) * np.eye(len(spread))
    directions: Matrix = eigh(np.cov(centres[np.unique(sample.author)].T), spread)[1][:, ::-1][:, :2]
    return directions


def neighbourhood(sample: Sample) -> Matrix:
    """Two directions that draw works of one author together (Goldberger et al. 2004, NCA).

    Starts from the principal components; mean logarithm of each work's chance to pick its own author's.
    """
    means = torch.from_numpy(sample.means - sample.means.mean(axis=0))
    points = means / means.std().clamp_min(1e-9)
    author = torch.from_numpy(sample.author)
    itself = torch.eye(len(author), dtype=torch.bool)
    own = (author[:, None] == author) & ~itself
    if not own.any():
        return principal(sample)
    start = torch.from_numpy(np.ascontiguousarray(principal(sample)))
    weights = (start * 2 / (points @ start).std().clamp_min(1e-9)).contiguous().requires_grad_()
    optimiser = torch.optim.LBFGS([weights], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        places = points @ weights
        squares = (places[:, None] - places).square().sum(dim=-1)
        picked = torch.softmax(-squares.masked_fill(itself, torch.inf), dim=1)
        chances = (picked * own).sum(dim=1)[own.any(dim=1)]
        value: torch.Tensor = _DECAY * weights.square().sum() - (chances + 1e-6).log().mean()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    found: Matrix = weights.detach().numpy()
    return found


def _means(rows: Matrix, group: Codes) -> Matrix:
    sums = np.zeros((int(group.max()) + 1, rows.shape[1]))
    np.add.at(sums, group, rows)
    means: Matrix = sums / np.maximum(np.bincount(group), 1)[:, None]
    return means


Method = Callable[[Sample], Matrix]
METHODS: dict[str, Method] = {"PCA": principal, "LDA": discriminant, "NCA": neighbourhood}
