"""Word pieces as vectors that are near where the pieces begin or end alike."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction import FeatureHasher

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
