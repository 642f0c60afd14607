"""What each word of two sides adds to their log ratio: Captum's integrated gradients through the comparison.

The path leads from the usual text, the centre of the measure's space, to the one at hand; the other side, and
both sides' lengths as vectors, stay as they are. Then the log ratio is linear along the path and the scores
are exact. Half of them is each side's own, so that both together add up to the log ratio, less that of two
usual texts and what the lack of usual words says.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from captum.attr import IntegratedGradients
from numpy.typing import NDArray

from authorship.encode.tokens import read_tokens
from authorship.models.cohort import FIRST_PAIR, SHIFT, pair_codes, places_of
from authorship.same_hand.datamodels import Sample, pooled
from authorship.same_hand.grams import GRAM
from authorship.same_hand.measure import SameHand, Vector, passages
from explain.datamodels import TokenScore, WordScore
from explain.words import aggregate_words


@dataclass(frozen=True, slots=True)
class SideScores:
    """What the words of each of a side's texts add, and what the side lacks adds."""

    words: tuple[tuple[WordScore, ...], ...]
    missing: float


def attribute_sides(
    measure: SameHand, known: Sequence[str], disputed: Sequence[str]
) -> tuple[SideScores, SideScores, float]:
    """The scores of both sides' words, and by what share of the log ratio they fail to add up.

    Raises:
        TextError: a text holds no word.
    """
    sides = [[measure.sample(text) for text in texts] for texts in (known, disputed)]
    first, second = (pooled(samples) for samples in sides)
    found = measure.compare([first], second)
    usual = float(measure.scale.at(first.characters, second.characters)[0][-1])
    scores = [_feature_scores(measure, *pair) for pair in ((first, second), (second, first))]
    explained = sum(float(score.sum()) for score in scores)
    error = abs(explained - (found.log_ratio - usual)) / max(abs(found.log_ratio - usual), 1e-6)
    told = [
        _side(measure, texts, samples, score)
        for texts, samples, score in zip((known, disputed), sides, scores, strict=True)
    ]
    return told[0], told[1], error


def attribute_pairs(measure: SameHand, known: Sample, disputed: Sample) -> dict[str, tuple[float, float]]:
    """What the pairs of neighbouring pieces that a side holds add, on either side, by how they read."""
    features = measure.cohort.features
    sides = [_feature_scores(measure, *pair) for pair in ((known, disputed), (disputed, known))]
    held = [measure.kinds(sample.vector + measure.centre)[0] > 1e-9 for sample in (known, disputed)]
    places = np.flatnonzero((features >= FIRST_PAIR) & (held[0] | held[1]))
    told: dict[str, tuple[float, float]] = {}
    for place in places.tolist():
        one, other = (
            float(scores[place]) if has[place] else 0.0 for scores, has in zip(sides, held, strict=True)
        )
        told[_read_pair(measure, int(features[place]))] = one, other
    return told


def _read_pair(measure: SameHand, code: int) -> str:
    """A pair as it reads: "не то", or "…ами и" where it begins within a word."""
    ids = (code >> SHIFT) - 1, code & (FIRST_PAIR - 1)
    one, other = (str(measure.tokenizer.convert_ids_to_tokens(number)) for number in ids)
    joined = one + other[2:] if other.startswith("##") else f"{one} {other}"
    return f"…{joined[2:]}" if joined.startswith("##") else joined


def _feature_scores(measure: SameHand, varied: Sample, fixed: Sample) -> Vector:
    """Half of what each feature of `varied` adds to the log ratio, `float32` `(features,)`."""
    weights, _, _ = measure.scale.at(varied.characters, fixed.characters)
    pieces, grams = measure.kinds(np.stack([varied.vector, fixed.vector]))
    against = [_against_pieces(measure, pieces, weights)]
    if measure.gram_space:
        removed = measure.gram_space.within.within_removed(grams)
        against.append(weights[3] / _lengths(*np.einsum("ij,ij->i", grams, removed)) * removed[1])
        against[-1] = against[-1] + weights[4] / _lengths(*np.einsum("ij,ij->i", grams, grams)) * grams[1]
    towards = torch.from_numpy(0.5 * np.concatenate(against).astype(np.float64))
    vector = torch.from_numpy(varied.vector.astype(np.float64))[None]
    gradients = IntegratedGradients(lambda vectors: vectors @ towards)
    scores: Vector = gradients.attribute(vector, torch.zeros_like(vector), n_steps=2)[0].numpy()
    return scores


def _against_pieces(measure: SameHand, pieces: Vector, weights: Vector) -> Vector:
    """What a unit of each piece or pair of the first row adds, the second row being as it is."""
    space, cohort = measure.space, measure.cohort
    removed, by_author = space.within_removed(pieces), measure.author_scores(pieces)
    by_features = weights[0] / _lengths(*np.einsum("ij,ij->i", pieces, removed)) * removed[1]
    weighed = space.between * removed
    by_telling = weights[1] / _lengths(*np.einsum("ij,ij->i", weighed, removed))
    by_telling = by_telling * space.within_removed(weighed[1:])[0]
    direction = space.whitening @ by_author[1] / _lengths(*(scores @ scores for scores in by_author))
    by_authors = weights[2] * cohort.scale * (cohort.directions.astype(np.float32) @ direction)
    against: Vector = by_features + by_telling + by_authors
    return against


def _lengths(*squares: float) -> float:
    return float(np.sqrt(np.prod(np.maximum(squares, 1e-12))))


def _side(measure: SameHand, texts: Sequence[str], samples: Sequence[Sample], scores: Vector) -> SideScores:
    """The features' scores at their places in the texts, those of no place summed."""
    shares = np.sqrt([sample.passages for sample in samples])
    shares /= shares.sum()
    held = sum(
        share * (sample.vector + measure.centre) for share, sample in zip(shares, samples, strict=True)
    )
    unit = np.divide(scores, held, out=np.zeros_like(scores), where=held > 1e-9)
    words = tuple(
        aggregate_words(text, _tokens(measure, text, float(share), unit))
        for text, share in zip(texts, shares, strict=True)
    )
    return SideScores(words, float(scores[held <= 1e-9].sum()))


def _tokens(measure: SameHand, text: str, share: float, unit: Vector) -> list[TokenScore]:
    """Each token's score: its own feature's, and half of each pair's in which it stands."""
    parts = list(read_tokens(text, measure.tokenizer))
    ids = np.concatenate([ids for ids, _ in parts])
    places = np.concatenate([places for _, places in parts])
    pieces = passages(ids)
    scores = np.concatenate([_passage(measure, piece, unit) for piece in pieces]) * share / len(pieces)
    return [
        TokenScore(int(start), int(stop), "", float(score))
        for (start, stop), score in zip(places, scores, strict=True)
    ]


def _passage(measure: SameHand, ids: NDArray[np.int64], unit: Vector) -> NDArray[np.float64]:
    """What the features of one passage add at each of its tokens, `(tokens,)`."""
    of_pieces, of_grams = measure.kinds(unit)
    rows, values = measure.cohort.held(ids)
    features = measure.cohort.features
    added = dict(zip(features[rows].tolist(), (values * of_pieces[rows]).tolist(), strict=True))
    scores = np.zeros(len(ids))
    for codes, spread in ((ids, (0,)), (pair_codes(ids), (0, 1))):
        numbers, inverse, counts = np.unique(codes, return_inverse=True, return_counts=True)
        each = np.array([added.get(number, 0.0) for number in numbers.tolist()]) / counts
        for shift in spread:
            scores[shift : shift + len(codes)] += each[inverse] / len(spread)
    return scores + _by_grams(measure, ids, of_grams) if measure.gram_space else scores


def _by_grams(measure: SameHand, ids: NDArray[np.int64], unit: Vector) -> NDArray[np.float64]:
    """What the runs of characters of one passage add at each of its tokens, a quarter for each character."""
    assert measure.gram_space is not None
    grams, scores = measure.gram_space.grams, np.zeros(len(ids))
    rows, values = grams.held(ids)
    added = np.zeros(len(unit) + 1)
    added[rows] = values * unit[rows]
    codes, piece = grams.spelling.read(ids)
    places = places_of(codes, grams.numbers)
    counts = np.bincount(places + 1, minlength=len(added))[1:]
    each = added[places] / counts[np.maximum(places, 0)].clip(1)
    for character in range(GRAM):
        np.add.at(scores, piece[character : character + len(codes)], each / GRAM)
    return scores
