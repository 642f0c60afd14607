"""Attention of a ModernBERT by the coordinates that weigh something, its rotary tables computed once.

A head that was written down for one task uses few of its coordinates: some rotary frequencies of its queries
and keys, and of its values perhaps one. Nothing is lost by leaving out the others.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import pad, scaled_dot_product_attention
from transformers import PreTrainedModel
from transformers.models.modernbert.modeling_modernbert import (
    ModernBertAttention,
    ModernBertRotaryEmbedding,
    apply_rotary_pos_emb,
)

_FEWEST = 1024  # positions

Tables = tuple[Tensor, Tensor]


def remember_rotary_tables(model: PreTrainedModel) -> None:
    """Let a copy that reads texts from their first position, on one device, compute its tables once.

    Models whose frequencies depend on a text's length stay as they are.
    """
    rotary = getattr(model.base_model, "rotary_emb", None)
    if isinstance(rotary, ModernBertRotaryEmbedding) and set(rotary.rope_type.values()) == {"default"}:
        model.base_model.rotary_emb = RotaryTables(rotary)


class RotaryTables(nn.Module):
    """Says what the rotary embedding says of positions that count from nought."""

    def __init__(self, rotary: ModernBertRotaryEmbedding) -> None:
        super().__init__()
        self._rotary = rotary
        self._longest: dict[str, Tables] = {}

    def forward(self, states: Tensor, position_ids: Tensor, layer_type: str) -> Tables:
        """Cosines and sines, each `(1, tokens, size of a head)`; safe in several threads at once."""
        tokens = position_ids.shape[-1]
        tables = self._longest.get(layer_type)
        if tables is None or tables[0].shape[1] < tokens:
            positions = torch.arange(max(tokens, _FEWEST), device=states.device).unsqueeze(0)
            tables = self._longest[layer_type] = self._rotary(states, positions, layer_type)
        cosines, sines = tables
        return cosines[:, :tokens], sines[:, :tokens]


_NARROW = 4  # values


@dataclass(frozen=True, slots=True)
class ActiveCoordinates:
    """What of an attention layer weighs something, in ascending order; of each kind one at least.

    `heads`, and what any of them needs: `pairs`, the numbers of rotary frequencies, and `values`, the
    coordinates of a head's values.
    """

    heads: Tensor
    pairs: Tensor
    values: Tensor

    @classmethod
    def of(cls, layer: ModernBertAttention) -> "ActiveCoordinates":
        """Read from the weights alone, so it holds for every text."""
        size, rows = layer.head_dim, layer.Wqkv.weight.detach().ne(0).any(dim=1)
        if layer.Wqkv.bias is not None:
            rows = rows | layer.Wqkv.bias.detach().ne(0)
        queries, keys, values = rows.view(3, -1, size)
        values = values & layer.Wo.weight.detach().ne(0).any(dim=0).view(-1, size)
        heads = _kept(values.any(dim=1))
        queries, keys = (part[heads].unflatten(1, (2, -1)).any(dim=1) for part in (queries, keys))
        return cls(heads, _kept((queries & keys).any(dim=0)), _kept(values[heads].any(dim=0)))

    def is_all(self, layer: ModernBertAttention) -> bool:
        """Whether it is the whole layer."""
        size = layer.head_dim
        whole = layer.Wo.in_features // size, size // 2, size
        return (len(self.heads), len(self.pairs), len(self.values)) == whole

    def rotated(self, size: int) -> Tensor:
        """The coordinates of the pairs in a head of `size`, in the order that rotation takes them."""
        return torch.cat([self.pairs, self.pairs + size // 2])

    def rows(self, size: int, heads: int) -> tuple[Tensor, Tensor]:
        """Which rows of queries, keys and values are kept, and which columns of what reads the heads.

        `size` is that of a head in the whole layer, which has `heads`.
        """
        first = size * self.heads.unsqueeze(1)
        rotated, values = (first + self.rotated(size)).flatten(), (first + self.values).flatten()
        return torch.cat([rotated, size * heads + rotated, 2 * size * heads + values]), values


class LeanAttention(nn.Module):
    """Says what a ModernBERT's attention says, without gradients of its weights.

    Single precision may round otherwise; `attention_mask` is what scaled-dot-product attention takes.
    """

    rotated: Tensor

    def __init__(self, layer: ModernBertAttention) -> None:
        super().__init__()
        active, size = ActiveCoordinates.of(layer), layer.head_dim
        rows, columns = active.rows(size, layer.Wo.in_features // size)
        self.Wqkv, self.Wo = layer.Wqkv, layer.Wo
        if not active.is_all(layer):
            bias = layer.Wqkv.bias
            self.Wqkv = frozen_linear(layer.Wqkv.weight[rows], None if bias is None else bias[rows])
            self.Wo = frozen_linear(layer.Wo.weight[:, columns].contiguous(), layer.Wo.bias)
        self.sliding_window, self._scale = layer.sliding_window, size**-0.5
        rotary = len(active.heads) * 2 * len(active.pairs)
        self._heads, self._sizes = len(active.heads), (rotary, rotary, len(columns))
        self.register_buffer("rotated", active.rotated(size), persistent=False)

    def forward(
        self,
        hidden_states: Tensor,
        position_embeddings: tuple[Tensor, Tensor],
        attention_mask: Tensor | None = None,
        **_: Any,
    ) -> tuple[Tensor, None]:
        """Shape `(batch, tokens, hidden)`; there are no weights to return."""
        queries, keys, values = self.project(hidden_states, position_embeddings)
        width = values.shape[-1]
        if attention_mask is None and width <= _NARROW:
            return self.collect(_attended_narrowly(queries, keys, values)), None
        size = max(queries.shape[-1], width)  # the fast kernels take one size only
        queries, keys, values = (pad(part, (0, size - part.shape[-1])) for part in (queries, keys, values))
        attended = scaled_dot_product_attention(queries, keys, values, attn_mask=attention_mask, scale=1.0)
        return self.collect(attended[..., :width]), None

    def project(
        self, hidden_states: Tensor, position_embeddings: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, scaled, keys and values, each `(batch, heads, tokens, its coordinates)`."""
        queries, keys, values = (
            part.unflatten(2, (self._heads, -1)).transpose(1, 2)
            for part in self.Wqkv(hidden_states).split(self._sizes, dim=2)
        )
        cosines, sines = (table[..., self.rotated] for table in position_embeddings)
        queries, keys = apply_rotary_pos_emb(queries, keys, cosines, sines)
        return queries * self._scale, keys, values

    def collect(self, attended: Tensor) -> Tensor:
        """What the heads' findings, `(batch, heads, tokens, values)`, add to the hidden states."""
        added: Tensor = self.Wo(attended.transpose(1, 2).flatten(2))
        return added


def _attended_narrowly(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """Scaled-dot-product attention to values so narrow that all weights at once take less time than tiles."""
    weights = (queries @ keys.transpose(-1, -2)).softmax(dim=-1)
    # a tenth of the time that the product takes the other way round
    found: Tensor = values.transpose(-1, -2) @ weights.transpose(-1, -2)
    return found.transpose(-1, -2)


def frozen_linear(weight: Tensor, bias: Tensor | None) -> nn.Linear:
    """A linear layer of these weights, which gather no gradients."""
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, device="meta")
    layer.weight = nn.Parameter(weight.detach(), requires_grad=False)
    if bias is not None:
        layer.bias = nn.Parameter(bias.detach(), requires_grad=False)
    return layer


def _kept(chosen: Tensor) -> Tensor:
    """The places of what is chosen, the first where nothing is."""
    places = chosen.nonzero().flatten()
    return places if len(places) else places.new_zeros(1)
