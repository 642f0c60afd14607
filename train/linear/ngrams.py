"""A linear model over character n-grams and words: tf-idf in two blocks, and scores."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from train.linear.additive import AdditiveModel, Codes, Scores
from train.linear.ngram_features import FIRST_WORD, all_features, families
from train.training.tokens import TokenisedWork, characters

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


@dataclass(frozen=True, slots=True)
class NgramModel(AdditiveModel):
    """Units are characters; a feature that stands `c` times weighs `1 + ln(c)` times as much as one."""

    def unit_scores(self, codes: Codes) -> Scores:
        """Every character's share of every author's score, shape `(characters, authors)`."""
        scores = np.zeros((len(codes), len(self.keys)), dtype=np.float32)
        for features, places in families(codes):
            unique, inverse, counts = np.unique(features, return_inverse=True, return_counts=True)
            share = ((1 + np.log(counts)) / counts).astype(np.float32)
            weights = self.weights[self.rows(unique)] * share[:, None]
            scores[places] += weights[inverse]
        return scores

    def token_scores(self, work: TokenisedWork, crop: slice) -> Scores:
        """Each token's share, shape `(tokens, authors)`.

        A token owns the characters from its start to the next token's. How often a feature stands is counted
        with as much around the crop as makes a text of the fitted ones' length.
        """
        starts = work.starts[crop]
        begin, end = int(starts[0]), int(starts[0]) + characters(work, crop)
        around = max(int(self.length) - (end - begin), 0) // 2
        first = max(begin - around, 0)
        codes = work.codes[first : end + around].astype(np.int64)
        scores = self.unit_scores(codes)[begin - first : end - first]
        summed: Scores = np.add.reduceat(scores, starts - starts[0], axis=0)
        return summed

    def units(self, work: TokenisedWork, crop: slice) -> int:
        """How many characters a crop covers."""
        return characters(work, crop)
