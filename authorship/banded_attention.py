"""Attention of a layer that looks a few tokens around, at the cost of what it looks at.

Transformers weighs all pairs of tokens and masks most; here blocks of tokens meet their surroundings alone.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import pad, scaled_dot_product_attention
from transformers.models.modernbert.modeling_modernbert import ModernBertAttention, apply_rotary_pos_emb

_SMALLEST_BLOCK = 32  # tokens


class BandedAttention(nn.Module):
    """Says what a ModernBERT's layer of sliding attention says of texts without padding."""

    def __init__(self, layer: ModernBertAttention) -> None:
        super().__init__()
        self._layer = layer
        self._reach = layer.sliding_window - 1
        self._block = max(_SMALLEST_BLOCK, 2 * self._reach)

    def forward(
        self, hidden_states: Tensor, position_embeddings: tuple[Tensor, Tensor], **_: Any
    ) -> tuple[Tensor, None]:
        """Shape `(batch, tokens, hidden)`; there are no weights to return."""
        layer, (batch, tokens, _hidden) = self._layer, hidden_states.shape
        parts = layer.Wqkv(hidden_states).view(batch, tokens, 3, -1, layer.head_dim).transpose(1, 3)
        queries, keys, values = parts.unbind(dim=2)  # each (batch, heads, tokens, head_dim)
        queries, keys = apply_rotary_pos_emb(queries, keys, *position_embeddings, unsqueeze_dim=1)
        blocks = -(-tokens // self._block)
        missing = blocks * self._block - tokens
        attended = scaled_dot_product_attention(
            pad(queries, (0, 0, 0, missing)).reshape(-1, blocks, self._block, layer.head_dim),
            self._surroundings(keys, missing),
            self._surroundings(values, missing),
            attn_mask=self._near(blocks, tokens),
            scale=layer.head_dim**-0.5,
        )
        found = attended.reshape(batch, -1, blocks * self._block, layer.head_dim)[:, :, :tokens]
        return layer.Wo(found.transpose(1, 2).reshape(batch, tokens, -1)), None

    def _surroundings(self, rows: Tensor, missing: int) -> Tensor:
        """Each block's tokens and those in reach, shape `(batch * heads, blocks, surroundings, head_dim)`."""
        reach = self._reach
        padded = pad(rows, (0, 0, reach, reach + missing)).flatten(0, 1)
        return padded.unfold(1, self._block + 2 * reach, self._block).transpose(-1, -2)

    def _near(self, blocks: int, tokens: int) -> Tensor:
        """Which tokens see which, shape `(blocks, block, surroundings)`."""
        inside = torch.arange(self._block)
        around = torch.arange(-self._reach, self._block + self._reach)
        place = self._block * torch.arange(blocks).unsqueeze(1) + around
        exists = (place >= 0) & (place < tokens)
        near = (around - inside.unsqueeze(1)).abs() <= self._reach
        seen: Tensor = near & exists.unsqueeze(1)
        return seen
