"""Whether two models decide for the same reasons: their word scores side by side."""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from explain.datamodels import Attribution, Comparison, WordScore
from explain.words import merge_spans

STRONGEST = 10


def compare(teacher: Attribution, student: Attribution) -> Comparison:
    """Rank correlation of the signed word scores, and the overlap of the ten strongest words.

    Both must explain the same text. Words are those of the text, not its distinct words; where the
    tokenizers differ, words that either model reads as one count as one.
    """
    first, second = align(teacher.words, student.words)
    return Comparison(_spearman(first, second), _top_overlap(first, second))


def align(
    first: Sequence[WordScore], second: Sequence[WordScore]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both models' scores, shape `(words,)`, over the finest words that neither model divides."""
    spans = merge_spans([(word.start, word.stop) for word in (*first, *second)])
    starts = [start for start, _ in spans]
    return _sum_into(starts, first), _sum_into(starts, second)


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


def _strongest(scores: NDArray[np.float64], count: int) -> set[int]:
    return set(np.argsort(-np.abs(scores), kind="stable")[:count].tolist())
