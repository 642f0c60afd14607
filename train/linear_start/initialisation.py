"""An encoder that begins as a linear model of word pieces and pairs, weight by weight.

Learnt from nothing, 32 thousand pieces and some thousand pairs take an encoder hours; written down they take
none, and training is left with what a linear model cannot say. `layout.py` says what a token's vector holds.

Some heads of the first layer copy the code of the token before; two heads of the third count how often piece
and pair stand in the window. A head in which every token finds its like, and the first token, as one that
weighs k of them, gives that one k / (k + n) of its attention, where n stand in the window: the saturation of
the linear model. A unit of the feed-forward layers fires where both codes are those of its pair (a key and
its value, Geva et al. 2021, arXiv 2012.14913). The weightiest stand where the student keeps them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log, sqrt
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import ModernBertConfig, ModernBertModel, PreTrainedTokenizerFast

from train.linear.additive import Codes, Scores
from train.linear.piece_model import PieceModel
from train.linear_start.layout import (
    BEFORE,
    CODE,
    CONSTANT,
    LOUDEST,
    MARK,
    RARITY,
    USUAL,
    Layout,
    make_codes,
    make_layout,
    make_vectors,
    tensor,
)

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


_SHARPNESS = 12.0  # of a unit that waits for two codes; eight leaked through the many pairs that share one


@dataclass(frozen=True, slots=True)
class PairUnits:
    """What units are made of: `pairs` `(pairs, 2)` with their `repeats`, and the pieces' `codes`.

    `presence` is the share of texts that hold a pair; `whole` and `usual` `(pairs, authors)` are what it
    gives a token where it is counted, and without.
    """

    pairs: Codes
    presence: Scores
    repeats: Scores
    codes: NDArray[np.float64]
    layout: Layout
    whole: Scores
    usual: Scores
    saturation: float

    def fill(self, layers: Sequence[Any], counted: bool) -> None:
        """Give each pair a unit: the weightiest in the layers that a student keeps, of these the most
        repeated where they are counted."""
        variance = np.square(self.whole).sum(axis=1) * self.presence * (1 - self.presence)
        left = np.argsort(-variance, kind="stable")
        for numbers in (range(0, len(layers), 2), range(1, len(layers), 2)):
            places = sorted(numbers, key=lambda number: number < COUNTING) if counted else [*numbers]
            rooms = [self._room(layers[number].mlp, counted and number == COUNTING) for number in places]
            group, left = left[: sum(rooms)], left[sum(rooms) :]
            if counted:
                group = group[np.argsort(-self.repeats[group], kind="stable")]
            for number, held in zip(places, np.split(group, np.cumsum(rooms)[:-1]), strict=True):
                self._write(layers[number].mlp, held, counted and number >= COUNTING)

    def _room(self, mlp: Any, softens: bool) -> int:
        units = int(mlp.Wo.weight.shape[1])
        return units - self.layout.authors if softens else units

    def _write(self, mlp: Any, held: Codes, counted: bool) -> None:
        """Write pairs into the layer's last units."""
        layout, root = self.layout, sqrt(self.layout.turn.shape[1])
        units = int(mlp.Wo.weight.shape[1])
        own = slice(units - len(held), units)
        rows = np.zeros((len(held), len(layout.turn)))
        rows[:, layout.code] = self.codes[self.pairs[held, 1]] / CODE
        rows[:, layout.before] = self.codes[self.pairs[held, 0]] / BEFORE
        rows[:, layout.constant] = -1.5 / CONSTANT
        times = (
            softening(layout.pair_rarity, layout, self.saturation)
            if counted
            else layout.turn[layout.constant] / CONSTANT
        )
        shares = (self.whole if counted else self.usual)[held] @ layout.turn[layout.pairs]
        mlp.Wi.weight[own] = tensor(_SHARPNESS / root * rows @ layout.turn)
        mlp.Wi.weight[units + own.start : 2 * units] = tensor(np.tile(times / root / USUAL, (len(held), 1)))
        mlp.Wo.weight[:, own] = tensor(shares.T * root / (_SHARPNESS / 2 * USUAL))


_LOUD = 6.0  # times the typical length of a piece's scores; louder ones are cut to it
_SURE = 9.0  # length of the queries and keys that look one token back
_WAVES = 6  # rotary frequencies that tell the token before from its neighbours


def begin_as_linear(
    encoder: ModernBertModel,
    probe: nn.Linear,
    tokenizer: PreTrainedTokenizerFast,
    linear: PieceModel,
    scale: float,
    seed: int = 0,
) -> None:
    """Write `linear` into an encoder, whose first layer is local, and what reads it into `probe`.

    The probe tells `scale` times a token's scores. An encoder of fewer than three layers or two heads cannot
    count: there a feature counts as often as it does usually.

    Raises:
        ValueError: the width leaves no room beside the authors.
    """
    generator, config = np.random.default_rng(seed), encoder.config
    layout = make_layout(config.hidden_size, len(linear.keys), matched_coordinates(config), generator)
    first, counting = len(linear.pieces()), counts(config)
    names = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    coded = np.zeros(len(names), dtype=bool)
    coded[linear.pieces()] = coded[linear.pairs()] = True
    codes = make_codes(coded, layout, generator)
    usual = linear.weights[:-1] * linear.share(linear.repeats)[:, None] * scale
    whole = linear.weights[:-1] * scale if counting else usual
    scores = np.zeros((len(names), layout.authors))
    scores[linear.pieces()] = whole[:first]
    loudest = _LOUD * float(np.sqrt(np.square(scores).sum(axis=1).mean())) / LOUDEST or 1.0
    vectors = make_vectors(_cut(scores / loudest), codes, names, int(config.cls_token_id or 0), layout, seed)
    root = np.sqrt(config.hidden_size)
    with torch.no_grad():
        encoder.embeddings.tok_embeddings.weight.copy_(tensor(vectors @ layout.turn * root))
        probe.weight.copy_(tensor((layout.turn[layout.pieces] + layout.turn[layout.pairs]) * loudest / root))
        probe.bias.zero_()
        layers: list[Any] = list(cast(Any, encoder).layers)
        _silence(layers)
        _look_back(layers[0].attn, layout, config)
        if counting:
            look_around(layers[COUNTING].attn, layout, config, linear.saturation)
            soften_pieces(layers[COUNTING].mlp, layout, linear.saturation)
        parts = linear.pairs(), linear.presence[first:], linear.repeats[first:], codes, layout
        shares = whole[first:] / loudest, usual[first:] / loudest
        PairUnits(*parts, *shares, linear.saturation).fill(layers, counting)


def _cut(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    cut: NDArray[np.float64] = vectors * np.minimum(1, LOUDEST / np.maximum(norms, 1e-9))
    return cut


def _silence(layers: Sequence[Any]) -> None:
    """Let attention and feed-forward layers add nothing yet."""
    for layer in layers:
        layer.attn.Wo.weight.zero_()
        layer.mlp.Wo.weight.zero_()


def _look_back(attention: Any, layout: Layout, config: ModernBertConfig) -> None:
    """Let as many heads as the codes need copy the code of the token before."""
    width, heads = config.hidden_size, config.num_attention_heads
    size = width // heads
    queries, keys, values = attention.Wqkv.weight.view(3, heads, size, width)
    constant = tensor(layout.turn[layout.constant] * _SURE / (CONSTANT * np.sqrt(width)))
    own, before = tensor(layout.turn[layout.code]), tensor(layout.turn[layout.before])
    waves = min(_WAVES, size // 2)
    rotary = cast(dict[Any, dict[str, Any]], config.rope_parameters)
    turns = rotary["sliding_attention"]["rope_theta"] ** (-torch.arange(waves) * 2 / size)
    for head in range(ceil(layout.codes / size)):
        queries[head].zero_()
        keys[head].zero_()
        queries[head, :waves] = constant
        keys[head, :waves] = constant * torch.cos(turns).unsqueeze(1)
        keys[head, size // 2 : size // 2 + waves] = constant * torch.sin(turns).unsqueeze(1)
        part = slice(head * size, min((head + 1) * size, layout.codes))
        length = part.stop - part.start
        values[head].zero_()
        values[head, :length] = own[part]
        attention.Wo.weight[:, part.start : part.stop] = before[part].T * BEFORE / CODE
