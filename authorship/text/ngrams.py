"""A text as numbers of its n-grams, for the judge: a small alphabet, and hashes where there are too many."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEATURES = 1 << 20
PAIRS = 1 << 23
WORDS = 1 << 18

_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_MARKS = " .,—-«!:"
_DIGIT, _LATIN, _OTHER_LETTER, _OTHER = range(len(_LETTERS) + len(_MARKS), len(_LETTERS) + len(_MARKS) + 4)
_BLANK = len(_LETTERS)
SYMBOLS = _OTHER + 1
FOUR_GRAMS = SYMBOLS**4
_ALIKE = (("ё", "е"), ("–―−", "—"), ("\u2010\u2011", "-"), ('»„“”"', "«"), ("…", "."), ("?", "!"), (";", ":"))
_SHORTEST, _LONGEST = 3, 5
_EIGHT = 8  # words in a row that hardly any prose says twice

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SALT = 0x1F123BB5159A55E5
_WORD_KIND, _PAIR_KIND = 11, 12


def _symbol_table() -> NDArray[np.uint8]:
    """The symbol of each character up to U+2FFF; those above are "other"."""
    table = np.full(0x3000, _OTHER, np.uint8)
    for code in range(len(table)):
        letter = chr(code).lower()
        if letter in _LETTERS + _MARKS:
            table[code] = (_LETTERS + _MARKS).index(letter)
        elif letter.isspace():
            table[code] = _BLANK
        elif letter.isdigit():
            table[code] = _DIGIT
        elif letter.isalpha():
            table[code] = _LATIN if code < 0x250 else _OTHER_LETTER
    for same, mark in _ALIKE:
        for character in same + same.upper():
            table[ord(character)] = table[ord(mark)]
    return table


_SYMBOL_OF = _symbol_table()


def to_symbols(text: str) -> NDArray[np.uint8]:
    """The text in an alphabet of `SYMBOLS` symbols, case and many marks folded, no two blanks in a row."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    symbols = _SYMBOL_OF[np.minimum(codes, len(_SYMBOL_OF) - 1)]
    blank = symbols == _BLANK
    single: NDArray[np.uint8] = symbols[~blank | ~np.concatenate([[False], blank[:-1]])]
    return single


def share_of_signs(symbols: NDArray[np.uint8], latin: bool = False) -> float:
    """The share of digits and signs that prose hardly has, Latin letters too for `latin`."""
    signs = (symbols == _DIGIT) | (symbols == _OTHER)
    if latin:
        signs |= symbols == _LATIN
    return float(signs.mean()) if len(symbols) else 0.0


def four_grams(symbols: NDArray[np.uint8]) -> NDArray[np.int32]:
    """The number of each four neighbouring symbols, below `FOUR_GRAMS`, shape `(symbols - 3,)`."""
    wide = symbols.astype(np.int32)
    return ((wide[:-3] * SYMBOLS + wide[1:-2]) * SYMBOLS + wide[2:-1]) * SYMBOLS + wide[3:]


def hashed_ngrams(symbols: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """The n-grams that a text holds, each once, ascending, below `FEATURES`.

    They are three to five symbols, words, and pairs of neighbouring words.
    """
    codes = symbols.astype(np.uint64) + np.uint64(1)
    words = _words(symbols)
    found = [_hashed(words, _WORD_KIND, FEATURES), _hashed(_joined(words), _PAIR_KIND, FEATURES)]
    rolled = codes
    for size in range(2, _LONGEST + 1):
        rolled = rolled[:-1] * _FACTOR + codes[size - 1 :]
        if size >= _SHORTEST:
            found.append(_hashed(rolled, size, FEATURES))
    ngrams = np.sort(np.concatenate(found))  # numpy's own unique is ten times slower
    different: NDArray[np.uint32] = ngrams[np.concatenate([[True], ngrams[1:] != ngrams[:-1]])]
    return different


@dataclass(frozen=True, slots=True)
class Words:
    """A text's words in reading order, hashed.

    single: each word, below `WORDS`, shape `(words,)`.
    pairs: each two neighbours, below `PAIRS`, shape `(words - 1,)`.
    eights: a number for each eight neighbours, shape `(words - 7,)`.
    """

    single: NDArray[np.uint32]
    pairs: NDArray[np.uint32]
    eights: NDArray[np.uint64]


def hashed_words(symbols: NDArray[np.uint8]) -> Words:
    """The words of a text, see `Words`."""
    words = _words(symbols)
    eights = words
    for place in range(1, _EIGHT):
        eights = eights[:-1] * _FACTOR + words[place:]
    return Words(_hashed(words, _WORD_KIND, WORDS), _hashed(_joined(words), _PAIR_KIND, PAIRS), eights)


def _joined(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return words[:-1] * _FACTOR + words[1:]


def _words(symbols: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """A number for each run of Russian letters, in reading order."""
    letter = np.concatenate([[False], symbols < _BLANK, [False]])
    starts = np.flatnonzero(letter[1:] & ~letter[:-1])
    if not len(starts):
        return np.zeros(0, np.uint64)
    lengths = np.flatnonzero(~letter[1:] & letter[:-1]) - starts
    first = np.cumsum(lengths) - lengths
    place = np.arange(lengths.sum()) - np.repeat(first, lengths)
    codes = symbols[symbols < _BLANK].astype(np.uint64) + np.uint64(1)
    numbers: NDArray[np.uint64] = np.add.reduceat(codes * _POWERS[np.minimum(place, len(_POWERS) - 1)], first)
    return numbers


_POWERS = np.cumprod(np.concatenate([np.ones(1, np.uint64), np.full(40, _FACTOR)]))


def _hashed(numbers: NDArray[np.uint64], kind: int, size: int) -> NDArray[np.uint32]:
    """Numbers below `size`, a power of two, other ones for each kind."""
    mixed = (numbers ^ np.uint64(kind * _SALT % 2**64)) * _FACTOR
    mixed ^= mixed >> np.uint64(29)
    return ((mixed * _FACTOR) >> np.uint64(65 - size.bit_length())).astype(np.uint32)
