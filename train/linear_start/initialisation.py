"""An encoder that begins as a linear model of word pieces and pairs, weight by weight.

Learnt from nothing, 32 thousand pieces and some thousand pairs take an encoder hours; written down they take
none, and training is left with what a linear model cannot say. `layout.py` says what a token's vector holds.
Some heads of the first layer copy the code of the token before; two heads of the third count how often piece
and pair stand in the window (`counting_attention.py`); and a unit of the feed-forward layers
(`pair_units.py`) fires where both codes are those of its pair (a key and its value, Geva et al. 2021,
arXiv 2012.14913). The weightiest pairs stand in the layers that a half-depth student keeps.
"""

from collections.abc import Sequence
from math import ceil
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import ModernBertConfig, ModernBertModel, PreTrainedTokenizerFast

from train.linear.piece_model import PieceModel
from train.linear_start.counting_attention import (
    COUNTING,
    counts,
    look_around,
    matched_coordinates,
    soften_pieces,
)
from train.linear_start.layout import (
    BEFORE,
    CODE,
    CONSTANT,
    LOUDEST,
    Layout,
    make_codes,
    make_layout,
    make_vectors,
    tensor,
)
from train.linear_start.pair_units import PairUnits

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
