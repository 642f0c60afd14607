"""Runs of four characters across a text's word pieces: which of the commonest it holds, and how they weigh.

They are read from the pieces, so that a text's line breaks, blanks, old spelling and look-alikes of letters
are folded already, and what is left out of the pieces (names) is left out here too.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from authorship.models.cohort import weighed

GRAM = 4
_SYMBOLS = " абвгдежзийклмнопрстуфхцчшщъыьэюя.,!?…—-\"':;()"
_DIGIT, _LATIN, _OTHER = len(_SYMBOLS), len(_SYMBOLS) + 1, len(_SYMBOLS) + 2
_BASE = 64
GRAMS = _BASE**GRAM
"""Every gram's number is below this."""
_INNER = "##"

Codes = NDArray[np.int64]
Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spelling:
    """How each word piece is spelled: the symbols of all, one after another, and where each one's begin.

    A piece that begins a word has a blank before it. `symbols` `uint8` `(symbols,)`, `bounds` `int64`
    `(pieces + 1,)`.
    """

    symbols: NDArray[np.uint8]
    bounds: Codes

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerFast) -> "Spelling":
        """The spelling of a tokenizer's pieces."""
        spelled = [
            _symbols(str(piece)) for piece in tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
        ]
        return cls(np.concatenate(spelled), np.cumsum([0, *map(len, spelled)]))

    def read(self, ids: Codes) -> tuple[Codes, Codes]:
        """The grams of a text's pieces, `(grams,)`, and the piece of each symbol, `(grams + 3,)`."""
        sizes = self.bounds[ids + 1] - self.bounds[ids]
        piece = np.repeat(np.arange(len(ids)), sizes)
        within = np.arange(len(piece)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        symbols = self.symbols[np.repeat(self.bounds[ids], sizes) + within].astype(np.int64)
        count = max(len(symbols) - GRAM + 1, 0)
        grams = np.zeros(count, np.int64)
        for place in range(GRAM):
            grams = grams * _BASE + symbols[place : place + count]
        return grams, piece


def _symbols(piece: str) -> NDArray[np.uint8]:
    inner = piece.startswith(_INNER) and len(piece) > len(_INNER)
    text = piece[len(_INNER) :] if inner else piece
    spelled = f" {text}" if text[:1].isalnum() and not inner else text
    return np.array([_symbol(letter) for letter in spelled.lower().replace("ё", "е")], np.uint8)


def _symbol(letter: str) -> int:
    if letter in _SYMBOLS:
        return _SYMBOLS.index(letter)
    return _DIGIT if letter.isdigit() else _LATIN if letter.isascii() and letter.isalpha() else _OTHER


@dataclass(frozen=True, slots=True)
class Grams:
    """The grams that are compared: `numbers`, rising, `int64`, and what each weighs in a text, `float32`."""

    numbers: Codes
    rarity: Vector
    spelling: Spelling = field(repr=False)

    def held(self, ids: Codes) -> tuple[Codes, Vector]:
        """The grams that a passage's pieces hold, as places in `numbers`, and their weights, at length 1."""
        return weighed(self.spelling.read(ids)[0], self.numbers, self.rarity)
