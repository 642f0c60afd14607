"""Attention that counts: how often its piece, and the pair that ends there, stand in a token's window.

A head in which every token finds its like, and the first token, as one that weighs k of them, gives that one
k / (k + n) of its attention, where n stand in the window: the saturation of the linear model.
"""

from math import ceil, log, sqrt
from typing import Any, cast

import numpy as np
from transformers import ModernBertConfig

from train.linear_start.layout import BEFORE, CODE, CONSTANT, MARK, RARITY, USUAL, Layout, tensor

COUNTING = 2  # the third layer; a student of half the depth keeps it
_HEADS = 2
_STILL = 0.5  # radians that a wave may turn within a window, for tokens to be alike anywhere
_SURE_OF_PIECES, _SURE_OF_PAIRS = 11.0, 16.0  # logits of a token's like; of pairs many share a half
_SHRUNK = 0.97  # what the pairs of the layers before leave of those logits
_STEEP = 12.0  # how far the units that soften pieces are from where they bend


def counts(config: ModernBertConfig) -> bool:
    """Whether an encoder has the layers and the heads for it."""
    layers, heads = int(config.num_hidden_layers), int(config.num_attention_heads)
    return layers > COUNTING and heads >= _HEADS and len(_still_places(config)) >= 4


def matched_coordinates(config: ModernBertConfig) -> int:
    """How many coordinates a head can match wherever two tokens stand."""
    return len(_still_places(config)) if counts(config) else 0


def look_around(attention: Any, layout: Layout, config: ModernBertConfig, saturation: float) -> None:
    """Let two heads write how rare piece and pair are into the vector."""
    width, heads = config.hidden_size, config.num_attention_heads
    size = width // heads
    root = sqrt(width) * USUAL
    parts = attention.Wqkv.weight.view(3, heads, size, width)
    half = layout.matched // 2
    own = layout.turn[layout.code][: layout.matched] / CODE
    before = layout.turn[layout.before][:half] / BEFORE
    constant, mark = layout.turn[layout.constant] / CONSTANT, layout.turn[layout.mark] / MARK
    both = np.concatenate([own[:half], before])
    places, nowhere = _still_places(config)[: layout.matched], size // 2 - 1
    heads_ = (own, _SURE_OF_PIECES, layout.piece_rarity), (both, _SURE_OF_PAIRS, layout.pair_rarity)
    for head, (rows, sure, rarity) in enumerate(heads_):
        gain = sqrt(sure * sqrt(size) * layout.codes / layout.matched)
        parts[:, head].zero_()
        parts[:2, head, places] = tensor(rows * gain / root)
        parts[0, head, nowhere] = tensor(constant * (sure * _SHRUNK + log(saturation)) * sqrt(size) / root)
        parts[1, head, nowhere] = parts[2, head, 0] = tensor(mark / root)
        attention.Wo.weight[:, head * size] = tensor(layout.turn[rarity] * RARITY * sqrt(width))


def soften_pieces(mlp: Any, layout: Layout, saturation: float) -> None:
    """Let the first units take from a piece's scores what it says again."""
    root = sqrt(layout.turn.shape[1]) * USUAL
    units, authors = mlp.Wo.weight.shape[1], layout.authors
    pieces = layout.turn[layout.pieces]
    surplus = layout.turn[layout.constant] / CONSTANT - softening(layout.piece_rarity, layout, saturation)
    mlp.Wi.weight[:authors] = tensor(np.tile(surplus * _STEEP / root, (authors, 1)))
    mlp.Wi.weight[units : units + authors] = tensor(pieces / root)
    mlp.Wo.weight[:, :authors] = -tensor(pieces).T * root / USUAL / _STEEP


def softening(rarity: int, layout: Layout, saturation: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What reads the linear model's share (1 + k) / (k + n) out of a vector."""
    row: np.ndarray[Any, np.dtype[np.float64]] = layout.turn[rarity] * (1 + saturation) / saturation / RARITY
    return row


def _still_places(config: ModernBertConfig) -> list[int]:
    """The places in a head whose rotary waves hardly turn within a window, but for the slowest."""
    size = config.hidden_size // config.num_attention_heads
    rotary = cast(dict[Any, dict[str, Any]], config.rope_parameters)
    theta = float(rotary["full_attention"]["rope_theta"])
    first = ceil(size / 2 * log(config.max_position_embeddings / _STILL) / log(theta))
    slow = range(first, size // 2 - 1)
    return [*slow, *(place + size // 2 for place in slow)]
