"""A model whose units are mostly inactive, computed from the others: faster than bf16, and nearly exact.

Of a layer that looks a few tokens around, Transformers weighs all pairs of tokens and masks most; here blocks
of tokens meet their surroundings alone.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, groupby, islice, repeat
from math import inf
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import pad
from transformers import PreTrainedModel
from transformers.models.modernbert.modeling_modernbert import ModernBertAttention, ModernBertMLP

from authorship.engines.engine import Ids, Logits, give_back_memory
from authorship.engines.sparse.feed_forward import (
    INACTIVE,
    Scratch,
    SparseFeedForward,
    gated_layers,
    note_gates,
)
from authorship.engines.sparse.lean_attention import LeanAttention, remember_rotary_tables
from authorship.engines.sparse.pruning import copy_sharing_weights, replace_modules, without_mute_parts
from authorship.engines.sparse.threads import begin_threads, side_by_side

_WORTHWHILE = 0.1  # of the units; the products of an active one take some ten times as long as dense ones
_TOKENS = 2_048  # read together: a tenth less time a window than with half as many
_FIRST = 8  # batches of half as many, so that a chapter too is shared out evenly
_TIDIED = 256  # batches, a book of a million characters; several threads leave holes in the heap


def is_sparse(model: PreTrainedModel, windows: Iterable[Ids]) -> bool:
    """Whether the model is a ModernBERT on a processor with nearly all units inactive in each window."""
    layers = gated_layers(model)
    if model.device.type != "cpu" or not layers or any(layer.Wi.bias is not None for layer in layers):
        return False
    lean = without_mute_parts(model)
    return all(
        share < _WORTHWHILE
        for window in windows
        for share in note_gates(lean, _share_active, input_ids=torch.from_numpy(window).unsqueeze(0))
    )


def _share_active(gates: Tensor) -> float:
    return float((gates > INACTIVE).float().mean())


def to_sparse(model: PreTrainedModel) -> PreTrainedModel:
    """A copy, sharing weights, that computes the active units and attention heads only.

    It takes windows of one length and ignores the attention mask. Other weights than those it was made from
    change what it reads only in part: train no more.
    """
    lean = with_banded_attention(copy_sharing_weights(without_mute_parts(model)))
    scratch = Scratch()
    replace_modules(
        lean,
        lambda module: isinstance(module, ModernBertMLP),
        lambda layer: SparseFeedForward(layer, scratch),
    )
    remember_rotary_tables(lean)
    lean.base_model.register_forward_pre_hook(_without_masks, with_kwargs=True)
    return lean


class SparseEngine:
    """Reads by the copy that `to_sparse` makes of a model."""

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = to_sparse(model)
        begin_threads()

    def read(self, windows: Iterable[Ids]) -> Iterator[Logits]:
        """See `Engine`; safe in several threads at once."""
        for number, logits in enumerate(side_by_side(self._read_batch, _batches(windows)), start=1):
            yield from logits.copy()  # what a thread has made holds on to much of its memory
            if number % _TIDIED == 0:
                give_back_memory()

    def _read_batch(self, ids: Ids) -> Logits:
        """Logits of shape `(windows, labels)` for ids of shape `(windows, tokens)`."""
        with torch.inference_mode():
            logits: Logits = self._model(input_ids=torch.from_numpy(ids)).logits.double().numpy()
        return logits


def _batches(windows: Iterable[Ids]) -> Iterator[Ids]:
    """Neighbours of one length stacked, shape `(windows, tokens)`; the first are few, to busy all threads."""
    for length, group in groupby(windows, key=len):
        sizes = chain(repeat(_TOKENS // 2, _FIRST), repeat(_TOKENS))
        while some := list(islice(group, max(1, next(sizes) // length))):
            yield np.stack(some)


def _without_masks(_module: nn.Module, inputs: Any, options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Nothing is padded, and banded attention looks no further by itself."""
    return inputs, options | {"attention_mask": {"full_attention": None, "sliding_attention": None}}


_SMALLEST_BLOCK = 32  # tokens


def with_banded_attention(model: PreTrainedModel, farthest: float = inf) -> PreTrainedModel:
    """A copy, sharing weights, for texts without padding.

    Its layers of sliding attention that look `farthest` tokens around, or less, are banded; the model itself
    is returned where there are none.
    """
    if not any(_slides(module, farthest) for module in model.modules()):
        return model
    banded = copy_sharing_weights(model)
    replace_modules(banded, lambda module: _slides(module, farthest), _banded)
    return banded


def _slides(module: nn.Module, farthest: float) -> bool:
    if isinstance(module, BandedAttention):
        return True
    if not isinstance(module, ModernBertAttention | LeanAttention):
        return False
    return module.sliding_window is not None and module.sliding_window - 1 <= farthest


def _banded(layer: Any) -> nn.Module:
    return layer if isinstance(layer, BandedAttention) else BandedAttention(layer)


class BandedAttention(nn.Module):
    """Says what a ModernBERT's layer of sliding attention says of texts without padding."""

    def __init__(self, layer: ModernBertAttention | LeanAttention) -> None:
        super().__init__()
        self._layer = layer if isinstance(layer, LeanAttention) else LeanAttention(layer)
        self._reach = layer.sliding_window - 1
        self._block = max(_SMALLEST_BLOCK, 2 * self._reach)

    def forward(
        self, hidden_states: Tensor, position_embeddings: tuple[Tensor, Tensor], **_: Any
    ) -> tuple[Tensor, None]:
        """Shape `(batch, tokens, hidden)`; there are no weights to return."""
        queries, keys, values = self._layer.project(hidden_states, position_embeddings)
        batch, heads, tokens, _size = queries.shape
        blocks = -(-tokens // self._block)
        missing = blocks * self._block - tokens
        blocked = pad(queries, (0, 0, 0, missing)).reshape(batch * heads, blocks, self._block, -1)
        scores = blocked @ self._surroundings(keys, missing).transpose(-1, -2)
        # not minus infinity: a missing token sees nothing, and its NaN would spread to gradients
        unseen = _far(tokens, self._block, self._reach).to(scores.device)
        weights = scores.masked_fill_(unseen, torch.finfo(scores.dtype).min).softmax(dim=-1)
        found = (weights @ self._surroundings(values, missing)).view(batch, heads, blocks * self._block, -1)
        return self._layer.collect(found[:, :, :tokens]), None

    def _surroundings(self, rows: Tensor, missing: int) -> Tensor:
        """Each block's tokens and those in reach, shape `(batch * heads, blocks, surroundings, size)`."""
        reach = self._reach
        padded = pad(rows, (0, 0, reach, reach + missing)).flatten(0, 1)
        return padded.unfold(1, self._block + 2 * reach, self._block).transpose(-1, -2)


@lru_cache(maxsize=256)
def _far(tokens: int, block: int, reach: int) -> Tensor:
    """Which tokens do not see which, shape `(blocks, block, surroundings)`."""
    with torch.inference_mode(mode=False):  # else of no use for gradients
        inside, around = torch.arange(block), torch.arange(-reach, block + reach)
        place = torch.arange(0, tokens, block).unsqueeze(1) + around
        exists = (place >= 0) & (place < tokens)
        near = (around - inside.unsqueeze(1)).abs() <= reach
        return ~(near & exists.unsqueeze(1))
