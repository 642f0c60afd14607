"""A model without the attention heads and feed-forward units that add nothing.

In one that was written down many heads have no task and weigh nothing, and where books were few nearly all
units. Nothing is lost by leaving them out.
"""

from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.models.modernbert.modeling_modernbert import ModernBertAttention, ModernBertMLP


def without_mute_parts(model: PreTrainedModel) -> PreTrainedModel:
    """A copy without the heads and units whose output weighs nothing, sharing the other weights.

    A model is returned as it is where there are none, or it is no ModernBERT.
    """
    if not any(_has_mute(module) for module in model.modules()):
        return model
    lean = copy_sharing_weights(model)
    for module in list(lean.modules()):
        for name, child in list(module.named_children()):
            if _has_mute(child):
                setattr(module, name, _reduced(child))
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


class _NoFeedForward(nn.Module):
    """Adds nothing either."""

    def forward(self, hidden_states: Tensor) -> Tensor:
        return torch.zeros_like(hidden_states)


def _has_mute(module: nn.Module) -> bool:
    if isinstance(module, ModernBertAttention):
        return bool(_mute_heads(module).any())
    return isinstance(module, ModernBertMLP) and bool(_mute_units(module).any())


def _reduced(module: nn.Module) -> nn.Module:
    """A module of the copy without what is mute in it."""
    if isinstance(module, ModernBertAttention):
        return _without_mute_heads(module)
    return _without_mute_units(module) if isinstance(module, ModernBertMLP) else module


def _mute_heads(layer: ModernBertAttention) -> Tensor:
    """For each head whether its output weighs nothing."""
    weight = layer.Wo.weight.detach()
    silent: Tensor = weight.view(len(weight), -1, layer.head_dim) == 0
    return silent.all(dim=2).all(dim=0)


def _mute_units(layer: ModernBertMLP) -> Tensor:
    """For each unit whether its output weighs nothing."""
    silent: Tensor = layer.Wo.weight.detach() == 0
    return silent.all(dim=0)


def _without_mute_units(layer: ModernBertMLP) -> nn.Module:
    kept = ~_mute_units(layer)
    if not kept.any() and layer.Wo.bias is None:
        return _NoFeedForward()
    if not kept.any():
        kept[0] = True  # a bias needs some unit to follow
    keep_units(layer, kept)
    return layer


def keep_units(layer: ModernBertMLP, units: Tensor) -> None:
    """Reduce a copy's layer to some of its units, `units` a truth value for each."""
    both = torch.cat([units, units])
    layer.Wi = frozen_linear(layer.Wi.weight[both], None if layer.Wi.bias is None else layer.Wi.bias[both])
    layer.Wo = frozen_linear(layer.Wo.weight[:, units].contiguous(), layer.Wo.bias)


def _without_mute_heads(layer: ModernBertAttention) -> nn.Module:
    kept = (~_mute_heads(layer)).nonzero().flatten()
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
