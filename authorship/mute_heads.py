"""A model without the attention heads that add nothing: written down, many have no task and weigh nothing.

Nothing is lost by leaving them out, and a page of text spends half of its time in attention.
"""

from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.models.modernbert.modeling_modernbert import ModernBertAttention


def without_mute_heads(model: PreTrainedModel) -> PreTrainedModel:
    """A copy without the heads whose output weighs nothing, sharing the other weights.

    A model is returned as it is where there are none, or its attention is no ModernBERT's.
    """
    if not any(_mute(layer).any() for layer in _attentions(model)):
        return model
    lean = copy_sharing_weights(model)
    for module in lean.modules():
        for name, child in list(module.named_children()):
            if isinstance(child, ModernBertAttention) and _mute(child).any():
                setattr(module, name, _without_mute_heads(child))
    return lean


def copy_sharing_weights(model: PreTrainedModel) -> PreTrainedModel:
    """A copy whose modules can be changed without changing the model's; both hold the same weights."""
    shared = [*model.parameters(), *model.buffers(), model.config]
    copied: PreTrainedModel = deepcopy(model, {id(one): one for one in shared})
    return copied


def frozen_linear(weight: Tensor, bias: Tensor | None) -> nn.Linear:
    """A linear layer of these weights, which gather no gradients."""
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, device="meta")
    layer.weight = nn.Parameter(weight.detach(), requires_grad=False)
    if bias is not None:
        layer.bias = nn.Parameter(bias.detach(), requires_grad=False)
    return layer


class _NoAttention(nn.Module):
    """Adds nothing and weighs nothing."""

    def forward(self, hidden_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, None]:
        return torch.zeros_like(hidden_states), None


def _attentions(model: PreTrainedModel) -> list[ModernBertAttention]:
    return [module for module in model.modules() if isinstance(module, ModernBertAttention)]


def _mute(layer: ModernBertAttention) -> Tensor:
    """For each head whether its output weighs nothing."""
    weight = layer.Wo.weight.detach()
    silent: Tensor = weight.view(len(weight), -1, layer.head_dim) == 0
    return silent.all(dim=2).all(dim=0)


def _without_mute_heads(layer: ModernBertAttention) -> nn.Module:
    kept = (~_mute(layer)).nonzero().flatten()
    if not len(kept) and layer.Wo.bias is None:
        return _NoAttention()
    if not len(kept):
        kept = kept.new_zeros(1)  # a bias needs some head to follow
    dims = (kept.unsqueeze(1) * layer.head_dim + torch.arange(layer.head_dim, device=kept.device)).flatten()
    rows = torch.cat([dims + part * layer.Wo.in_features for part in range(3)])
    layer.Wqkv = frozen_linear(
        layer.Wqkv.weight[rows], None if layer.Wqkv.bias is None else layer.Wqkv.bias[rows]
    )
    layer.Wo = frozen_linear(layer.Wo.weight[:, dims].contiguous(), layer.Wo.bias)
    return layer
