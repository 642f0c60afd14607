"""Fit the linear model: discriminant analysis that knows that excerpts come in works.

What tells two works of one author apart must not tell authors apart. So the covariance that is whitened is
that of excerpts within their works plus that of works within their authors, as in speaker recognition
(within-class covariance normalisation, Hatch et al. 2006; there a work is called a session). An author with
one long novel and an author with fifty stories are told by the same rule, which support vectors or a
logistic model, one excerpt one vote, do not give: they learn novels.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
import torch
from numpy.typing import NDArray

from train.linear.ngram_features import Codes
from train.linear.ngrams import NgramModel, make_vocabulary, normalised

RIDGE = 1.5e-4
BETWEEN_WORKS = 3.0
SPREAD_POWER = 0.5
_ITERATIONS = 60
_TOLERANCE = 1e-4

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scatter:
    """What excerpts of one work, and works of one author, differ in; `apply` multiplies by the covariance.

    `features` `(excerpts, features)` with the `work` of each; `means` `(works, features)`, the `author` of
    each; `centres` `(authors, features)`, their works' plain means; `weight` `(works,)` makes the distances
    from them an unbiased estimate, and is 0 for an only work.
    """

    features: "Sparse"
    work: Codes
    means: "Sparse"
    author: Codes
    centres: Matrix
    weight: Matrix
    ridge: float

    def apply(self, directions: Matrix) -> Matrix:
        """The ridged covariance times `directions`, both `(features, authors)`."""
        means = self.means @ directions
        residuals = self.features @ directions - means[self.work]
        within = self.features.t @ residuals - self.means.t @ _sums(residuals, self.work, len(means))
        distances = (means - (self.centres @ directions)[self.author]) * self.weight[:, None]
        between = self.means.t @ distances - self.centres.T @ _sums(distances, self.author, len(self.centres))
        share = BETWEEN_WORKS / max(int((self.weight > 0).sum()), 1)
        product: Matrix = within / len(self.work) + share * between + self.ridge * directions
        return product


def _sums(rows: Matrix, group: Codes, groups: int) -> Matrix:
    members = sp.csr_matrix(
        (np.ones(len(group), rows.dtype), (group, np.arange(len(group)))), (groups, len(rows))
    )
    sums: Matrix = members @ rows
    return sums


class Sparse:
    """A sparse matrix that PyTorch multiplies, by as many threads as there are; `t` is its transpose."""

    def __init__(self, rows: sp.csr_matrix, transpose: bool = True) -> None:
        matrix = rows.tocsr()
        rows_end, places = (
            torch.from_numpy(part.astype(np.int32)) for part in (matrix.indptr, matrix.indices)
        )
        values = torch.from_numpy(matrix.data.astype(np.float32))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch calls this layout a beta
            self._matrix = torch.sparse_csr_tensor(rows_end, places, values, matrix.shape)
        if transpose:
            self.t = Sparse(matrix.T, transpose=False)

    def __matmul__(self, columns: Matrix) -> Matrix:
        product: Matrix = (self._matrix @ torch.from_numpy(np.ascontiguousarray(columns))).numpy()
        return product


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts' features `(texts, features)` beside each one's writer and work."""

    features: sp.csr_matrix
    writers: Sequence[str]
    works: Sequence[str]


def fit_ngrams(
    texts: Sequence[Codes],
    writers: Sequence[str],
    works: Sequence[str],
    size: int = 300_000,
    others: Sequence[Codes] = (),
) -> NgramModel:
    """A linear model of the texts' authors, which knows the works that the texts are cut from.

    `others` are texts by none of the authors, as `discriminate` wants them.
    """
    vocabulary = make_vocabulary(texts, size)
    features, scale = normalised(texts, vocabulary)
    strangers = normalised(others, vocabulary)[0] if len(others) else None
    keys, directions, intercepts = discriminate(Labelled(features, writers, works), strangers)
    weights = np.concatenate([directions * scale[:, None], np.zeros((1, len(keys)), np.float32)])
    length = float(np.median([len(codes) for codes in texts]))
    return NgramModel(keys, vocabulary.features, weights.astype(np.float32), intercepts, length)


def discriminate(
    texts: Labelled, others: sp.csr_matrix | None = None, ridge: float = RIDGE
) -> tuple[tuple[str, ...], Matrix, Matrix]:
    """The authors' keys, a direction for each `(features, authors)`, and intercepts `(authors,)`.

    An author whose score swings widely on the features of `others`, texts by none of the authors, is
    trusted less. Without them the texts of the other authors serve.
    """
    keys = tuple(sorted(set(texts.writers)))
    names = [f"{writer}\0{work}" for writer, work in zip(texts.writers, texts.works, strict=True)]
    titles, work = np.unique(names, return_inverse=True)
    author = np.searchsorted(keys, [title.split("\0")[0] for title in titles])
    means = group_means(texts.features, work, np.ones(len(work)))
    centres = group_means(means, author, np.sqrt(np.bincount(work))).toarray()
    centre = centres.mean(axis=0)
    scatter = _scatter(texts.features, work, means, author, ridge)
    directions = _conjugate_gradients(scatter, np.ascontiguousarray((centres - centre).T))
    directions /= _spread(directions, texts.features, author[work], others) ** SPREAD_POWER
    return keys, directions, -(centre @ directions)


def group_means(rows: Any, group: Codes, weights: NDArray[np.float64]) -> Any:
    """The weighted mean of each group's rows, `(groups, features)`, sparse if the rows are; none is empty."""
    shares = (weights / np.bincount(group, weights)[group]).astype(rows.dtype)
    return sp.csr_matrix((shares, (group, np.arange(len(group))))) @ rows


def _scatter(
    features: sp.csr_matrix, work: Codes, means: sp.csr_matrix, author: Codes, ridge: float
) -> Scatter:
    centres = group_means(means, author, np.ones(len(author))).toarray()
    works = np.bincount(author)[author]
    weight = np.where(works > 1, works / np.maximum(works - 1, 1), 0).astype(np.float32)
    return Scatter(Sparse(features), work, Sparse(means), author, centres, weight, ridge)


def _spread(
    directions: Matrix, features: sp.csr_matrix, author: Codes, others: sp.csr_matrix | None
) -> Matrix:
    """The standard deviation of each author's score over texts that are not theirs, shape `(authors,)`."""
    if others is not None:
        scores: Matrix = others @ directions
    else:
        scores = features @ directions
        scores[np.arange(len(author)), author] = np.nan
    deviation: Matrix = np.maximum(np.nanstd(scores, axis=0), 1e-9)
    return deviation


def _conjugate_gradients(scatter: Scatter, right: Matrix) -> Matrix:
    """Solve `covariance @ directions = right` for all authors at once (Hestenes and Stiefel 1952)."""
    solution = np.zeros_like(right)
    residual = right.copy()
    direction = right.copy()
    square = first = (residual * residual).sum(axis=0)
    for _ in range(_ITERATIONS):
        product = scatter.apply(direction)
        step = square / np.maximum((direction * product).sum(axis=0), 1e-30)
        solution += direction * step
        residual -= product * step
        square, previous = (residual * residual).sum(axis=0), square
        if (square < _TOLERANCE**2 * first).all():
            break
        direction = residual + direction * (square / np.maximum(previous, 1e-30))
    return solution
