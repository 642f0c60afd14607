"""Which engine reads a bundle fastest on this processor: without inactive units, by OpenVINO, or PyTorch."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch

from authorship.encode import passage_capacity, window_capacity
from authorship.engines.engine import Engine, Ids, Logits, TorchEngine, has_bfloat16, is_beyond_bfloat16
from authorship.engines.openvino import EXAMPLE_TOKENS, OpenVinoEngine
from authorship.engines.sparse.encoder import SparseEngine, is_sparse
from authorship.models.bundle import ModelBundle

# In bf16 most models' logits differ by some hundredths. Where they differ by more, the weights are too fine
# for it; where those of single precision do, the graph is wrong.
_LARGEST_DIFFERENCE = 0.25
_COMMONER = 4  # the power that draws random numbers to the low ones

_log = logging.getLogger(__name__)


def compile_bundle(bundle: ModelBundle) -> ModelBundle:
    """The same bundle with a faster engine; as it was where OpenVINO is missing or its logits differ.

    A model that leaves nearly all its units inactive is read without them. Any other is compiled by OpenVINO:
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
