"""A model whose units are mostly inactive, computed from the others: faster than bf16, and nearly exact."""

from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice, repeat
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.models.modernbert.modeling_modernbert import ModernBertMLP

from authorship.engines.engine import Ids, Logits, give_back_memory
from authorship.engines.sparse.banded_attention import with_banded_attention
from authorship.engines.sparse.feed_forward import (
    INACTIVE,
    Scratch,
    SparseFeedForward,
    gated_layers,
    note_gates,
)
from authorship.engines.sparse.lean_attention import remember_rotary_tables
from authorship.engines.sparse.pruning import copy_sharing_weights, replace_modules, without_mute_parts
from authorship.engines.sparse.threads import begin_threads, side_by_side

_WORTHWHILE = 0.1  # of the units; the products of an active one take some ten times as long as dense ones
_TOKENS = 2_048  # read together: a tenth less time a window than with half as many
_FIRST = 8  # batches of half as many, so that a chapter too is shared out evenly
_TIDIED = 256  # batches, a book of a million characters; several threads leave holes in the heap


def is_sparse(model: PreTrainedModel, windows: Iterable[Ids]) -> bool:
    """Whether the model is a ModernBERT on a processor with nearly all units inactive in each window."""
    layers = gated_layers(model)
    if model.device.type != "cpu" or not layers or any(layer.Wi.bias is not None for layer in layers):
        return False
    lean = without_mute_parts(model)
    return all(
        share < _WORTHWHILE
        for window in windows
        for share in note_gates(lean, _share_active, input_ids=torch.from_numpy(window).unsqueeze(0))
    )


def _share_active(gates: Tensor) -> float:
    return float((gates > INACTIVE).float().mean())


def to_sparse(model: PreTrainedModel) -> PreTrainedModel:
    """A copy, sharing weights, that computes the active units and attention heads only.

    It takes windows of one length and ignores the attention mask. Other weights than those it was made from
    change what it reads only in part: train no more.
    """
    lean = with_banded_attention(copy_sharing_weights(without_mute_parts(model)))
    scratch = Scratch()
    replace_modules(
        lean,
        lambda module: isinstance(module, ModernBertMLP),
        lambda layer: SparseFeedForward(layer, scratch),
    )
    remember_rotary_tables(lean)
    lean.base_model.register_forward_pre_hook(_without_masks, with_kwargs=True)
    return lean


class SparseEngine:
    """Reads by the copy that `to_sparse` makes of a model."""

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = to_sparse(model)
        begin_threads()

    def read(self, windows: Iterable[Ids]) -> Iterator[Logits]:
        """See `Engine`; safe in several threads at once."""
        for number, logits in enumerate(side_by_side(self._read_batch, _batches(windows)), start=1):
            yield from logits.copy()  # what a thread has made holds on to much of its memory
            if number % _TIDIED == 0:
                give_back_memory()

    def _read_batch(self, ids: Ids) -> Logits:
        """Logits of shape `(windows, labels)` for ids of shape `(windows, tokens)`."""
        with torch.inference_mode():
            logits: Logits = self._model(input_ids=torch.from_numpy(ids)).logits.double().numpy()
        return logits


def _batches(windows: Iterable[Ids]) -> Iterator[Ids]:
    """Neighbours of one length stacked, shape `(windows, tokens)`; the first are few, to busy all threads."""
    for length, group in groupby(windows, key=len):
        sizes = chain(repeat(_TOKENS // 2, _FIRST), repeat(_TOKENS))
        while some := list(islice(group, max(1, next(sizes) // length))):
            yield np.stack(some)


def _without_masks(_module: nn.Module, inputs: Any, options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Nothing is padded, and banded attention looks no further by itself."""
    return inputs, options | {"attention_mask": {"full_attention": None, "sliding_attention": None}}
