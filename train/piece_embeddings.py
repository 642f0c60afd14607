"""Embeddings that begin with what is known of every word piece: its mean n-gram scores and its spelling.

A piece's mean explains four fifths of its tokens' scores, and learning it row by row takes longer than all
else; given at the start, the encoder learns what context adds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction import FeatureHasher

from train.crops import token_scores
from train.ngrams import NgramModel
from train.stream import TokenisedWork

Floats = NDArray[np.float32]
_PASSAGE = 400  # tokens, about an excerpt's
_DOUBT = 2.0  # a piece's mean is drawn to zero as if so many tokens of it had no score
_LOUDEST = 9.0  # times the typical norm of a piece's scores; the few louder ones, names, are cut to it
_BEGINNINGS, _ENDS = (1, 2, 3), (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class PieceEmbeddings:
    """`vectors` `(pieces, width)`, each of mean 0 and deviation 1, and `probe` `(authors, width)`.

    The product of both is each piece's mean scores.
    """

    vectors: Floats
    probe: Floats


def mean_scores(
    works: Sequence[TokenisedWork], ngrams: NgramModel, pieces: int, share: float = 0.5, seed: int = 0
) -> Floats:
    """Each piece's mean token scores over a share of all prose, shape `(pieces, authors)`."""
    generator = np.random.default_rng(seed)
    sums = np.zeros((pieces, len(ngrams.keys)))
    counts = np.zeros(pieces)
    for work in works:
        for start in range(0, len(work.ids) - _PASSAGE, _PASSAGE):
            if generator.random() < share:
                passage = slice(start, start + _PASSAGE)
                ids = np.asarray(work.ids[passage])
                np.add.at(sums, ids, token_scores(ngrams, work, passage))
                counts += np.bincount(ids, minlength=pieces)
    return (sums / (counts + _DOUBT)[:, None]).astype(np.float32)


def piece_embeddings(names: Sequence[str], scores: Floats, width: int, seed: int = 0) -> PieceEmbeddings:
    """Embeddings of the pieces `names` from their mean `scores`, spelling, and a little chance.

    Layer norm takes nothing from them: every vector has mean 0 and the same length.

    Raises:
        ValueError: the width leaves no room beside the authors.
    """
    generator = np.random.default_rng(seed)
    room = width - 1 - scores.shape[1]
    if room < 4:
        raise ValueError(f"A width of {width} leaves no room beside {scores.shape[1]} authors' scores.")
    loudest = _LOUDEST * float(np.sqrt(np.square(scores).sum(axis=1).mean())) or 1.0
    known = _cut(scores / loudest, 0.95)
    rest = np.concatenate(
        [
            _spelling([_beginnings(name) for name in names], room // 3, seed),
            _spelling([_ends(name) for name in names], room // 3, seed + 1),
            _unit(generator.standard_normal((len(names), room - 2 * (room // 3)))),
        ],
        axis=1,
    )
    quiet = np.sqrt(1 - np.square(known).sum(axis=1, keepdims=True))
    content = np.concatenate([known, _unit(rest) * quiet], axis=1)
    turn = _orthonormal(width, generator)
    probe = np.zeros((scores.shape[1], content.shape[1]))
    np.fill_diagonal(probe, loudest)
    scale = np.sqrt(width)
    return PieceEmbeddings(
        (content @ turn * scale).astype(np.float32), (probe @ turn / scale).astype(np.float32)
    )


def _cut(vectors: NDArray[np.floating], longest: float) -> NDArray[np.floating]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    cut: NDArray[np.floating] = vectors * np.minimum(1, longest / np.maximum(norms, 1e-9))
    return cut


def _unit(vectors: NDArray[np.floating]) -> NDArray[np.floating]:
    unit: NDArray[np.floating] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit


def _orthonormal(width: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Orthonormal rows `(width - 1, width)`, each of mean 0."""
    columns = generator.standard_normal((width, width))
    columns[:, 0] = 1
    turn: NDArray[np.float64] = np.linalg.qr(columns)[0][:, 1:].T
    return turn


def _spelling(features: Sequence[Sequence[str]], size: int, seed: int) -> NDArray[np.floating]:
    """The features, strings, of every piece in `size` dimensions, each row of length 1."""
    hashed = FeatureHasher(2**18, input_type="string", alternate_sign=False).transform(features)
    svd = TruncatedSVD(size, random_state=seed, n_iter=3)
    return _unit(svd.fit_transform(hashed))


def _beginnings(name: str) -> list[str]:
    """How a piece begins; a piece within a word has ## in front, another begins after a blank."""
    spelled = name.removeprefix("##") if name.startswith("##") else f" {name}"
    return [spelled[: length + 1] for length in _BEGINNINGS]


def _ends(name: str) -> list[str]:
    spelled = name.removeprefix("##") if name.startswith("##") else f"   {name}"
    return [spelled[-length:] for length in _ENDS]
