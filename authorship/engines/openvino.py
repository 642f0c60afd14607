"""A PyTorch classifier compiled by OpenVINO: the graph, and the engine that reads by it."""

import logging
import sys
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, groupby, islice
from math import ceil
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import PreTrainedModel

from authorship.engines.engine import Ids, Logits
from authorship.engines.sparse.pruning import without_mute_parts

EXAMPLE_TOKENS = 16
_TOGETHER = 4
_FEW = 4  # windows: an excerpt, or a chapter of some pages


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


class OpenVinoEngine:
    """Reads as many windows at once as PyTorch has threads; bf16 where the processor has it, unless `single`.

    Windows of `usual` tokens, special ones included, go through a graph of that length, a sixth faster.
    Where there are more others of one length than threads, some are read together, a seventh faster; their
    logits are the same to the bit. An excerpt's few windows are read at once, all threads at work on each,
    which takes a fifth less time than a window to each thread.
    """

    def __init__(self, model: PreTrainedModel, usual: int, single: bool = False) -> None:
        graph, core = to_graph(without_mute_parts(model)), import_openvino().Core()
        self._usual, self._threads = usual, torch.get_num_threads()
        options = {
            "NUM_STREAMS": self._threads,
            "INFERENCE_NUM_THREADS": self._threads,
            "ENABLE_CPU_PINNING": False,
        } | ({"INFERENCE_PRECISION_HINT": "f32"} if single else {})
        self._any_length = core.compile_model(graph, "CPU", options)
        self._few = core.compile_model(
            graph, "CPU", options | {"NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
        )
        self._idle: deque[Any] = deque()
        graph.reshape({graph.inputs[0]: [1, usual]})
        self._usual_length = core.compile_model(graph, "CPU", options)

    def read(self, windows: Iterable[Ids]) -> Iterator[Logits]:
        """See `Engine`; safe in several threads at once."""
        windows = iter(windows)
        some = list(islice(windows, _FEW + 1))
        if len(some) <= _FEW:
            yield from self._at_once(some)
            return
        windows = chain(some, windows)
        for is_usual, group in groupby(windows, key=lambda window: len(window) == self._usual):
            compiled = self._usual_length if is_usual else self._any_length
            requests = [compiled.create_infer_request() for _ in range(2 * self._threads)]
            yield from _in_turn(requests, _batches(group, self._threads, 1 if is_usual else _TOGETHER))

    def _at_once(self, windows: list[Ids]) -> list[Logits]:
        """The logits of few windows, those of one length together."""
        request = self._idle.pop() if self._idle else self._few.create_infer_request()
        found: list[Logits] = []
        for _, group in groupby(windows, key=len):
            request.infer([np.stack(list(group))])
            found.extend(request.get_output_tensor().data.astype(np.float64))
        self._idle.append(request)
        return found


def _batches(windows: Iterable[Ids], threads: int, together: int) -> Iterator[Ids]:
    """Neighbours of one length stacked, shape `(batch, tokens)`, so that each thread has some of them."""
    for _, group in groupby(windows, key=len):
        while some := list(islice(group, together * threads)):
            size = ceil(len(some) / threads)
            yield from (np.stack(some[first : first + size]) for first in range(0, len(some), size))


def _in_turn(idle: list[Any], batches: Iterable[Ids]) -> Iterator[Logits]:
    """Each window's logits in the order of the batches, while as many run as there are requests."""
    running: deque[Any] = deque()
    for batch in batches:
        if not idle:
            request = running.popleft()
            yield from _result(request)
            idle.append(request)
        request = idle.pop()
        request.start_async([batch])
        running.append(request)
    for request in running:
        yield from _result(request)


def _result(request: Any) -> Logits:
    """Logits of shape `(batch, labels)`."""
    request.wait()
    logits: Logits = request.get_output_tensor().data.astype(np.float64)
    return logits
