"""A model without the feed-forward units that a text leaves silent.

Of the 4,096 to 8,192 units of the shipped pair a page has some hundreds. Without the rest, most of the
feed-forward layers' products are spared, there and back.
"""

import torch
from torch import Tensor
from transformers import PreTrainedModel

from authorship.engines.sparse.feed_forward import gated_layers, listen
from authorship.engines.sparse.pruning import copy_sharing_weights, keep_units

_SILENT = -3.0  # of what GELU, which makes -0.004 of it, is given
_WORTHWHILE = 0.6  # of the units; where a text needs more of them, leaving out the rest gains little


def without_silent_units(model: PreTrainedModel, vectors: Tensor) -> PreTrainedModel:
    """A copy that holds only the units heard somewhere in the texts, and shares all other weights.

    `vectors` are input embeddings, `(batch, tokens, hidden)`, all tokens real. A model is returned as it is
    where its feed-forward layers are no ModernBERT's, or nearly all their units are heard.
    """
    if not gated_layers(model):
        return model
    present = torch.ones_like(vectors[..., 0], dtype=torch.long)
    heard = listen(model, _heard_anywhere, inputs_embeds=vectors, attention_mask=present)
    if torch.cat(heard).float().mean() > _WORTHWHILE:
        return model
    lean = copy_sharing_weights(model)
    for layer, units in zip(gated_layers(lean), heard, strict=True):
        keep_units(layer, units)
    return lean


def _heard_anywhere(gates: Tensor) -> Tensor:
    """One truth value a unit."""
    return gates.flatten(0, -2).amax(dim=0) > _SILENT
