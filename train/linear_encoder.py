"""An encoder that begins as a linear model of word pieces and pairs, weight by weight.

Learnt from nothing, 32 thousand pieces and some thousand pairs take an encoder hours; written down they take
none, and training is left with what a linear model cannot say. A token's vector holds, side by side: what
the piece speaks for each author; a constant; a code where the piece belongs to a pair; room for the code of
the token before; spelling and chance. Some heads of the first layer copy the code of the token before, and
a unit of the feed-forward layers fires where both codes are those of its pair (a key and its value, Geva et
al. 2021, arXiv 2012.14913). The weightiest pairs stand in the layers that a half-depth student keeps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import ModernBertConfig, ModernBertModel

from train.additive import Scores
from train.piece_model import PieceModel
from train.spelling import orthonormal, spelling, unit

# Shares of a vector's length, whose squares add up to less than one; the rest goes to spelling and chance.
_CONSTANT, _CODE, _LOUDEST = 0.3, 0.5, 0.6
_BEFORE = 0.25
_LOUD = 6.0  # times the typical length of a piece's scores; louder ones are cut to it
_SHARPNESS = 8.0  # of a unit that waits for two codes
_SURE = 9.0  # length of the queries and keys that look one token back
_WAVES = 6  # rotary frequencies that tell the token before from its neighbours
_LEAST_ROOM = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a vector stand, as slices of its `width - 1` coordinates in the basis `turn`."""

    authors: int
    codes: int
    turn: NDArray[np.float64]

    @property
    def constant(self) -> int:
        """The coordinate that is the same in every vector."""
        return self.authors

    @property
    def code(self) -> slice:
        """The token's own code."""
        return slice(self.authors + 1, self.authors + 1 + self.codes)

    @property
    def before(self) -> slice:
        """The code of the token before."""
        return slice(self.code.stop, self.code.stop + self.codes)


def begin_as_linear(
    encoder: ModernBertModel,
    probe: nn.Linear,
    names: Sequence[str],
    linear: PieceModel,
    scale: float,
    seed: int = 0,
) -> None:
    """Write `linear` into an encoder, whose first layer is local, and what reads it into `probe`.

    `names` are the tokenizer's pieces in order; the probe tells `scale` times a token's scores.

    Raises:
        ValueError: the width leaves no room beside the authors.
    """
    generator, config = np.random.default_rng(seed), encoder.config
    layout = _layout(config, len(linear.keys), generator)
    pairs = linear.pairs()
    codes = _codes(pairs, len(names), layout.codes, generator)
    scores = np.zeros((len(names), layout.authors))
    scores[linear.pieces()] = linear.mean_shares()[: len(linear.pieces())] * scale
    loudest = _LOUD * float(np.sqrt(np.square(scores).sum(axis=1).mean())) / _LOUDEST or 1.0
    known = _cut(scores / loudest)
    root = np.sqrt(config.hidden_size)
    with torch.no_grad():
        vectors = _vectors(known, codes, names, layout, seed)
        encoder.embeddings.tok_embeddings.weight.copy_(_tensor(vectors @ layout.turn * root))
        probe.weight.copy_(_tensor(layout.turn[: layout.authors] * loudest / root))
        probe.bias.zero_()
        _silence(encoder)
        _look_back(encoder.layers[0].attn, layout, config)
        shares = linear.mean_shares()[len(linear.pieces()) :] * scale / loudest
        _hold_pairs([*encoder.layers[::2], *encoder.layers[1::2]], pairs, shares, codes, layout, root)


def _layout(config: ModernBertConfig, authors: int, generator: np.random.Generator) -> Layout:
    room = config.hidden_size - 2 - authors
    if room < _LEAST_ROOM:
        raise ValueError(f"A width of {config.hidden_size} leaves no room beside {authors} authors' scores.")
    return Layout(authors, room * 4 // 9, orthonormal(config.hidden_size, generator))


def _codes(
    pairs: NDArray[np.int64], pieces: int, size: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """A random direction for every piece that belongs to a pair, nothing for the others."""
    codes = np.zeros((pieces, size))
    paired = np.unique(pairs)
    codes[paired] = unit(generator.standard_normal((len(paired), size)))
    return codes


def _cut(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    cut: NDArray[np.float64] = vectors * np.minimum(1, _LOUDEST / np.maximum(norms, 1e-9))
    return cut


def _vectors(
    known: NDArray[np.float64], codes: NDArray[np.float64], names: Sequence[str], layout: Layout, seed: int
) -> NDArray[np.float64]:
    """The pieces' vectors of length 1 in the layout's coordinates."""
    vectors = np.zeros((len(names), len(layout.turn)))
    vectors[:, : layout.authors] = known
    vectors[:, layout.constant] = _CONSTANT
    vectors[:, layout.code] = codes * _CODE
    room = vectors.shape[1] - layout.before.stop
    rest = np.sqrt(1 - np.square(vectors).sum(axis=1, keepdims=True))
    vectors[:, layout.before.stop :] = spelling(names, room, seed) * rest
    return vectors


def _silence(encoder: ModernBertModel) -> None:
    """Let attention and feed-forward layers add nothing yet."""
    for layer in cast(Any, encoder).layers:
        layer.attn.Wo.weight.zero_()
        layer.mlp.Wo.weight.zero_()


def _look_back(attention: Any, layout: Layout, config: ModernBertConfig) -> None:
    """Let as many heads as the codes need copy the code of the token before."""
    width, heads = config.hidden_size, config.num_attention_heads
    size = width // heads
    queries, keys, values = attention.Wqkv.weight.view(3, heads, size, width)
    constant = _tensor(layout.turn[layout.constant] * _SURE / (_CONSTANT * np.sqrt(width)))
    own, before = _tensor(layout.turn[layout.code]), _tensor(layout.turn[layout.before])
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
        attention.Wo.weight[:, part.start : part.stop] = before[part].T * _BEFORE / _CODE


def _hold_pairs(
    layers: Sequence[Any],
    pairs: NDArray[np.int64],
    shares: Scores,
    codes: NDArray[np.float64],
    layout: Layout,
    root: float,
) -> None:
    """Give each pair, the weightiest first, a unit of the layers, which adds its shares to the token's."""
    order = np.argsort(-np.square(shares).sum(axis=1), kind="stable")
    usual = 1 / np.sqrt(1 + _BEFORE**2)  # what layer norm leaves of a vector with the code before
    height = _SHARPNESS / 2 * usual
    for number, layer in enumerate(layers):
        units = layer.mlp.Wo.weight.shape[1]
        held = order[number * units : (number + 1) * units]
        first, second = codes[pairs[held, 0]], codes[pairs[held, 1]]
        rows = np.zeros((len(held), len(layout.turn)))
        rows[:, layout.code] = second / _CODE
        rows[:, layout.before] = first / _BEFORE
        rows[:, layout.constant] = -1.5 / _CONSTANT
        layer.mlp.Wi.weight[: len(held)] = _tensor(_SHARPNESS / root * rows @ layout.turn)
        layer.mlp.Wi.weight[units : units + len(held)] = _tensor(
            np.tile(layout.turn[layout.constant] / (_CONSTANT * root * usual), (len(held), 1))
        )
        layer.mlp.Wo.weight[:, : len(held)] = _tensor(
            (shares[held] @ layout.turn[: layout.authors]).T * root / height
        )


def _tensor(values: NDArray[np.floating]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values)).float()
