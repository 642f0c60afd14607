"""The matrix products that one gradient by the inputs cannot do without, and nothing else."""

import statistics
import time
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

Factors = tuple[Tensor, Tensor]


def products_seconds(model: PreTrainedModel, lengths: Sequence[int], repeats: int) -> float:
    """Median seconds of the products of one pass there and back over windows of these lengths."""
    factors = [pair for length in lengths for pair in _factors(model, length)]
    times = []
    with torch.inference_mode():
        for _ in range(repeats + 1):
            started = time.perf_counter()
            for left, right in factors:
                torch.matmul(left, right)
            times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def _factors(model: PreTrainedModel, length: int) -> Iterator[Factors]:
    """Each layer's forward product and its gradient by the input; attention's two and their four."""
    for module in model.modules():
        if isinstance(module, nn.Linear):
            weight = module.weight.detach()
            yield torch.randn(length, module.in_features), weight.T
            yield torch.randn(length, module.out_features), weight
    heads = model.config.num_attention_heads
    size = model.config.hidden_size // heads
    tall = torch.randn(heads, length, size)
    square = torch.randn(heads, length, length)
    for _ in range(model.config.num_hidden_layers):
        yield from [(tall, tall.mT), (square, tall)] * 3
