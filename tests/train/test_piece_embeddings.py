"""Embeddings that begin with what is known: read back exactly, and untouched by layer norm."""

import numpy as np
import pytest
import torch

from train.piece_embeddings import mean_scores, piece_embeddings
from train.stream import TokenisedWork

NAMES = ["[PAD]", "река", "##ка", "##ами", "—", "пристань", "рек", ",", "##ть"] * 6


def known(authors: int = 5) -> np.ndarray:
    """Invented mean scores of every piece."""
    return np.random.default_rng(3).normal(size=(len(NAMES), authors)).astype(np.float32)


def test_probe_reads_the_scores_back_through_layer_norm() -> None:
    scores = known()
    begun = piece_embeddings(NAMES, scores, width=48)
    vectors = torch.from_numpy(begun.vectors)
    normed = torch.nn.functional.layer_norm(vectors, (48,))
    np.testing.assert_allclose((normed @ torch.from_numpy(begun.probe).T).numpy(), scores, atol=1e-3)


def test_vectors_have_mean_zero_and_one_length() -> None:
    vectors = piece_embeddings(NAMES, known(), width=48).vectors
    np.testing.assert_allclose(vectors.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(vectors.std(axis=1), 1, atol=1e-4)


def test_pieces_that_end_alike_are_nearer_than_others() -> None:
    vectors = piece_embeddings(NAMES, np.zeros((len(NAMES), 2), np.float32), width=48).vectors
    by_name = dict(zip(NAMES, vectors, strict=True))
    assert by_name["река"] @ by_name["##ка"] > by_name["река"] @ by_name["—"]


def test_a_width_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="no room"):
        piece_embeddings(NAMES, known(authors=34), width=32)


class OneForEveryLetter:
    """Scores that count characters, with the n-gram model's face."""

    keys = ("Alpha",)
    length = 50.0

    def character_scores(self, codes: np.ndarray) -> np.ndarray:
        """One for every character."""
        return np.ones((len(codes), 1), dtype=np.float32)


def test_means_are_each_pieces_own() -> None:
    ids = np.tile([1, 2], 2000)
    starts = (np.cumsum(np.where(ids == 1, 3, 5)) - np.where(ids == 1, 3, 5)).astype(np.int32)
    codes = np.zeros(starts[-1] + 5, dtype=np.uint8)
    work = TokenisedWork("Alpha", "one", ids, starts, np.zeros(len(ids), bool), codes)
    means = mean_scores([work], OneForEveryLetter(), pieces=4, share=1.0)  # type: ignore[arg-type]
    np.testing.assert_allclose(means[:, 0], [0, 3, 5, 0], rtol=2e-3)
