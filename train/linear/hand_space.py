"""Fit the space in which two texts are compared: what works of one author differ in, and what authors do."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from authorship.models.cohort import Cohort
from authorship.same_hand.measure import Space, Vector, passages
from train.training.stream import TokenisedWork

_PASSAGES = 0.1  # what passages' variance counts beside that of works
_FLOOR = 0.3  # of the mean variance, added to each feature's
_WORKS = 3.0
_DIRECTIONS = 128
_DIMENSIONS = 0.6  # of the cohort's authors


@dataclass(frozen=True, slots=True)
class Passages:
    """The features of works' passages, `(passages, features)`, and where each work's begin and end."""

    features: sp.csr_matrix
    works: tuple[TokenisedWork, ...]
    bounds: NDArray[np.int64]

    @classmethod
    def of(
        cls, works: Sequence[TokenisedWork], cohort: Cohort, longest: int | None = None, names: bool = True
    ) -> "Passages":
        """Every passage's features in the cohort's terms, of no more than its first `longest` word pieces.

        Without `names` the pieces are left out that belong to one.
        """
        parts = [passages((work.ids if names else work.ids[~work.names]).astype(np.int64)) for work in works]
        held = [cohort.held(part[:longest]) for work in parts for part in work]
        pointers = np.cumsum([0, *(len(rows) for rows, _ in held)])
        rows, values = (np.concatenate(column) for column in zip(*held, strict=True))
        shape = (len(held), len(cohort.features))
        bounds = np.cumsum([0, *map(len, parts)])
        return cls(sp.csr_matrix((values, rows.astype(np.int32), pointers), shape), tuple(works), bounds)

    def means(self, begins: NDArray[np.int64], ends: NDArray[np.int64]) -> Vector:
        """The mean features of each run of passages, `(runs, features)`."""
        sizes = ends - begins
        places = np.concatenate([np.arange(begin, end) for begin, end in zip(begins, ends, strict=True)])
        shares = np.repeat(1 / sizes, sizes).astype(np.float32)
        pick = sp.csr_matrix((shares, places, np.cumsum([0, *sizes])), (len(sizes), self.features.shape[0]))
        means: Vector = (pick @ self.features).toarray()
        return means


def fit_space(read: Passages, cohort: Cohort) -> Space:
    """The space of the works' authors; those with one work tell only what is usual."""
    sizes = np.diff(read.bounds)
    means = read.means(read.bounds[:-1], read.bounds[1:])
    _, author = np.unique([work.author for work in read.works], return_inverse=True)
    centres = _centres(means, author, np.sqrt(sizes))
    centre = centres.mean(axis=0)
    squares = np.asarray(read.features.multiply(read.features).mean(axis=0)).ravel()
    within = np.maximum(squares - np.average(means**2, axis=0, weights=sizes), 0)
    variance = (_PASSAGES * within + _FLOOR * within.mean()).astype(np.float32)
    nuisance = _nuisance(_residuals(means, author), variance)
    unit = np.abs(nuisance).max(axis=1) / 127
    scores = ((centres - centre) * cohort.scale) @ cohort.directions.astype(np.float32)
    return Space(
        centre.astype(np.float32),
        variance,
        np.round(nuisance / unit[:, None]).astype(np.int8),
        unit.astype(np.float32),
        ((centres - centre) ** 2).mean(axis=0).astype(np.float32),
        _whitening(scores),
    )


def _centres(means: Vector, author: NDArray[np.int64], weights: NDArray[np.float64]) -> Vector:
    centres = [
        np.average(means[author == one], axis=0, weights=weights[author == one])
        for one in range(author.max() + 1)
    ]
    return np.array(centres, dtype=np.float32)


def _residuals(means: Vector, author: NDArray[np.int64]) -> Vector:
    """How works differ from their authors' others, so that squares add up to an unbiased covariance."""
    works = np.bincount(author)[author]
    plain = _centres(means, author, np.ones(len(author)))
    several = works > 1
    spread = np.sqrt(works[several] / (works[several] - 1) / several.sum())
    residuals: Vector = (means - plain[author])[several] * spread[:, None]
    return residuals.astype(np.float32)


def _nuisance(residuals: Vector, variance: Vector) -> Vector:
    """Q, so that 1 / variance - Q'Q inverts the covariance of passages and works (Woodbury 1950)."""
    scaled = residuals * np.sqrt(_WORKS) / np.sqrt(variance)
    squares, left = np.linalg.eigh((scaled @ scaled.T).astype(np.float64))
    kept = np.argsort(-squares)[: min(_DIRECTIONS, int((squares > 1e-9 * squares.max()).sum()))]
    right = (left[:, kept] / np.sqrt(squares[kept])).T @ scaled
    shares = np.sqrt(squares[kept] / (1 + squares[kept]))
    nuisance: Vector = (shares[:, None] * right / np.sqrt(variance)).astype(np.float32)
    return nuisance


def _whitening(scores: Vector) -> Vector:
    """What brings the scores of authors' centres, shape `(authors, authors)`, to a like spread.

    Scores are products with the centres themselves, so that their spread is squared: a fourth root.
    """
    values, vectors = np.linalg.eigh((scores.T @ scores).astype(np.float64) / len(scores))
    kept = np.argsort(-values)[: max(int(_DIMENSIONS * len(values)), 1)]
    whitening: Vector = (vectors[:, kept] * np.maximum(values[kept], 1e-12 * values.max()) ** -0.25).astype(
        np.float32
    )
    return whitening
