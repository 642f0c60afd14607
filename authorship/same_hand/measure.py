"""The same hand or two: a likelihood ratio from what tells works and authors apart.

A text is the mean of its passages' features, those of `authorship.models.cohort` (which word pieces and which
neighbouring pieces it holds), and of its runs of four characters (`grams`), less what is usual. Two texts are
alike in five ways, in the first three by pieces:

- by all features: the cosine of the two under the covariance of passages within works and of works within
  authors, so that what differs between two works of one author (plot, place, kind) hardly counts. That is
  within-class covariance normalisation (Hatch et al. 2006, doi 10.21437/Interspeech.2006-183);
- by the features in which authors differ: the cosine of the same, each feature weighed by how much authors'
  means spread;
- by the authors of the cohort: the cosine of the two texts' whitened scores for them;
- by all runs of characters: the cosine under their own covariance within a hand;
- by the same as they are: their plain cosine.

A measure that was fitted without runs of characters has the first three.

A logistic model, fitted at pairs of lengths to authors that neither had seen, makes of these the log of a
likelihood ratio (Brümmer and du Preez 2006, doi 10.1016/j.csl.2005.08.001). `python -m train.same_hand` fits
all of it and writes `same_hand.safetensors` beside the cohort: numbers, no code and no text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from transformers import PreTrainedTokenizerFast

from authorship.encode import read_tokens
from authorship.errors import BundleError, TextError
from authorship.models.cohort import Cohort
from authorship.same_hand.datamodels import Comparison, Sample, Usual, pooled
from authorship.same_hand.grams import Grams, Spelling

SAME_HAND_FILE = "same_hand.safetensors"
PASSAGE = 576
"""Word pieces in a passage, some 2,500 characters, as the cohort was fitted."""
LENGTHS = (1_000, 2_500, 5_000, 10_000, 20_000, 50_000)
"""The lengths in characters of either text at which ratios are calibrated; others are interpolated."""

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Within:
    """What is usual of features of one kind, and what differs within a hand.

    centre: the mean of authors, `float32` `(features,)`. variance: of a feature within a hand, `(features,)`.
    nuisance: directions in which works of one author differ, `int8` `(directions, features)`, in units of
    `unit`, `float32` `(directions,)`; with Q these directions, the inverse covariance is 1 / variance - Q'Q.
    """

    centre: Vector
    variance: Vector
    nuisance: NDArray[np.int8]
    unit: Vector

    def fits(self, features: int) -> bool:
        """Whether all shapes belong to so many features, and all numbers are finite."""
        numbers = (self.centre, self.variance, self.unit)
        return bool(
            self.centre.shape == self.variance.shape == (features,)
            and self.nuisance.shape == (len(self.unit), features)
            and all(np.isfinite(part).all() for part in numbers)
            and (self.variance > 0).all()
        )

    def within_removed(self, vectors: Vector) -> Vector:
        """`vectors` `(texts, features)` times the inverse covariance within a hand."""
        directions = self.nuisance.astype(np.float32) * self.unit[:, None]
        removed: Vector = vectors / self.variance - (vectors @ directions.T) @ directions
        return removed


@dataclass(frozen=True, slots=True)
class Space(Within):
    """The same of the cohort's features, and in which of them authors differ.

    between: a feature's variance between authors, `float32` `(features,)`.
    whitening: `float32` `(authors, dimensions)`, for scores by the cohort's authors.
    """

    between: Vector
    whitening: Vector


@dataclass(frozen=True, slots=True)
class GramSpace:
    """The runs of characters that are compared, and what is usual of them."""

    grams: Grams
    within: Within


@dataclass(frozen=True, slots=True)
class Scale:
    """What likenesses come to, at each two of `LENGTHS`.

    weights: of the likenesses, in the order of the module, and the intercept, `float32`
    `(lengths, lengths, likenesses + 1)`. same, different: quantiles of the log ratios of such pairs, at equal
    steps, `(lengths, lengths, quantiles)`.
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
class SameHand:
    """Compares texts; see the module. Without `gram_space` runs of characters do not count."""

    tokenizer: PreTrainedTokenizerFast
    cohort: Cohort
    space: Space
    scale: Scale
    gram_space: GramSpace | None = None

    @property
    def centre(self) -> Vector:
        """What is usual of all features, those of pieces first."""
        parts = [self.space.centre, *([self.gram_space.within.centre] if self.gram_space else [])]
        return np.concatenate(parts)

    def sample(self, text: str) -> Sample:
        """What the comparison sees of a text, letters folded as for the models.

        Raises:
            TextError: the text holds no word.
        """
        ids = np.concatenate([np.zeros(0, np.int64), *(ids for ids, _ in read_tokens(text, self.tokenizer))])
        if not len(ids):
            raise TextError("empty", "The text is empty: paste or open one.")
        parts = passages(ids)
        means = [mean_features(len(self.cohort.features), map(self.cohort.held, parts))]
        if self.gram_space:
            grams = self.gram_space.grams
            means.append(mean_features(len(grams.numbers), map(grams.held, parts)))
        return Sample(np.concatenate(means) - self.centre, len(parts), len(text))

    def compare(self, known: Sequence[Sample], disputed: Sample) -> Comparison:
        """How much likelier the samples are if the hand of `known`, works by one author, wrote `disputed`."""
        one = pooled(known)
        (alike,) = self.likenesses(one.vector[None], disputed.vector[None])
        weights, same, different = self.scale.at(one.characters, disputed.characters)
        ratio = float(weights[:-1] @ alike + weights[-1])
        usual = Usual(tuple(same.tolist()), tuple(different.tolist()))
        return Comparison(ratio, one.characters, disputed.characters, usual)

    def likenesses(self, first: Vector, second: Vector) -> Vector:
        """How alike vectors `(pairs, features)` are, from -1 to 1, `(pairs, likenesses)`: see the module."""
        kinds = [self.kinds(vectors) for vectors in (first, second)]
        (first, second), grams = zip(*kinds, strict=True)
        alike = [self._by_pieces(first, second)]
        if self.gram_space:
            alike.append(_by_grams(self.gram_space.within, *grams))
        return np.concatenate(alike, axis=1).astype(np.float32)

    def kinds(self, vectors: Vector) -> tuple[Vector, Vector]:
        """The vectors' features of pieces, and those of runs of characters."""
        return vectors[..., : len(self.cohort.features)], vectors[..., len(self.cohort.features) :]

    def _by_pieces(self, first: Vector, second: Vector) -> Vector:
        removed = [self.space.within_removed(vectors) for vectors in (first, second)]
        telling = [vectors * np.sqrt(self.space.between) for vectors in removed]
        scores = [self.author_scores(vectors) for vectors in (first, second)]
        by_features = _cosines_under(first, second, *removed)
        return np.stack([by_features, _cosines(*telling), _cosines(*scores)], axis=1)

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
        if self.gram_space:
            within, grams = self.gram_space.within, self.gram_space.grams
            tensors |= {f"gram_{field.name}": getattr(within, field.name) for field in fields(Within)}
            tensors |= {"gram_numbers": grams.numbers, "gram_rarity": grams.rarity}
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
            tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
            gram_space = _gram_space(tensors, tokenizer) if "gram_numbers" in tensors else None
        except (SafetensorError, OSError, KeyError, ValueError) as error:
            raise BundleError(f"{file} cannot be opened: {error}. Fetch the model again.") from error
        if not _fits(space, scale, cohort, gram_space):
            raise BundleError(f"{file} is damaged, or of another model. Fetch the model again.")
        return cls(tokenizer, cohort, space, scale, gram_space)


def passages(ids: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """A text's word pieces in nearly equal parts of about a passage's length."""
    return np.array_split(ids, max(round(len(ids) / PASSAGE), 1))


def mean_features(features: int, parts: Iterable[tuple[NDArray[np.int64], Vector]]) -> Vector:
    """The mean of passages' features, `(features,)`: of each the places of what it holds, and the values."""
    total, count = np.zeros(features, np.float32), 0
    for rows, values in parts:
        total[rows] += values
        count += 1
    mean: Vector = (total / count).astype(np.float32)
    return mean


def _gram_space(tensors: dict[str, Any], tokenizer: PreTrainedTokenizerFast) -> GramSpace:
    within = Within(**{field.name: tensors[f"gram_{field.name}"] for field in fields(Within)})
    grams = Grams(tensors["gram_numbers"], tensors["gram_rarity"], Spelling.of(tokenizer))
    return GramSpace(grams, within)


def _by_grams(within: Within, first: Vector, second: Vector) -> Vector:
    removed = [within.within_removed(vectors) for vectors in (first, second)]
    return np.stack([_cosines_under(first, second, *removed), _cosines(first, second)], axis=1)


def _cosines_under(first: Vector, second: Vector, removed: Vector, other: Vector) -> Vector:
    """The cosines of two texts' vectors under a covariance, by whose inverse both were multiplied too."""
    cosines: Vector = _rows(first, other) / _lengths(_rows(first, removed), _rows(second, other))
    return cosines


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


def _fits(space: Space, scale: Scale, cohort: Cohort, gram_space: GramSpace | None) -> bool:
    """Whether all shapes belong together and all numbers are finite."""
    features, lengths, likenesses = len(cohort.features), len(LENGTHS), 3
    if gram_space is not None:
        likenesses = 5
        numbers = gram_space.grams.numbers
        rising = bool((np.diff(numbers) > 0).all()) and gram_space.grams.rarity.shape == numbers.shape
        if not rising or not gram_space.within.fits(len(numbers)):
            return False
    numbers_of = (space.between, space.whitening, scale.weights, scale.same, scale.different)
    return bool(
        space.fits(features)
        and space.between.shape == (features,)
        and space.whitening.shape[:1] == (len(cohort.keys),)
        and scale.weights.shape == (lengths, lengths, likenesses + 1)
        and scale.same.shape == scale.different.shape
        and scale.same.shape[:2] == (lengths, lengths)
        and all(np.isfinite(part).all() for part in numbers_of)
    )
