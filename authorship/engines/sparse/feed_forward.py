"""Sparse feed-forward layers: multiplies only the units that a token activates.

Each unit of the shipped pair waits for one pair of pieces, so a token wakes some dozens of thousands
(contextual sparsity, Liu et al. 2023, arXiv 2310.17157).
"""

import warnings
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import embedding_bag, gelu
from transformers import PreTrainedModel
from transformers.models.modernbert.modeling_modernbert import ModernBertMLP

from authorship.engines.engine import has_int8
from authorship.engines.sparse.pruning import copy_sharing_weights, keep_units

Noted = TypeVar("Noted")

INACTIVE = -4.5  # GELU makes -0.000015 of it
_NEAR_ZERO = -3.0  # and -0.004 of this
_WORTHWHILE = 0.6  # of the units; where a text needs more of them, leaving out the rest gains little
_ROUNDING = 0.15  # what a gate in int8 may be too low, mostly
_TOKENS = 256  # whose gates are in memory at once
_LEAST_INT32 = -(2**31)

warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta state")


def gated_layers(model: PreTrainedModel) -> list[ModernBertMLP]:
    """A ModernBERT's feed-forward layers; nothing where their units are not GELU's."""
    layers = [module for module in model.modules() if isinstance(module, ModernBertMLP)]
    return [layer for layer in layers if layer.config.hidden_activation == "gelu"]


def note_gates(model: PreTrainedModel, note: Callable[[Tensor], Noted], **inputs: Tensor) -> list[Noted]:
    """What `note` makes of each layer's gates, `(batch, tokens, units)`, as the model reads `inputs`."""
    noted: list[Noted] = []

    def hook(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
        noted.append(note(output.chunk(2, dim=-1)[0]))

    hooked = copy_sharing_weights(model)  # others may be using the model
    for layer in gated_layers(hooked):
        layer.Wi.register_forward_hook(hook)
    with torch.no_grad():
        hooked(**inputs)
    return noted


@dataclass(frozen=True, slots=True)
class Rounded:
    """Rows as whole steps in int8, each of `size`."""

    steps: Tensor
    size: Tensor

    @classmethod
    def of(cls, rows: Tensor) -> "Rounded":
        """Round to steps that fit the largest number."""
        size = torch.stack(torch.aminmax(rows)).abs().amax().clamp(min=1e-9) / 127
        return cls((rows / size).round().to(torch.int8), size)


class Scratch:
    """Memory for gates, used again by whoever comes next: fresh pages would cost as much as the products."""

    def __init__(self) -> None:
        self._idle: deque[dict[tuple[int, torch.dtype], Tensor]] = deque()

    @contextmanager
    def borrowed(self, units: int, number: torch.dtype) -> Iterator[tuple[Tensor, NDArray[np.bool_]]]:
        """Gates as numbers, and as truth values, each `(tokens, units)`; safe in several threads at once."""
        held = self._idle.pop() if self._idle else {}
        try:
            yield _rows(held, units, number), _rows(held, units, torch.bool).numpy()
        finally:
            self._idle.append(held)


def _rows(held: dict[tuple[int, torch.dtype], Tensor], units: int, number: torch.dtype) -> Tensor:
    if (units, number) not in held:
        with torch.inference_mode(mode=False):  # else of no use outside of it
            held[units, number] = torch.empty(_TOKENS, units, dtype=number)
    return held[units, number]


class SparseFeedForward(nn.Module):
    """A ModernBERT's feed-forward layer without biases, computed from its active units.

    That makes the shipped pair's logits differ by less than a thousandth. All gates are computed roughly, in
    int8 where the processor has it, to see which units are active. Those alone, a token's few of
    thousands, are computed in single precision (sampled dense-dense products). Layers may share their
    `scratch`.
    """

    def __init__(self, layer: ModernBertMLP, scratch: Scratch | None = None) -> None:
        super().__init__()
        gates, values = layer.Wi.weight.detach().chunk(2)
        self._rough = Rounded.of(gates) if has_int8() else None
        self._gates, self._values = gates.T, values.T
        self._out = layer.Wo.weight.detach().T.contiguous()
        self._scratch = scratch or Scratch()

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Shape `(batch, tokens, hidden)`; gathers no gradients."""
        tokens = hidden_states.flatten(0, -2)
        active = self._active(tokens)
        gates, values = (
            torch.sparse.sampled_addmm(active, tokens, weights, beta=0.0).values()
            for weights in (self._gates, self._values)
        )
        # the sums of a sparse product, in a third of its time
        summed = embedding_bag(
            active.col_indices(),
            self._out,
            active.crow_indices(),
            mode="sum",
            per_sample_weights=gelu(gates) * values,
            include_last_offset=True,
        )
        return summed.view_as(hidden_states)

    def _active(self, tokens: Tensor) -> Tensor:
        """Zeros where a token's unit is active, shape `(tokens, units)`."""
        units = len(self._out)
        places = np.concatenate(list(self._above_threshold(tokens)))
        rows = np.searchsorted(places, np.arange(0, units * len(tokens) + 1, units))
        columns, zeros = torch.from_numpy(places % units), tokens.new_zeros(len(places))
        return torch.sparse_csr_tensor(
            torch.from_numpy(rows), columns, zeros, (len(tokens), units), check_invariants=False
        )

    def _above_threshold(self, tokens: Tensor) -> Iterator[NDArray[np.intp]]:
        """Which gates are over `INACTIVE`, their places in `(tokens, units)` in ascending order."""
        units = len(self._out)
        multiply: Callable[..., Tensor]
        if self._rough is None:
            inputs, weights, multiply = tokens.detach(), self._gates, torch.mm
            number, least = torch.float32, INACTIVE
        else:
            rounded = Rounded.of(tokens)
            inputs, weights, multiply = rounded.steps, self._rough.steps.T, torch._int_mm
            steps = (INACTIVE - _ROUNDING) / rounded.size / self._rough.size
            number, least = torch.int32, max(int(steps), _LEAST_INT32)
        with self._scratch.borrowed(units, number) as (gates, above):
            for first in range(0, len(tokens), _TOKENS):
                some = inputs[first : first + _TOKENS]
                multiply(some, weights, out=gates[: len(some)])
                # numpy compares in a quarter of the time that PyTorch takes
                np.greater(gates[: len(some)].numpy(), least, out=above[: len(some)])
                yield np.flatnonzero(above[: len(some)]) + units * first


def without_inactive_units(model: PreTrainedModel, vectors: Tensor) -> PreTrainedModel:
    """A copy that holds only the units active somewhere in the texts, and shares all other weights.

    `vectors` are input embeddings, `(batch, tokens, hidden)`, all tokens real. A model is returned as it is
    where its feed-forward layers are no ModernBERT's, or nearly all their units are active.
    """
    if not gated_layers(model):
        return model
    present = torch.ones_like(vectors[..., 0], dtype=torch.long)
    active = note_gates(model, _active_anywhere, inputs_embeds=vectors, attention_mask=present)
    if torch.cat(active).float().mean() > _WORTHWHILE:
        return model
    lean = copy_sharing_weights(model)
    for layer, units in zip(gated_layers(lean), active, strict=True):
        keep_units(layer, units)
    return lean


def _active_anywhere(gates: Tensor) -> Tensor:
    """One truth value a unit."""
    return gates.flatten(0, -2).amax(dim=0) > _NEAR_ZERO
