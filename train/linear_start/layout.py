"""Where the parts of a token's vector stand in an encoder that begins as a linear model.

Side by side: what the piece, and what its pairs speak for each author; a constant; a mark of the first token;
how rare piece and pair are in the text; a code of the piece; room for the code of the token before; spelling
and chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction import FeatureHasher
from torch import Tensor

# Shares of a vector's length, whose squares add up to less than one; the rest goes to spelling and chance.
CONSTANT, CODE, LOUDEST = 0.3, 0.5, 0.6
MARK = 0.5  # the first token has no code
BEFORE, RARITY = 0.25, 0.3  # what layers add
USUAL = 1 / np.sqrt(1 + BEFORE**2)  # what layer norm leaves of a vector with the code before
_LEAST_ROOM = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts as places among a vector's `width - 1` coordinates in the basis `turn`.

    `matched` are the first coordinates of a code, even in number, by whose halves tokens find their like:
    all codes have the same length in each half.
    """

    authors: int
    codes: int
    matched: int
    turn: NDArray[np.float64]

    @property
    def pieces(self) -> slice:
        """What the piece itself speaks for each author."""
        return slice(0, self.authors)

    @property
    def pairs(self) -> slice:
        """What the pairs that end here speak for each author."""
        return slice(self.authors, 2 * self.authors)

    @property
    def constant(self) -> int:
        """The coordinate that is the same in every vector."""
        return 2 * self.authors

    @property
    def mark(self) -> int:
        """The coordinate that only the first token has."""
        return 2 * self.authors + 1

    @property
    def piece_rarity(self) -> int:
        """`RARITY` times k / (k + n) for a piece that stands n times; k is the linear model's saturation."""
        return 2 * self.authors + 2

    @property
    def pair_rarity(self) -> int:
        """The same of the pair that ends here."""
        return 2 * self.authors + 3

    @property
    def code(self) -> slice:
        """The token's own code."""
        first = 2 * self.authors + 4
        return slice(first, first + self.codes)

    @property
    def before(self) -> slice:
        """The code of the token before."""
        return slice(self.code.stop, self.code.stop + self.codes)


def make_layout(width: int, authors: int, matched: int, generator: np.random.Generator) -> Layout:
    """A layout for encoders of this width, whose heads can match at most so many coordinates.

    Raises:
        ValueError: the width leaves no room beside the authors.
    """
    room = width - 5 - 2 * authors
    if room < _LEAST_ROOM:
        raise ValueError(f"A width of {width} leaves no room beside {authors} authors' scores.")
    codes = room * 4 // 9
    return Layout(authors, codes, min(matched, codes) // 2 * 2, orthonormal(width, generator))


def make_codes(
    pieces: NDArray[np.bool_], layout: Layout, generator: np.random.Generator
) -> NDArray[np.float64]:
    """A random direction of length 1 for every piece that has a code, nothing for the others."""
    half = layout.matched // 2
    sizes = [half, half, layout.codes - layout.matched]
    parts = [
        unit(generator.standard_normal((len(pieces), size))) * np.sqrt(size / layout.codes) for size in sizes
    ]
    return np.where(pieces[:, None], np.concatenate(parts, axis=1), 0.0)


def make_vectors(
    known: NDArray[np.float64],
    codes: NDArray[np.float64],
    names: Sequence[str],
    first: int,
    layout: Layout,
    seed: int,
) -> NDArray[np.float64]:
    """The pieces' vectors of length 1 in the layout's coordinates; `first` begins a window."""
    vectors = np.zeros((len(names), len(layout.turn)))
    vectors[:, layout.pieces] = known
    vectors[:, layout.constant] = CONSTANT
    vectors[first, layout.mark] = MARK
    vectors[:, layout.code] = codes * CODE
    room = vectors.shape[1] - layout.before.stop
    rest = np.sqrt(1 - np.square(vectors).sum(axis=1, keepdims=True))
    vectors[:, layout.before.stop :] = spelling(names, room, seed) * rest
    return vectors


def tensor(values: NDArray[np.floating]) -> Tensor:
    """The numbers as single-precision weights."""
    return torch.from_numpy(np.ascontiguousarray(values)).float()


_BEGINNINGS, _ENDS = (1, 2, 3), (1, 2, 3, 4)


def spelling(names: Sequence[str], size: int, seed: int = 0) -> NDArray[np.floating]:
    """How the pieces `names` begin and end, and a little chance, in `size` dimensions; rows of length 1."""
    chance = np.random.default_rng(seed).standard_normal((len(names), size - 2 * (size // 3)))
    return unit(
        np.concatenate(
            [
                _hashed([_beginnings(name) for name in names], size // 3, seed),
                _hashed([_ends(name) for name in names], size // 3, seed + 1),
                unit(chance),
            ],
            axis=1,
        )
    )


def unit(vectors: NDArray[np.floating]) -> NDArray[np.floating]:
    unit: NDArray[np.floating] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit


def orthonormal(width: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Orthonormal rows `(width - 1, width)`, each of mean 0."""
    columns = generator.standard_normal((width, width))
    columns[:, 0] = 1
    turn: NDArray[np.float64] = np.linalg.qr(columns)[0][:, 1:].T
    return turn


def _hashed(features: Sequence[Sequence[str]], size: int, seed: int) -> NDArray[np.floating]:
    """The features, strings, of every piece in `size` dimensions, each row of length 1."""
    hashed = FeatureHasher(2**18, input_type="string", alternate_sign=False).transform(features)
    svd = TruncatedSVD(size, random_state=seed, n_iter=3)
    return unit(svd.fit_transform(hashed))


def _beginnings(name: str) -> list[str]:
    """How a piece begins; a piece within a word has ## in front, another begins after a blank."""
    spelled = name.removeprefix("##") if name.startswith("##") else f" {name}"
    return [spelled[: length + 1] for length in _BEGINNINGS]


def _ends(name: str) -> list[str]:
    spelled = name.removeprefix("##") if name.startswith("##") else f"   {name}"
    return [spelled[-length:] for length in _ENDS]
