"""The same hand or two: a likelihood ratio from what tells works and authors apart.

A text is the mean of its passages' features, those of `authorship.models.cohort` (which word pieces and which
neighbouring pieces it holds), less what is usual. Two texts are alike in three ways:

- by all features: the cosine of the two under the covariance of passages within works and of works within
  authors, so that what differs between two works of one author (plot, place, kind) hardly counts. That is
  within-class covariance normalisation (Hatch et al. 2006, doi 10.21437/Interspeech.2006-183);
- by the features in which authors differ: the cosine of the same, each feature weighed by how much authors'
  means spread;
- by the authors of the cohort: the cosine of the two texts' whitened scores for them.

A logistic model, fitted at pairs of lengths to authors that neither had seen, makes of these the log of a
likelihood ratio (Brümmer and du Preez 2006, doi 10.1016/j.csl.2005.08.001). `python -m train.same_hand` fits
all of it and writes `same_hand.safetensors` beside the cohort: numbers, no code and no text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from transformers import PreTrainedTokenizerFast

from authorship.encode.tokens import read_tokens
from authorship.errors import BundleError, TextError
from authorship.models.cohort import Cohort
from authorship.same_hand.datamodels import Comparison, Sample, Usual, pooled

SAME_HAND_FILE = "same_hand.safetensors"
PASSAGE = 576
"""Word pieces in a passage, some 2,500 characters, as the cohort was fitted."""
LENGTHS = (1_000, 2_500, 5_000, 10_000, 20_000, 50_000)
"""The lengths in characters of either text at which ratios are calibrated; others are interpolated."""

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Space:
    """What is usual, and what differs within a hand.

    centre: the mean of authors, `float32` `(features,)`. variance: of a feature within a hand, `(features,)`.
    nuisance: directions in which works of one author differ, `int8` `(directions, features)`, in units of
    `unit`, `float32` `(directions,)`; with Q these directions, the inverse covariance is 1 / variance - Q'Q.
    between: of a feature between authors, `float32` `(features,)`.
    whitening: `float32` `(authors, dimensions)`, for scores by the cohort's authors.
    """

    centre: Vector
    variance: Vector
    nuisance: NDArray[np.int8]
    unit: Vector
    between: Vector
    whitening: Vector

    def within_removed(self, vectors: Vector) -> Vector:
        """`vectors` `(texts, features)` times the inverse covariance within a hand."""
        directions = self.nuisance.astype(np.float32) * self.unit[:, None]
        removed: Vector = vectors / self.variance - (vectors @ directions.T) @ directions
        return removed


@dataclass(frozen=True, slots=True)
class Scale:
    """What likenesses come to, at each two of `LENGTHS`.

    weights: of the likenesses, in the order of `Likeness`, and the intercept, `float32`
    `(lengths, lengths, 4)`. same, different: quantiles of the log ratios of such pairs, at equal steps,
    `(lengths, lengths, quantiles)`.
    """

    weights: Vector
    same: Vector
    different: Vector

    def at(self, first: int, second: int) -> tuple[Vector, Vector, Vector]:
        """Weights and both quantiles for texts of so many characters."""
        one, two = _place(first), _place(second)
        weights, same, different = (
            _between(table, one, two) for table in (self.weights, self.same, self.different)
        )
        return weights, same, different


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two texts are, each from -1 to 1.

    features: by all features. telling: by those in which authors differ. authors: by the cohort's authors.
    """

    features: float
    telling: float
    authors: float


@dataclass(frozen=True, slots=True)
class SameHand:
    """Compares texts; see the module."""

    tokenizer: PreTrainedTokenizerFast
    cohort: Cohort
    space: Space
    scale: Scale

    def sample(self, text: str) -> Sample:
        """What the comparison sees of a text, letters folded as for the models.

        Raises:
            TextError: the text holds no word.
        """
        ids = np.concatenate([np.zeros(0, np.int64), *(ids for ids, _ in read_tokens(text, self.tokenizer))])
        if not len(ids):
            raise TextError("empty", "The text is empty: paste or open one.")
        parts = passages(ids)
        return Sample(mean_features(self.cohort, parts) - self.space.centre, len(parts), len(text))

    def compare(self, known: Sequence[Sample], disputed: Sample) -> Comparison:
        """How much likelier the samples are if the hand of `known`, works by one author, wrote `disputed`."""
        one = pooled(known)
        alike = self.likeness(one, disputed)
        weights, same, different = self.scale.at(one.characters, disputed.characters)
        likenesses = np.array([alike.features, alike.telling, alike.authors, 1], np.float32)
        ratio = float(weights @ likenesses)
        usual = Usual(tuple(same.tolist()), tuple(different.tolist()))
        return Comparison(ratio, one.characters, disputed.characters, usual)

    def likeness(self, first: Sample, second: Sample) -> Likeness:
        """How alike two samples are."""
        (found,) = self.likenesses(first.vector[None], second.vector[None]).tolist()
        return Likeness(*found)

    def likenesses(self, first: Vector, second: Vector) -> Vector:
        """How alike the vectors `(pairs, features)` are, `(pairs, 3)` in the order of `Likeness`."""
        removed = [self.space.within_removed(vectors) for vectors in (first, second)]
        telling = [vectors * np.sqrt(self.space.between) for vectors in removed]
        scores = [self.author_scores(vectors) for vectors in (first, second)]
        by_features = _rows(first, removed[1]) / _lengths(_rows(first, removed[0]), _rows(second, removed[1]))
        alike: Vector = np.stack([by_features, _cosines(*telling), _cosines(*scores)], axis=1).astype(
            np.float32
        )
        return alike

    def author_scores(self, vectors: Vector) -> Vector:
        """Whitened scores for the cohort's authors, shape `(texts, dimensions)`."""
        scores = (vectors * self.cohort.scale) @ self.cohort.directions.astype(np.float32)
        whitened: Vector = (scores @ self.space.whitening).astype(np.float32)
        return whitened

    def save(self, folder: Path) -> None:
        """Write `same_hand.safetensors` into `folder`."""
        tensors = {
            field.name: np.ascontiguousarray(getattr(part, field.name))
            for part in (self.space, self.scale)
            for field in fields(part)
        }
        file = folder / SAME_HAND_FILE
        save_file(tensors, file)
        file.chmod(0o644)  # safetensors lets nobody else read it

    @classmethod
    def load(cls, folder: Path) -> "SameHand":
        """The measure that lies in a model's folder.

        Raises:
            BundleError: there is none, or it is damaged or of another model.
        """
        file = folder / SAME_HAND_FILE
        if not file.is_file():
            raise BundleError(f"{file} is missing: fit it with `python -m train.same_hand`.")
        cohort = Cohort.load(folder, ())
        if cohort is None:
            raise BundleError(f"{folder} has no cohort, on which {file.name} rests. Fetch the model again.")
        try:
            tensors = load_file(file)
            space = Space(**{field.name: tensors[field.name] for field in fields(Space)})
            scale = Scale(**{field.name: tensors[field.name] for field in fields(Scale)})
        except (SafetensorError, OSError, KeyError, ValueError) as error:
            raise BundleError(f"{file} cannot be opened: {error}. Fetch the model again.") from error
        if not _fits(space, scale, cohort):
            raise BundleError(f"{file} is damaged, or of another model. Fetch the model again.")
        tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
        return cls(tokenizer, cohort, space, scale)


def passages(ids: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """A text's word pieces in nearly equal parts of about a passage's length."""
    return np.array_split(ids, max(round(len(ids) / PASSAGE), 1))


def mean_features(cohort: Cohort, parts: Sequence[NDArray[np.int64]]) -> Vector:
    """The mean of the passages' features, `(features,)`."""
    total = np.zeros(len(cohort.features), np.float32)
    for part in parts:
        rows, values = cohort.held(part)
        total[rows] += values
    mean: Vector = (total / len(parts)).astype(np.float32)
    return mean


def _rows(first: Vector, second: Vector) -> Vector:
    """The product of each two rows, shape `(rows,)`."""
    products: Vector = np.einsum("ij,ij->i", first, second)
    return products


def _cosines(first: Vector, second: Vector) -> Vector:
    cosines: Vector = _rows(first, second) / _lengths(_rows(first, first), _rows(second, second))
    return cosines


def _lengths(first: Vector, second: Vector) -> Vector:
    """The products of vectors' lengths, of which the squares are given; never 0."""
    lengths: Vector = np.sqrt(np.maximum(first, 1e-12) * np.maximum(second, 1e-12)).astype(np.float32)
    return lengths


def _place(characters: int) -> float:
    """Where a length lies among `LENGTHS`, from 0 to their number less 1, logarithmically between them."""
    return float(np.interp(np.log(max(characters, 1)), np.log(LENGTHS), np.arange(len(LENGTHS))))


def _between(table: Vector, row: float, column: float) -> Vector:
    """The bilinear interpolation of `(lengths, lengths, n)` at a place."""
    top, left = (min(int(place), len(LENGTHS) - 2) for place in (row, column))
    down, right = row - top, column - left
    above = table[top, left] * (1 - right) + table[top, left + 1] * right
    below = table[top + 1, left] * (1 - right) + table[top + 1, left + 1] * right
    between: Vector = above * (1 - down) + below * down
    return between


def _fits(space: Space, scale: Scale, cohort: Cohort) -> bool:
    """Whether all shapes belong together and all numbers are finite."""
    features, lengths = len(cohort.features), len(LENGTHS)
    shapes = (
        space.centre.shape == space.variance.shape == space.between.shape == (features,)
        and space.nuisance.shape == (len(space.unit), features)
        and space.whitening.shape[:1] == (len(cohort.keys),)
        and scale.weights.shape == (lengths, lengths, 4)
        and scale.same.shape == scale.different.shape
        and scale.same.shape[:2] == (lengths, lengths)
    )
    parts = (
        space.centre,
        space.variance,
        space.between,
        space.unit,
        space.whitening,
        scale.weights,
        scale.same,
    )
    return bool(
        shapes
        and all(np.isfinite(part).all() for part in (*parts, scale.different))
        and (space.variance > 0).all()
    )
