"""What speaks for one hand and what against: each word's share of the log ratio, by Captum, and its places.

The path leads from the usual text, the centre of the measure's space, to the one at hand; the other side, and
both sides' lengths as vectors, stay as they are. Then the log ratio is linear along the path and the scores
are exact. Half of them is each side's own, so that both together add up to the log ratio, less that of two
usual texts and what the lack of usual words says.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from captum.attr import IntegratedGradients
from numpy.typing import NDArray

from authorship.encode import read_tokens
from authorship.models.cohort import FIRST_PAIR, SHIFT, pair_codes, places_of
from authorship.same_hand.answer import Answer, Measure
from authorship.same_hand.datamodels import Sample, pooled
from authorship.same_hand.grams import GRAM
from authorship.same_hand.measure import SameHand, Vector, passages
from explain.attribution import aggregate_words
from explain.datamodels import CONFIDENT_ERROR, TokenScore, WordScore


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


STRONGEST = 12
"""How many words or marks are listed on either side."""
LONGEST_EXPLAINED = 300_000
"""Characters of both sides whose words are weighed; 700,000 take a quarter of a minute."""
MOST_PLACES = 50
"""How many places of a word are listed for programs."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A word, mark or pair wherever it stands: its score in the known texts, in the disputed, and how often.

    Pairs are not counted: 0.
    """

    text: str
    known: float
    disputed: float
    count: int

    @property
    def score(self) -> float:
        """What it adds in all."""
        return self.known + self.disputed


@dataclass(frozen=True, slots=True)
class HandReasons:
    """What each word adds to the log ratio of two sides: positive speaks for one hand.

    `known` has the words of each known text, in the order given, `disputed` those of each disputed one; they
    and `missing`, what the lack of usual words adds, make the log ratio less that of two usual texts, but for
    a share `error` of it. `pairs` are neighbouring word pieces, whose scores are within those of their words.
    """

    known: tuple[tuple[WordScore, ...], ...]
    disputed: tuple[tuple[WordScore, ...], ...]
    error: float
    missing: float = 0.0
    pairs: tuple[Telling, ...] = ()

    @property
    def total(self) -> float:
        """What all words, and the lack of some, add to the log ratio."""
        return self.missing + sum(word.score for text in (*self.known, *self.disputed) for word in text)

    @property
    def converged(self) -> bool:
        """Whether the scores are exact enough to be shown with confidence."""
        return self.error <= CONFIDENT_ERROR


Explain = Callable[[Measure, Answer], HandReasons | None]


def strongest(
    reasons: HandReasons, marks: bool, most: int = STRONGEST
) -> tuple[list[Telling], list[Telling]]:
    """The words, or the marks, that speak most for one hand in all their places, and those most against."""
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0])
    for side, texts in enumerate((reasons.known, reasons.disputed)):
        for word in _of_kind(texts, marks):
            sums = found[word.text.casefold()]
            sums[side] += word.score
            sums[2] += 1
    told = [Telling(text, known, disputed, int(count)) for text, (known, disputed, count) in found.items()]
    return extremes(told, most)


def extremes(told: Sequence[Telling], most: int = STRONGEST) -> tuple[list[Telling], list[Telling]]:
    """Those that speak most for one hand, and those most against."""
    ranked = sorted(told, key=lambda one: -one.score)
    speaking = [one for one in ranked if one.score > 0][:most]
    return speaking, [one for one in reversed(ranked) if one.score < 0][:most]


def reasons_object(reasons: HandReasons, most: int) -> dict[str, Any]:
    """The `most` words, and marks, that speak most for one hand and against it, with their places.

    Scores are parts of the log ratio. A place names the side, the number of its text there, and the
    characters from `start` to `stop`; of a word that stands very often those that weigh most are listed.
    """
    places = _places(reasons)
    value: dict[str, Any] = {"missing": reasons.missing, "error": reasons.error}
    for name, marks in (("words", False), ("marks", True)):
        sides = zip(("for", "against"), strongest(reasons, marks, most), strict=True)
        value[name] = {side: [_told(one, places[one.text]) for one in told] for side, told in sides}
    return value


def _told(one: Telling, places: list[dict[str, Any]]) -> dict[str, Any]:
    ranked = sorted(places, key=lambda place: -abs(place["score"]))[:MOST_PLACES]
    sums = {"score": one.score, "known": one.known, "disputed": one.disputed, "count": one.count}
    return {"text": one.text} | sums | {"places": ranked}


def _places(reasons: HandReasons) -> dict[str, list[dict[str, Any]]]:
    """Where each word stands, in the order of the texts."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for side, texts in (("known", reasons.known), ("disputed", reasons.disputed)):
        for number, words in enumerate(texts):
            for word in words:
                place = {"side": side, "text": number, "start": word.start, "stop": word.stop}
                found[word.text.casefold()].append(place | {"score": word.score})
    return found


def _of_kind(texts: Sequence[Sequence[WordScore]], marks: bool) -> Iterable[WordScore]:
    return (word for words in texts for word in words if marks != any(map(str.isalnum, word.text)))


def explain_answer(measure: Measure, answer: Answer) -> HandReasons | None:
    """What speaks for one hand and against it in all texts of an answer; None of another kind of measure."""
    if not isinstance(measure, SameHand):
        return None
    sides = ([one.text for one in texts] for texts in (answer.known, answer.disputed))
    known, disputed, error = attribute_sides(measure, *sides)
    first, second = (pooled([one.sample for one in texts]) for texts in (answer.known, answer.disputed))
    pairs = tuple(
        Telling(text, one, other, 0) for text, (one, other) in attribute_pairs(measure, first, second).items()
    )
    return HandReasons(known.words, disputed.words, error, known.missing + disputed.missing, pairs)
