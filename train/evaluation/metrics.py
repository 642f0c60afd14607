"""The figures of the contract, from a table of log-probabilities by excerpt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_recall_fscore_support, roc_auc_score

_RESAMPLES = 1000
_BINS = 15


@dataclass(frozen=True, slots=True)
class AuthorScore:
    """Precision, recall and F1 of one author over so many excerpts."""

    precision: float
    recall: float
    f1: float
    excerpts: int


def macro_f1(truth: NDArray[Any], predicted: NDArray[Any]) -> float:
    """F1 averaged over the authors present in `truth`; labels are ids or keys, shape `(excerpts,)`."""
    return float(f1_score(truth, predicted, labels=np.unique(truth), average="macro", zero_division=0))


def author_scores(
    truth: NDArray[np.int64], predicted: NDArray[np.int64], keys: Sequence[str]
) -> dict[str, AuthorScore]:
    """Each present author's own figures."""
    present = np.unique(truth)
    columns = precision_recall_fscore_support(truth, predicted, labels=present, zero_division=0)
    return {
        keys[label]: AuthorScore(float(precision), float(recall), float(f1), int(excerpts))
        for label, precision, recall, f1, excerpts in zip(present, *columns, strict=True)
    }


def macro_f1_interval(
    truth: NDArray[np.int64], predicted: NDArray[np.int64], works: Sequence[str], seed: int = 0
) -> tuple[float, float]:
    """95 % bootstrap interval of the macro-F1, whole works resampled, each author's among themselves.

    Drawing works within authors keeps every author present, so that each resample averages the same F1s.
    """
    generator = np.random.default_rng(seed)
    _, work_ids = np.unique(np.asarray(works), return_inverse=True)
    confusion = _confusion_by_work(truth, predicted, work_ids)
    groups = _works_by_author(truth, work_ids)
    scores = []
    for _ in range(_RESAMPLES):
        drawn = np.concatenate([generator.choice(group, size=len(group)) for group in groups])
        scores.append(_macro_f1_of(confusion[drawn].sum(axis=0), np.unique(truth)))
    low, high = np.quantile(scores, [0.025, 0.975])
    return float(low), float(high)


def _confusion_by_work(
    truth: NDArray[np.int64], predicted: NDArray[np.int64], work_ids: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Counts of shape `(works, labels, labels)`: true author by predicted author."""
    labels = int(max(truth.max(), predicted.max())) + 1
    confusion = np.zeros((int(work_ids.max()) + 1, labels, labels), dtype=np.int64)
    np.add.at(confusion, (work_ids, truth, predicted), 1)
    return confusion


def _works_by_author(truth: NDArray[np.int64], work_ids: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [np.unique(work_ids[truth == label]) for label in np.unique(truth)]


def _macro_f1_of(confusion: NDArray[np.int64], present: NDArray[np.int64]) -> float:
    hits = np.diag(confusion)
    f1 = 2 * hits / np.maximum(confusion.sum(axis=0) + confusion.sum(axis=1), 1)
    return float(f1[present].mean())


def expected_calibration_error(
    probabilities: NDArray[np.float64], truth: NDArray[np.int64], bins: int = _BINS
) -> float:
    """Mean gap of confidence and accuracy over equally wide bins (Guo et al. 2017, arXiv 1706.04599)."""
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == truth
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[bin_of == index].mean() - correct[bin_of == index].mean()) * (bin_of == index).mean()
        for index in np.unique(bin_of)
    ]
    return float(sum(gaps))


def book_accuracy(logits: NDArray[np.float64], truth: NDArray[np.int64], works: Sequence[str]) -> float:
    """Share of whole works whose excerpts' mean logits name the author."""
    _, first, work_ids = np.unique(np.asarray(works), return_index=True, return_inverse=True)
    sums = np.zeros((len(first), logits.shape[1]))
    np.add.at(sums, work_ids, logits)
    return float((sums.argmax(axis=1) == truth[first]).mean())


def auroc_unknown(known: NDArray[np.float64], unknown: NDArray[np.float64]) -> float:
    """How well a score, higher for the unknown, tells excerpts of unknown authors from known ones."""
    truth = np.concatenate([np.zeros(len(known)), np.ones(len(unknown))])
    return float(roc_auc_score(truth, np.concatenate([known, unknown])))
