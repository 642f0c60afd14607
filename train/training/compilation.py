"""Compiled steps, and attention by whole products: what makes a training's steps fast on a processor."""

import logging
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout as drop_out
from transformers import AttentionInterface, PreTrainedModel, TrainingArguments
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

WHOLE = "whole_products"


def attend_by_whole_products(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    **options: Any,
) -> tuple[Tensor, None]:
    """What transformers' `sdpa` says, shapes and mask as there; in single precision it is `sdpa`.

    Forward and back, of 48 crops of 256 tokens with four heads: 79 ms for 109 in bfloat16, 159 for 95 in
    float32.
    """
    if query.dtype == torch.float32:
        return sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **options
        )
    with torch.autocast(query.device.type, enabled=False):
        scores = (query * (query.shape[-1] ** -0.5 if scaling is None else scaling)) @ key.transpose(-1, -2)
        if attention_mask is not None:
            scores = scores.masked_fill(~attention_mask, torch.finfo(scores.dtype).min)
        weights = drop_out(scores.softmax(dim=-1), dropout, module.training)
        return (weights @ value).transpose(1, 2).contiguous(), None


def attend_for_processors(model: PreTrainedModel) -> None:
    """Let a model that is trained on a processor in half precision attend so, if it would by `sdpa`."""
    if model.config._attn_implementation == "sdpa":
        model.set_attn_implementation(WHOLE)


AttentionInterface.register(WHOLE, attend_by_whole_products)
AttentionMaskInterface.register(WHOLE, sdpa_mask)


logger = logging.getLogger(__name__)

_MANY_STEPS = 300  # a minute of compiling is then a tenth of the time at most
_MANY_MINUTES = 10.0


class CompiledModels:
    """Compiles each model at its first step; evaluation and saving see the model itself."""

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted
        self._compiled: dict[int, Any] = {}

    def __call__(self, model: nn.Module) -> Any:
        """The compiled model, or where that is not wanted or PyTorch cannot, the model."""
        if not self.wanted:
            return model
        if not self._compiled:
            self.wanted = can_compile()
            if not self.wanted:
                return model
            logger.warning("Compiling the steps: the first takes about a minute.")
        if id(model) not in self._compiled:
            self._compiled[id(model)] = torch.compile(model)
        return self._compiled[id(model)]


def pays(args: TrainingArguments, steps: float, minutes: float) -> bool:
    """Whether compiling saves time: in a long training by one process on a processor; `minutes` 0: no end.

    What it does on graphics cards was not measured.
    """
    alone = args.world_size == 1 and args.device.type == "cpu" and not args.torch_compile
    return alone and steps >= _MANY_STEPS and not 0 < minutes < _MANY_MINUTES


def can_compile() -> bool:
    """Whether PyTorch finds what it compiles with, a C++ compiler and its headers; a few seconds to try."""
    torch._dynamo.config.suppress_errors = False
    try:
        torch.compile(torch.sin)(torch.ones(8))
    except Exception as error:
        logger.warning("Steps are not compiled, which would save a fifth to a third: %s", _first_line(error))
        return False
    torch._dynamo.config.suppress_errors = True  # what cannot be compiled later is run as it is
    return True


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
