"""A model without what adds nothing: attention heads, their coordinates, feed-forward units.

In one that was written down many heads have no task and weigh nothing, those that have one use few of their
coordinates, and where books were few nearly all units are idle. Nothing is lost by leaving them out.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.models.modernbert.modeling_modernbert import ModernBertAttention, ModernBertMLP

from authorship.engines.sparse.lean_attention import ActiveCoordinates, LeanAttention, frozen_linear


def without_mute_parts(model: PreTrainedModel) -> PreTrainedModel:
    """A copy without the heads, coordinates and units that weigh nothing, sharing the layers that need all.

    A model is returned as it is where there are none, or it is no ModernBERT.
    """
    if not any(_has_mute(module) for module in model.modules()):
        return model
    lean = copy_sharing_weights(model)
    replace_modules(lean, _has_mute, _reduced)
    return lean


def copy_sharing_weights(model: PreTrainedModel) -> PreTrainedModel:
    """A copy whose modules can be changed without changing the model's; both hold the same weights."""
    shared = [*model.parameters(), *model.buffers(), model.config]
    copied: PreTrainedModel = deepcopy(model, {id(one): one for one in shared})
    return copied


def replace_modules(
    parent: nn.Module, chosen: Callable[[nn.Module], bool], made: Callable[[Any], nn.Module]
) -> None:
    """Put what `made` makes of each chosen module into its place; what is in a chosen one is left alone."""
    for name, child in list(parent.named_children()):
        if chosen(child):
            setattr(parent, name, made(child))
        else:
            replace_modules(child, chosen, made)


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
        return not ActiveCoordinates.of(module).is_all(module)
    return isinstance(module, ModernBertMLP) and bool(_mute_units(module).any())


def _reduced(module: nn.Module) -> nn.Module:
    """A module of the copy without what is mute in it."""
    if isinstance(module, ModernBertAttention):
        return LeanAttention(module) if _speaks(module) else _NoAttention()
    assert isinstance(module, ModernBertMLP)
    return _without_mute_units(module)


def _speaks(layer: ModernBertAttention) -> bool:
    """Whether the layer's output weighs anything."""
    return bool(layer.Wo.weight.detach().any()) or layer.Wo.bias is not None


def _mute_units(layer: ModernBertMLP) -> Tensor:
    """For each unit whether its output weighs nothing."""
    inactive: Tensor = layer.Wo.weight.detach() == 0
    return inactive.all(dim=0)


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
