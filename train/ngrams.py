"""A linear model over character n-grams whose score is a sum over the text's characters.

Such a model is hard to beat on long literary excerpts, and being additive it can teach a network token by
token: every token of a text has its own share of every author's score, not only the text as a whole.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

SYMBOLS = " абвгдежзийклмнопрстуфхцчшщъыьэюя.,!?…—-\"':;()"
_DIGIT, _LATIN, _OTHER = len(SYMBOLS), len(SYMBOLS) + 1, len(SYMBOLS) + 2
_BASE = 64
_TABLE_SIZE = 0x3000
ORDERS = (2, 3, 4)

Codes = NDArray[np.int64]


def _symbol_table() -> NDArray[np.int64]:
    table = np.full(_TABLE_SIZE, _OTHER, dtype=np.int64)
    for code, symbol in enumerate(SYMBOLS):
        table[[ord(symbol), ord(symbol.upper())]] = code
    for symbol in "abcdefghijklmnopqrstuvwxyz":
        table[[ord(symbol), ord(symbol.upper())]] = _LATIN
    table[[ord("ё"), ord("Ё")]] = SYMBOLS.index("е")
    for symbol in "0123456789":
        table[ord(symbol)] = _DIGIT
    table[[ord(symbol) for symbol in "\n\t\r\xa0"]] = 0
    table[[ord(symbol) for symbol in "«»„“”"]] = SYMBOLS.index('"')
    table[[ord(symbol) for symbol in "–―"]] = SYMBOLS.index("—")
    return table


_TABLE = _symbol_table()


def symbol_codes(text: str) -> Codes:
    """One small number a character, case and ё folded; shape `(characters,)`."""
    points = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    codes: Codes = _TABLE[np.minimum(points, _TABLE_SIZE - 1)]
    return codes


def gram_codes(codes: Codes, order: int) -> Codes:
    """The n-grams of one order as numbers that differ between orders; shape `(characters - order + 1,)`."""
    length = max(len(codes) - order + 1, 0)
    packed = np.zeros(length, dtype=np.int64)
    for place in range(order):
        packed = packed * _BASE + codes[place : place + length]
    packed += sum(_BASE**lower for lower in range(2, order))
    return packed


def _all_grams(codes: Codes) -> Codes:
    return np.concatenate([gram_codes(codes, order) for order in ORDERS])


@dataclass(frozen=True, slots=True)
class NgramModel:
    """`weights[g, a]` is what n-gram `grams[g]` adds to author `a`'s score where a text holds it once.

    Where it stands `c` times, it adds `1 + ln(c)` times as much, which its places share.
    The last row is zero, for n-grams outside the vocabulary; `intercepts` has the shape `(authors,)`;
    `length` is the median of the fitted texts' characters.
    """

    keys: tuple[str, ...]
    grams: Codes
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    length: float

    def rows(self, codes: Codes) -> Codes:
        """The row of each n-gram, or the last, zero row where it is not in the vocabulary."""
        found = np.minimum(np.searchsorted(self.grams, codes), len(self.grams) - 1)
        return np.where(self.grams[found] == codes, found, len(self.grams))

    def character_scores(self, codes: Codes) -> NDArray[np.float32]:
        """Every character's share of every author's score, shape `(characters, authors)`.

        An n-gram counts for the character in its middle.
        """
        scores = np.zeros((len(codes), len(self.keys)), dtype=np.float32)
        for order in ORDERS:
            unique, places, counts = np.unique(
                gram_codes(codes, order), return_inverse=True, return_counts=True
            )
            share = ((1 + np.log(counts)) / counts).astype(np.float32)
            weights = self.weights[self.rows(unique)] * share[:, None]
            scores[order // 2 : order // 2 + len(places)] += weights[places]
        return scores

    def verdict(self, scores: NDArray[np.float32], characters: int) -> NDArray[np.float32]:
        """Each author's margin, shape `(authors,)`, from the scores of a text's characters or tokens.

        A text of another length than the fitted ones counts as if it went on like this.
        """
        margins: NDArray[np.float32] = scores.sum(axis=0) * (self.length / characters) + self.intercepts
        return margins

    def predict(self, codes: Codes) -> str:
        """The key of the author with the highest margin."""
        return self.keys[int(self.verdict(self.character_scores(codes), len(codes)).argmax())]

    def save(self, file: Path) -> None:
        """Write one compressed NumPy archive."""
        np.savez_compressed(
            file,
            keys=self.keys,
            grams=self.grams,
            weights=self.weights.astype(np.float16),
            intercepts=self.intercepts,
            length=self.length,
        )

    @classmethod
    def load(cls, file: Path) -> "NgramModel":
        """Read what `save` wrote; nothing is unpickled."""
        with np.load(file, allow_pickle=False) as archive:
            keys = tuple(str(key) for key in archive["keys"])
            weights = archive["weights"].astype(np.float32)
            return cls(keys, archive["grams"], weights, archive["intercepts"], float(archive["length"]))


def choose_grams(texts: Iterable[Codes], size: int, least_texts: int = 5) -> tuple[Codes, NDArray[np.int64]]:
    """The `size` n-grams that stand in the most texts, in ascending order, and in how many they stand."""
    counts = np.zeros(sum(_BASE**order for order in ORDERS), dtype=np.int32)
    for codes in texts:
        counts[np.unique(_all_grams(codes))] += 1
    frequent = np.nonzero(counts >= least_texts)[0]
    chosen = np.sort(frequent[np.argsort(-counts[frequent], kind="stable")[:size]])
    return chosen, counts[chosen].astype(np.int64)


def count_matrix(texts: Sequence[Codes], grams: Codes) -> sp.csr_matrix:
    """One plus the log of how often each n-gram stands in each text, shape `(texts, grams)`."""
    pointers, columns, counts = [0], [], []
    for codes in texts:
        unique, count = np.unique(_all_grams(codes), return_counts=True)
        found = np.minimum(np.searchsorted(grams, unique), len(grams) - 1)
        known = grams[found] == unique
        columns.append(found[known].astype(np.int32))
        counts.append(1 + np.log(count[known]))
        pointers.append(pointers[-1] + int(known.sum()))
    shape = (len(texts), len(grams))
    return sp.csr_matrix((np.concatenate(counts), np.concatenate(columns), pointers), shape=shape)


def fit_ngrams(texts: Sequence[Codes], writers: Sequence[str], size: int = 150_000) -> NgramModel:
    """Linear support vectors, one against all, on normalised tf-idf of log counts; classes balanced."""
    keys = tuple(sorted(set(writers)))
    grams, frequency = choose_grams(texts, size)
    idf = np.log((1 + len(texts)) / (1 + frequency)) + 1
    features = count_matrix(texts, grams) @ sp.diags(idf)
    lengths = np.sqrt(np.asarray(features.multiply(features).sum(axis=1)).ravel())
    features = (sp.diags(1 / np.maximum(lengths, 1e-9)) @ features).tocsr()
    labels = np.array(writers)

    def fit(key: str) -> LinearSVC:
        return LinearSVC(class_weight="balanced", tol=1e-2, max_iter=200).fit(features, labels == key)

    with ThreadPoolExecutor(2) as pool:
        machines = list(pool.map(fit, keys))
    scale = (idf / np.median(lengths))[:, None]
    weights = np.stack([machine.coef_[0] for machine in machines], axis=1) * scale
    weights = np.concatenate([weights, np.zeros((1, len(keys)))]).astype(np.float32)
    intercepts = np.array([machine.intercept_[0] for machine in machines], dtype=np.float32)
    length = float(np.median([len(codes) for codes in texts]))
    return NgramModel(keys, grams, weights, intercepts, length)
