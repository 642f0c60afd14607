"""Fit the space in which two texts are compared: what works of one author differ in, and what authors do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from authorship.models.cohort import Cohort
from authorship.same_hand.grams import GRAMS, Grams, Spelling
from authorship.same_hand.measure import GramSpace, Space, Vector, Within, passages
from train.training.tokens import TokenisedWork

_PASSAGES = 0.1  # what passages' variance counts beside that of works
_FLOOR = 0.3  # of the mean variance, added to each feature's
_WORKS = 3.0
_DIRECTIONS = 128
_DIMENSIONS = 0.6  # of the cohort's authors
_GRAMS = 20_000
_NAME_SHARE = 0.5


Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Passages:
    """The features of works' passages, `(passages, features)`, and where each work's begin and end.

    The features are the cohort's, then the runs of characters.
    """

    features: sp.csr_matrix
    works: tuple[TokenisedWork, ...]
    bounds: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        works: Sequence[TokenisedWork],
        cohort: Cohort,
        grams: Grams | None = None,
        longest: int | None = None,
        names: bool = True,
    ) -> "Passages":
        """Every passage's features, of no more than its first `longest` word pieces.

        Without `names` the pieces are left out that belong to one.
        """
        parts = [passages((work.ids if names else work.ids[~work.names]).astype(np.int64)) for work in works]
        cut = [part[:longest] for work in parts for part in work]
        features = _matrix(map(cohort.held, cut), len(cohort.features))
        if grams is not None:
            both = [features, _matrix(map(grams.held, cut), len(grams.numbers))]
            features = sp.hstack(both).tocsr().astype(np.float32)
        return cls(features, tuple(works), np.cumsum([0, *map(len, parts)]))

    def means(self, begins: NDArray[np.int64], ends: NDArray[np.int64]) -> Vector:
        """The mean features of each run of passages, `(runs, features)`."""
        sizes = ends - begins
        places = np.concatenate([np.arange(begin, end) for begin, end in zip(begins, ends, strict=True)])
        shares = np.repeat(1 / sizes, sizes).astype(np.float32)
        pick = sp.csr_matrix((shares, places, np.cumsum([0, *sizes])), (len(sizes), self.features.shape[0]))
        means: Vector = (pick @ self.features).toarray()
        return means


def _matrix(held: Iterable[tuple[Codes, Vector]], features: int) -> sp.csr_matrix:
    """Texts' features, `(texts, features)`, from the places and values of what each holds."""
    texts = list(held)
    pointers = np.cumsum([0, *(len(rows) for rows, _ in texts)])
    rows, values = (np.concatenate(column) for column in zip(*texts, strict=True))
    return sp.csr_matrix((values, rows.astype(np.int32), pointers), (len(texts), features))


def choose_grams(works: Sequence[TokenisedWork], spelling: Spelling) -> Grams:
    """The runs of characters that stand in most passages; none that mostly belong to names."""
    texts, named, total = (np.zeros(GRAMS, np.int32) for _ in range(3))
    count = 0
    for work in works:
        for passage in passages(work.ids.astype(np.int64)):
            texts[np.unique(spelling.read(passage)[0])] += 1
            count += 1
        grams, piece = spelling.read(work.ids.astype(np.int64))
        total += np.bincount(grams, minlength=GRAMS).astype(np.int32)
        named += np.bincount(grams[work.names[piece[: len(grams)]]], minlength=GRAMS).astype(np.int32)
    texts[named > _NAME_SHARE * total] = 0
    chosen = np.argsort(-texts, kind="stable")[:_GRAMS]
    numbers = np.sort(chosen[texts[chosen] > 0]).astype(np.int64)
    return Grams(numbers, (np.log((1 + count) / (1 + texts[numbers])) + 1).astype(np.float32), spelling)


def fit_space(read: Passages, cohort: Cohort, grams: Grams) -> tuple[Space, GramSpace]:
    """The spaces of the works' authors; those with one work tell only what is usual."""
    pieces = len(cohort.features)
    within, centres = _fit_within(read, read.features[:, :pieces])
    scores = (centres * cohort.scale) @ cohort.directions.astype(np.float32)
    between = (centres**2).mean(axis=0).astype(np.float32)
    parts = {field.name: getattr(within, field.name) for field in fields(Within)}
    of_grams, _ = _fit_within(read, read.features[:, pieces:])
    return Space(**parts, between=between, whitening=_whitening(scores)), GramSpace(grams, of_grams)


def _fit_within(read: Passages, features: sp.csr_matrix) -> tuple[Within, Vector]:
    """What differs within a hand in some of the features, and each author's mean less what is usual."""
    sizes = np.diff(read.bounds)
    means = replace(read, features=features).means(read.bounds[:-1], read.bounds[1:])
    _, author = np.unique([work.author for work in read.works], return_inverse=True)
    centres = _centres(means, author, np.sqrt(sizes))
    centre = centres.mean(axis=0)
    squares = np.asarray(features.multiply(features).mean(axis=0)).ravel()
    within = np.maximum(squares - np.average(means**2, axis=0, weights=sizes), 0)
    variance = (_PASSAGES * within + _FLOOR * within.mean()).astype(np.float32)
    nuisance = _nuisance(_residuals(means, author), variance)
    unit = np.abs(nuisance).max(axis=1) / 127
    found = Within(
        centre.astype(np.float32),
        variance,
        np.round(nuisance / unit[:, None]).astype(np.int8),
        unit.astype(np.float32),
    )
    return found, centres - centre


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
