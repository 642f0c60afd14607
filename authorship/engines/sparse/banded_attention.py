"""Attention of a layer that looks a few tokens around, at the cost of what it looks at.

Transformers weighs all pairs of tokens and masks most; here blocks of tokens meet their surroundings alone.
"""

from functools import lru_cache
from math import inf
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import pad
from transformers import PreTrainedModel
from transformers.models.modernbert.modeling_modernbert import ModernBertAttention

from authorship.engines.sparse.lean_attention import LeanAttention
from authorship.engines.sparse.pruning import copy_sharing_weights, replace_modules

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
