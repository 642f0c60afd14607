"""A PyTorch classifier as a graph for OpenVINO."""

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel

EXAMPLE_TOKENS = 16


class _Logits(nn.Module):
    """Ids to logits and nothing else: what is traced."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids=input_ids, return_dict=False)[0]
        return logits


def to_graph(model: PreTrainedModel) -> Any:
    """The graph of any windows of one length, from ids `(windows, tokens)` to logits `(windows, labels)`."""
    openvino = import_openvino()
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    example = torch.zeros((1, EXAMPLE_TOKENS), dtype=torch.long)
    with torch.no_grad(), _quiet():
        trace = torch.jit.trace(  # type: ignore[no-untyped-call]
            _Logits(model), (example,), check_trace=False, strict=False
        )
    frontend = FrontEndManager().load_by_framework("pytorch")
    decoder = TorchScriptPythonDecoder(trace, example_input=example, trace_kwargs={})
    graph = frontend.convert(frontend.load(decoder))
    graph.reshape({graph.inputs[0]: openvino.PartialShape([-1, -1])})
    return graph


@contextmanager
def _quiet() -> Iterator[None]:
    """Tracing touches every attribute, the deprecated ones too, and warns of what may depend on the length.

    Whether it does is checked by `compile_bundle`.
    """
    logger = logging.getLogger("transformers.modeling_utils")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def import_openvino() -> Any:
    """OpenVINO without its telemetry, which would report every start to a third party unasked.

    Where that package cannot be imported, OpenVINO goes without it.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino
