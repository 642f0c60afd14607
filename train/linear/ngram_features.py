"""What the linear model counts: character 2- to 5-grams, words, and pairs of words, as numbers."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SYMBOLS = " абвгдежзийклмнопрстуфхцчшщъыьэюя.,!?…—-\"':;()"
_DIGIT, _LATIN, _OTHER = len(SYMBOLS), len(SYMBOLS) + 1, len(SYMBOLS) + 2
_BASE = 64
_TABLE_SIZE = 0x3000
ORDERS = (2, 3, 4, 5)
FIRST_WORD = _BASE ** (max(ORDERS) + 1)
_LETTERS = np.isin(np.arange(_BASE), [*range(1, SYMBOLS.index("я") + 1), _LATIN])
_HASH = 0x9E3779B97F4A7C15

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


def word_codes(codes: Codes) -> tuple[Codes, Codes]:
    """A hash of each word or mark, above every character n-gram, and the character it begins with.

    A word is a run of letters; every other character but the blank is a mark of its own.
    """
    letters = _LETTERS[codes]
    begins = codes != 0
    begins[1:] &= ~(letters[1:] & letters[:-1])
    starts = np.nonzero(begins)[0]
    if not len(starts):
        return starts, starts
    word = np.cumsum(begins) - 1
    place = np.arange(len(codes)) - starts[np.maximum(word, 0)]
    parts = _mixed((codes + _BASE * np.minimum(place, 31)).astype(np.uint64))
    parts[codes == 0] = 0
    return _above_grams(np.add.reduceat(parts, starts)), starts


def pair_codes(words: Codes) -> Codes:
    """A hash of each two neighbouring words; shape `(words - 1,)`, or empty."""
    left, right = words[:-1].astype(np.uint64), words[1:].astype(np.uint64)
    return _above_grams(_mixed(left) + np.uint64(3) * _mixed(right))


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Multiply, fold, multiply: neighbouring numbers end up far apart; overflow is meant."""
    mixed: NDArray[np.uint64] = (values + np.uint64(1)) * np.uint64(_HASH)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(_HASH)
    return mixed


def _above_grams(hashes: NDArray[np.uint64]) -> Codes:
    codes: Codes = (hashes >> np.uint64(12)).astype(np.int64) + FIRST_WORD
    return codes


def families(codes: Codes) -> Iterator[tuple[Codes, Codes]]:
    """Each family of features: their numbers, and the characters they count for, none twice.

    An n-gram counts for the character in its middle, a word or a pair for its first.
    """
    for order in ORDERS:
        grams = gram_codes(codes, order)
        yield grams, np.arange(len(grams)) + order // 2
    words, starts = word_codes(codes)
    yield words, starts
    yield pair_codes(words), starts[:-1]


def all_features(codes: Codes) -> Codes:
    """The features of every family, each as often as it stands."""
    return np.concatenate([features for features, _ in families(codes)])
