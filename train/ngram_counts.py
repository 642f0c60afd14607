"""Texts to a sparse matrix of normalised tf-idf, characters' and words' features in two blocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from train.ngram_features import FIRST_WORD, Codes, all_features

WORDS_WEIGHT = 0.7
LEAST_TEXTS = 5


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features in ascending order, words after n-grams, and the weight of each for a single stand."""

    features: Codes
    idf: NDArray[np.float32]

    @property
    def words(self) -> int:
        """The column of the first word."""
        return int(np.searchsorted(self.features, FIRST_WORD))


def choose_features(
    texts: Iterable[Codes], size: int, least_texts: int = LEAST_TEXTS
) -> tuple[Codes, NDArray[np.int64]]:
    """Of the n-grams and of the words, each the `size` that stand in the most texts, and in how many."""
    counted = 0
    features, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    waiting: list[Codes] = []
    for codes in texts:
        waiting.append(np.unique(all_features(codes)))
        counted += len(waiting[-1])
        if counted > 20_000_000:
            features, counts = _add_up(features, counts, waiting)
            waiting, counted = [], 0
    features, counts = _add_up(features, counts, waiting)
    kept = counts >= least_texts
    features, counts = features[kept], counts[kept]
    chosen = np.sort(np.concatenate([_commonest(counts, part, size) for part in _blocks(features)]))
    return features[chosen], counts[chosen]


def _add_up(
    features: Codes, counts: NDArray[np.int64], waiting: list[Codes]
) -> tuple[Codes, NDArray[np.int64]]:
    unique, count = np.unique(np.concatenate([np.zeros(0, np.int64), *waiting]), return_counts=True)
    together, inverse = np.unique(np.concatenate([features, unique]), return_inverse=True)
    return together, np.bincount(inverse, np.concatenate([counts, count]), len(together)).astype(np.int64)


def _blocks(features: Codes) -> tuple[Codes, Codes]:
    """The columns of the n-grams and those of the words."""
    return np.nonzero(features < FIRST_WORD)[0], np.nonzero(features >= FIRST_WORD)[0]


def _commonest(counts: NDArray[np.int64], columns: Codes, size: int) -> Codes:
    return columns[np.argsort(-counts[columns], kind="stable")[:size]]


def make_vocabulary(texts: Sequence[Codes], size: int) -> Vocabulary:
    """The commonest features of `texts` with their smoothed inverse document frequencies."""
    features, counts = choose_features(texts, size)
    return Vocabulary(features, (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32))


def count_matrix(texts: Sequence[Codes], features: Codes) -> sp.csr_matrix:
    """One plus the log of how often each feature stands in each text, shape `(texts, features)`."""
    pointers, columns, counts = [0], [], []
    for codes in texts:
        unique, count = np.unique(all_features(codes), return_counts=True)
        found = np.minimum(np.searchsorted(features, unique), len(features) - 1)
        known = features[found] == unique
        columns.append(found[known].astype(np.int32))
        counts.append((1 + np.log(count[known])).astype(np.float32))
        pointers.append(pointers[-1] + int(known.sum()))
    shape = (len(texts), len(features))
    return sp.csr_matrix((np.concatenate(counts), np.concatenate(columns), pointers), shape=shape)


def normalised(texts: Sequence[Codes], vocabulary: Vocabulary) -> tuple[sp.csr_matrix, NDArray[np.float32]]:
    """tf-idf with both blocks of each text at a fixed length, and what one stand weighs in a usual text.

    Shapes `(texts, features)` and `(features,)`: the second is the idf over the block's median length.
    """
    matrix = count_matrix(texts, vocabulary.features) @ sp.diags(vocabulary.idf)
    parts, scales = [], []
    for columns, weight in ((slice(0, vocabulary.words), 1.0), (slice(vocabulary.words, None), WORDS_WEIGHT)):
        block = matrix[:, columns]
        lengths = np.sqrt(np.asarray(block.multiply(block).sum(axis=1)).ravel())
        parts.append(sp.diags((weight / np.maximum(lengths, 1e-9)).astype(np.float32)) @ block)
        scales.append(vocabulary.idf[columns] * weight / max(float(np.median(lengths)), 1e-9))
    return sp.hstack(parts).tocsr(), np.concatenate(scales).astype(np.float32)
