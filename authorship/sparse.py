"""A model whose units are mostly silent, read by those that are heard: as fast as bf16, and exact."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.models.modernbert.modeling_modernbert import ModernBertAttention, ModernBertMLP

from authorship.banded_attention import BandedAttention
from authorship.engine import Ids, Logits
from authorship.mute_parts import copy_sharing_weights, without_mute_parts
from authorship.silent_units import gated_layers, listen
from authorship.sparse_feed_forward import SILENT, SparseFeedForward

_WORTHWHILE = 0.1  # of the units; the products of a heard one take some ten times as long as dense ones
_TOKENS = 1_024  # read together: a fifth less time a window than one book passage, no more than with more


def is_sparse(model: PreTrainedModel, windows: Iterable[Ids]) -> bool:
    """Whether the model is a ModernBERT on a processor that leaves nearly all units silent in each window."""
    layers = gated_layers(model)
    if model.device.type != "cpu" or not layers or any(layer.Wi.bias is not None for layer in layers):
        return False
    lean = without_mute_parts(model)
    return all(
        share < _WORTHWHILE
        for window in windows
        for share in listen(lean, _share_heard, input_ids=torch.from_numpy(window).unsqueeze(0))
    )


def _share_heard(gates: Tensor) -> float:
    return float((gates > SILENT).float().mean())


def to_sparse(model: PreTrainedModel) -> PreTrainedModel:
    """A copy, sharing weights, that reads by the units and attention heads that are heard.

    It takes windows of one length and ignores the attention mask. Other weights than those it was made from
    change what it reads only in part: train no more.
    """
    lean = copy_sharing_weights(without_mute_parts(model))
    for module in list(lean.modules()):
        for name, child in list(module.named_children()):
            setattr(module, name, _faster(child))
    lean.base_model.register_forward_pre_hook(_without_masks, with_kwargs=True)
    return lean


class SparseEngine:
    """Reads by the copy that `to_sparse` makes of a model."""

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = to_sparse(model)

    def read(self, windows: Iterable[Ids]) -> Iterator[Logits]:
        """See `Engine`; safe in several threads at once."""
        for length, group in groupby(windows, key=len):
            while some := list(islice(group, max(1, _TOKENS // length))):
                with torch.inference_mode():
                    logits = self._model(input_ids=torch.from_numpy(np.stack(some))).logits
                yield from logits.double().numpy()


def _faster(module: nn.Module) -> nn.Module:
    if isinstance(module, ModernBertMLP):
        return SparseFeedForward(module)
    if isinstance(module, ModernBertAttention) and module.sliding_window is not None:
        return BandedAttention(module)
    return module


def _without_masks(_module: nn.Module, inputs: Any, options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Nothing is padded, and banded attention looks no further by itself."""
    return inputs, options | {"attention_mask": {"full_attention": None, "sliding_attention": None}}
