"""Feed-forward units that a text leaves silent: GELU makes next to nothing of what they are given.

Each unit of the shipped pair waits for one pair of pieces, so a token wakes some dozens of thousands
(contextual sparsity, Liu et al. 2023, arXiv 2310.17157).
"""

from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.models.modernbert.modeling_modernbert import ModernBertMLP

from authorship.mute_parts import copy_sharing_weights

Heard = TypeVar("Heard")


def gated_layers(model: PreTrainedModel) -> list[ModernBertMLP]:
    """A ModernBERT's feed-forward layers; nothing where their units are not GELU's."""
    layers = [module for module in model.modules() if isinstance(module, ModernBertMLP)]
    return [layer for layer in layers if layer.config.hidden_activation == "gelu"]


def listen(model: PreTrainedModel, note: Callable[[Tensor], Heard], **inputs: Tensor) -> list[Heard]:
    """What `note` makes of each layer's gates, `(batch, tokens, units)`, as the model reads `inputs`."""
    heard: list[Heard] = []

    def hook(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
        heard.append(note(output.chunk(2, dim=-1)[0]))

    hooked = copy_sharing_weights(model)  # others may be using the model
    for layer in gated_layers(hooked):
        layer.Wi.register_forward_hook(hook)
    with torch.no_grad():
        hooked(**inputs)
    return heard
