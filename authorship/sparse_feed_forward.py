"""A feed-forward layer that computes, for each token, only the units it does not leave silent."""

import warnings
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import gelu
from transformers.models.modernbert.modeling_modernbert import ModernBertMLP

from authorship.arithmetic import has_int8

SILENT = -5.0  # GELU makes -0.000001 of it; in int8 gates differ by some tenths

warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta state")


@dataclass(frozen=True, slots=True)
class Rounded:
    """Rows as whole steps in int8, each of `size`."""

    steps: Tensor
    size: Tensor

    @classmethod
    def of(cls, rows: Tensor) -> "Rounded":
        """Round to steps that fit the largest number."""
        size = rows.abs().amax().clamp(min=1e-9) / 127
        return cls((rows / size).round().to(torch.int8), size)


class SparseFeedForward(nn.Module):
    """Says what a ModernBERT's feed-forward layer without biases says, to single precision.

    All gates are computed roughly, in int8 where the processor has it, to see which units are not silent.
    Those alone, a token's few of thousands, are computed in single precision (sampled dense-dense products).
    """

    def __init__(self, layer: ModernBertMLP) -> None:
        super().__init__()
        gates, values = layer.Wi.weight.detach().chunk(2)
        self._rough = Rounded.of(gates) if has_int8() else None
        self._gates, self._values = gates.T, values.T
        self._out = layer.Wo.weight.detach().T.contiguous()

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Shape `(batch, tokens, hidden)`; gathers no gradients."""
        tokens = hidden_states.flatten(0, -2)
        heard = self._heard(tokens)
        gates, values = (
            torch.sparse.sampled_addmm(heard, tokens, weights, beta=0.0).values()
            for weights in (self._gates, self._values)
        )
        units = _csr(heard.crow_indices(), heard.col_indices(), gelu(gates) * values, heard.shape)
        return (units @ self._out).view_as(hidden_states)

    def _heard(self, tokens: Tensor) -> Tensor:
        """Zeros where a token's unit is heard, shape `(tokens, units)`."""
        heard = self._above_silent(tokens).numpy()
        places = np.flatnonzero(heard)
        rows = np.searchsorted(places, np.arange(0, heard.size + 1, heard.shape[1]))
        columns = torch.from_numpy(places % heard.shape[1])
        return _csr(torch.from_numpy(rows), columns, tokens.new_zeros(len(places)), torch.Size(heard.shape))

    def _above_silent(self, tokens: Tensor) -> Tensor:
        """Which gates are over `SILENT`, shape `(tokens, units)`."""
        if self._rough is None:
            return tokens @ self._gates > SILENT
        inputs = Rounded.of(tokens)
        products = torch._int_mm(inputs.steps, self._rough.steps.T)
        return products > (SILENT / (inputs.size * self._rough.size)).int()


def _csr(rows: Tensor, columns: Tensor, values: Tensor, shape: torch.Size) -> Tensor:
    return torch.sparse_csr_tensor(rows, columns, values, shape, check_invariants=False)
