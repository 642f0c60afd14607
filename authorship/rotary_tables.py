"""A ModernBERT's rotary tables, computed once instead of for each text."""

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.models.modernbert.modeling_modernbert import ModernBertRotaryEmbedding

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
