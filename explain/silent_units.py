"""A model without the feed-forward units that a text leaves silent.

Each unit of the shipped pair waits for one pair of pieces: of 8,192 a page has some hundreds, and GELU makes
next to nothing of those that wait in vain, there and back. Left out, they spare most of the feed-forward
layers' products (contextual sparsity, Liu et al. 2023, arXiv 2310.17157).
"""

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.models.modernbert.modeling_modernbert import ModernBertMLP

from authorship.mute_heads import copy_sharing_weights, frozen_linear

_SILENT = -3.0  # of what GELU, which makes -0.004 of it, is given
_WORTHWHILE = 0.6  # of the units; where a text needs more of them, leaving out the rest gains little


def without_silent_units(model: PreTrainedModel, vectors: Tensor) -> PreTrainedModel:
    """A copy that holds only the units heard somewhere in the texts, and shares all other weights.

    `vectors` are input embeddings, `(batch, tokens, hidden)`, all tokens real. A model is returned as it is
    where its feed-forward layers are no ModernBERT's, or nearly all their units are heard.
    """
    if not any(layer.config.hidden_activation == "gelu" for layer in _feed_forward(model)):
        return model
    lean = copy_sharing_weights(model)
    layers = _feed_forward(lean)
    heard = _listen(lean, layers, vectors)
    if torch.cat(heard).float().mean() > _WORTHWHILE:
        return model
    for layer, units in zip(layers, heard, strict=True):
        _keep(layer, units)
    return lean


def _feed_forward(model: PreTrainedModel) -> list[ModernBertMLP]:
    return [module for module in model.modules() if isinstance(module, ModernBertMLP)]


def _listen(model: PreTrainedModel, layers: list[ModernBertMLP], vectors: Tensor) -> list[Tensor]:
    """Which units of each layer are heard, one truth value each."""
    heard: list[Tensor] = []

    def note(_module: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
        gates = output.chunk(2, dim=-1)[0]
        heard.append(gates.flatten(0, -2).amax(dim=0) > _SILENT)

    hooks = [layer.Wi.register_forward_hook(note) for layer in layers]
    with torch.no_grad():
        model(inputs_embeds=vectors, attention_mask=torch.ones_like(vectors[..., 0], dtype=torch.long))
    for hook in hooks:
        hook.remove()
    return heard


def _keep(layer: ModernBertMLP, units: Tensor) -> None:
    """Reduce a layer of the copy to some of its units."""
    both = torch.cat([units, units])
    layer.Wi = frozen_linear(layer.Wi.weight[both], None if layer.Wi.bias is None else layer.Wi.bias[both])
    layer.Wo = frozen_linear(layer.Wo.weight[:, units].contiguous(), layer.Wo.bias)
