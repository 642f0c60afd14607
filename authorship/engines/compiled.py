"""A bundle's model made several times as fast on a processor, without what is silent or by OpenVINO."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby, islice
from math import ceil
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedModel

from authorship.encode.windows import passage_capacity, window_capacity
from authorship.engines.engine import Engine, Ids, Logits, TorchEngine, has_bfloat16, is_beyond_bfloat16
from authorship.engines.openvino import EXAMPLE_TOKENS, import_openvino, to_graph
from authorship.engines.sparse.encoder import SparseEngine, is_sparse
from authorship.engines.sparse.pruning import without_mute_parts
from authorship.models.bundle import ModelBundle

# In bf16 most models' logits differ by some hundredths. Where they differ by more, the weights are too fine
# for it; where those of single precision do, the graph is wrong.
_LARGEST_DIFFERENCE = 0.25
_COMMONER = 4  # the power that draws random numbers to the low ones
_TOGETHER = 4
_FEW = 4  # windows: an excerpt, or a chapter of some pages

_log = logging.getLogger(__name__)


def compile_bundle(bundle: ModelBundle) -> ModelBundle:
    """The same bundle with a faster engine; as it was where OpenVINO is missing or its logits differ.

    A model that leaves nearly all its units silent is read without them. Any other is compiled by OpenVINO:
    for bf16, or where that makes the logits differ, for single precision. An engine keeps a copy of weights:
    compile what is trained no more.
    """
    windows = _trial(bundle)
    reference, problem = [*TorchEngine(bundle.model).read(windows)], ""
    for make in _engines(bundle, windows, reference):
        try:
            engine = make()
            difference = _difference(engine.read(windows), reference)
        except Exception as error:  # OpenVINO's converter and plugins raise errors of many kinds
            problem = next(iter(str(error).splitlines()), type(error).__name__)
            continue
        if difference <= _LARGEST_DIFFERENCE:
            return replace(bundle, engine=engine)
        problem = f"its logits differ by {difference:.2g}"
    _log.warning("The model runs uncompiled: no faster engine can take it (%s).", problem)
    return bundle


def _engines(
    bundle: ModelBundle, windows: Sequence[Ids], reference: Sequence[Logits]
) -> Iterator[Callable[[], Engine]]:
    """What makes the engines that may read the bundle, the best first."""
    model, usual = bundle.model, _usual(bundle)
    if is_sparse(model, windows):
        yield lambda: SparseEngine(model)
    if has_bfloat16(model.device) and not _is_too_fine(bundle, windows, reference):
        yield lambda: OpenVinoEngine(model, usual)
    yield lambda: OpenVinoEngine(model, usual, single=True)


def _trial(bundle: ModelBundle) -> list[Ids]:
    """Windows of random tokens: two short ones, which are read together, a book's passage and a full one.

    Low numbers, commoner pieces, come again as in a text.
    """
    generator = np.random.default_rng(0)
    lengths = (2 * EXAMPLE_TOKENS, 2 * EXAMPLE_TOKENS, _usual(bundle), window_capacity(bundle.tokenizer))
    return [
        (len(bundle.tokenizer) * generator.random(length) ** _COMMONER).astype(np.int64) for length in lengths
    ]


def _is_too_fine(bundle: ModelBundle, windows: Sequence[Ids], reference: Sequence[Logits]) -> bool:
    """Whether PyTorch in bf16 is as far off: then compiling for it, which takes seconds, is in vain."""
    try:
        with torch.autocast(bundle.model.device.type, torch.bfloat16):
            rough = [*TorchEngine(bundle.model).read(windows)]
    except RuntimeError as error:
        if not is_beyond_bfloat16(error):
            raise
        return False
    return _difference(rough, reference) > _LARGEST_DIFFERENCE


def _difference(ours: Iterable[Logits], reference: Iterable[Logits]) -> float:
    """The largest difference of any logit."""
    return max(float(np.abs(one - other).max()) for one, other in zip(ours, reference, strict=True))


def _usual(bundle: ModelBundle) -> int:
    """The tokens of a book's passage, special ones included."""
    return passage_capacity(bundle.tokenizer) + int(bundle.tokenizer.num_special_tokens_to_add())


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
