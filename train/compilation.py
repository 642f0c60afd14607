"""Compiled steps: PyTorch fuses what stands between a training's matrix products."""

import logging
from typing import Any

import torch
from torch import nn
from transformers import TrainingArguments

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
