"""The most and the least that masking can do to a model: what a perturbation curve is normalised by.

NAOPC (Edin et al. 2025, arXiv 2408.08137) is (AOPC - lower) / (upper - lower) between the best and the worst
order of masking. All orders of five hundred words cannot be tried, nor can their beam search over
single words (a hundred thousand readings an excerpt). Here the beam goes by the blocks of the curve: at each
share the next words are proposed by the gradient at the text masked so far, by the explanation itself and,
in the small first blocks, by trying some of the explanation's first words one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from explain.faithfulness import Explained, mask_words, probabilities
from explain.gradients import StraightPath, value_of
from explain.words import find_owners

GRID = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
BEAM = 2
TRIED_SINGLY = 0.05
_AROUND_THE_INPUT = 0.5, 1.5  # of the path; the gradient is taken in the middle
_TRIALS = 20

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Beam:
    """Words masked so far, by index, and the probability lost at each share reached."""

    masked: frozenset[int]
    lost: tuple[float, ...]


def area(lost: Sequence[float]) -> float:
    """AOPC: the probability lost, integrated over the shares so far by the trapezoid rule on `GRID`."""
    return float(np.trapezoid([0.0, *lost], [0.0, *GRID[: len(lost)]]))


def search_limit(explained: Explained, most: bool, width: int = BEAM) -> float:
    """The largest AOPC that a beam search by blocks finds, or the smallest."""
    words, author = explained.attribution.words, explained.attribution.author
    bundle, encoded = explained.bundle, explained.encoded
    sign = 1.0 if most else -1.0
    whole = probabilities(bundle, [encoded], author)[0]
    beams = [Beam(frozenset(), ())]
    for share in GRID:
        size = ceil(share * len(words))
        heirs = {heir: beam for beam in beams for heir in _heirs(explained, beam, size, sign)}
        masked = [mask_words(bundle, encoded, words, heir) for heir in heirs]
        kept = probabilities(bundle, masked, author)
        grown = [
            Beam(heir, (*beam.lost, whole - rest))
            for (heir, beam), rest in zip(heirs.items(), kept, strict=True)
        ]
        beams = sorted(grown, key=lambda beam: -sign * area(beam.lost))[:width]
    return area(beams[0].lost)


def _heirs(explained: Explained, beam: Beam, size: int, sign: float) -> list[frozenset[int]]:
    """The beam's words and more, `size` in all, by each proposal; the last block leaves no choice."""
    words = explained.attribution.words
    left = np.array(sorted(set(range(len(words))) - beam.masked), dtype=np.int64)
    wanted = size - len(beam.masked)
    if wanted >= len(left):
        return [frozenset(range(len(words)))]
    scores = np.array([word.score for word in words])
    orders = [_ranked(left, scores, sign), _ranked(left, _effects(explained, beam), sign)]
    if size <= TRIED_SINGLY * len(words):
        orders.append(_by_trial(explained, beam, orders[0][: 2 * wanted + _TRIALS], sign))
    return [beam.masked | set(order[:wanted].tolist()) for order in orders]


def _ranked(left: Indices, scores: NDArray[np.float64], sign: float) -> Indices:
    """The words left, those with the most to lose first, or where `sign` is -1 last."""
    order: Indices = left[np.argsort(-sign * scores[left], kind="stable")]
    return order


def _by_trial(explained: Explained, beam: Beam, candidates: Indices, sign: float) -> Indices:
    """Candidates by the probability that masking each of them alone would take now."""
    bundle, encoded, own = explained.bundle, explained.encoded, explained.attribution
    masked = [mask_words(bundle, encoded, own.words, beam.masked | {index}) for index in candidates.tolist()]
    kept = np.array(probabilities(bundle, masked, own.author))
    order: Indices = candidates[np.argsort(sign * kept, kind="stable")]
    return order


def _effects(explained: Explained, beam: Beam) -> NDArray[np.float64]:
    """To first order, the logit that masking each further word would take, shape `(words,)`."""
    words = explained.attribution.words
    masked = mask_words(explained.bundle, explained.encoded, words, beam.masked)
    label_id = explained.attribution.author.label_id
    path = StraightPath(explained.bundle, masked, [label_id], course=lambda progress: progress)
    (scores,) = value_of(path.over([_AROUND_THE_INPUT]))
    tokens, owners = scores[0], _owners(explained)
    effects = np.zeros(len(words))
    np.add.at(effects, owners[owners >= 0], tokens[owners >= 0])
    return effects


def _owners(explained: Explained) -> NDArray[np.int64]:
    """For each token of all windows the index of its word, -1 for special tokens."""
    spans = [(word.start, word.stop) for word in explained.attribution.words]
    owners = [
        -1 if special else owner
        for window in explained.encoded.windows
        for owner, special in zip(
            find_owners(explained.encoded.text, spans, window.offsets), window.special, strict=True
        )
    ]
    return np.array(owners, dtype=np.int64)
