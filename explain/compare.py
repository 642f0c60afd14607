"""Whether two models decide for the same reasons: their word scores side by side."""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from explain.agreement import Agreement
from explain.datamodels import Attribution, WordScore
from explain.words import Span, merge_spans

STRONGEST = 10


def compare(teacher: Attribution, student: Attribution) -> Agreement:
    """Rank correlation of the signed word scores, the ten strongest words in common, the mass in agreement.

    Both must explain the same text. Words are those of the text, not its distinct words; where the
    tokenizers differ, words that either model reads as one count as one.
    """
    first, second = align(teacher.words, student.words)
    return Agreement(
        spearman=_spearman(first, second),
        top_overlap=_top_overlap(first, second),
        mass_overlap=_mass_overlap(first, second),
        strongest=min(STRONGEST, len(first)),
    )


def align(
    first: Sequence[WordScore], second: Sequence[WordScore]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both models' scores, shape `(words,)`, over the finest words that neither model divides."""
    starts = [start for start, _ in shared_spans(first, second)]
    return _sum_into(starts, first), _sum_into(starts, second)


def shared_spans(first: Sequence[WordScore], second: Sequence[WordScore]) -> list[Span]:
    """The characters of the finest words that neither model divides, in the order of the text."""
    return merge_spans([(word.start, word.stop) for word in (*first, *second)])


def _sum_into(starts: Sequence[int], words: Sequence[WordScore]) -> NDArray[np.float64]:
    scores = np.zeros(len(starts))
    for word in words:
        scores[bisect_right(starts, word.start) - 1] += word.score
    return scores


def _spearman(first: NDArray[np.float64], second: NDArray[np.float64]) -> float | None:
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(spearmanr(first, second).statistic)


def _top_overlap(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """The share of the strongest words, by absolute score, that both have in common, 0 to 1."""
    count = min(STRONGEST, len(first))
    common = _strongest(first, count) & _strongest(second, count)
    return len(common) / count if count else 0.0


def _mass_overlap(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """See `Agreement`; 0 where a model's scores are all zero."""
    masses = float(np.abs(first).sum()), float(np.abs(second).sum())
    if 0.0 in masses:
        return 0.0
    left, right = first / masses[0], second / masses[1]
    agreeing = left * right > 0
    return float(np.minimum(np.abs(left), np.abs(right))[agreeing].sum())


def _strongest(scores: NDArray[np.float64], count: int) -> set[int]:
    return set(np.argsort(-np.abs(scores), kind="stable")[:count].tolist())
