"""How fast a training reads, on one process or several.

The folders of data and result are shared by all machines. The first process writes, logs, evaluates and
calibrates; the others read what it wrote.
"""

import logging
import time
from collections.abc import Sequence
from typing import Any, TypeVar, cast

import torch
from torch import distributed, nn
from transformers import PreTrainedModel, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

Value = TypeVar("Value")


def silence_followers(arguments: TrainingArguments) -> None:
    """Let the first process alone warn and tell."""
    if arguments.process_index:
        logging.disable(logging.WARNING)


def from_first(value: Value) -> Value:
    """The first process's value, on every process; the others wait for it."""
    if not distributed.is_initialized():
        return value
    box = [value]
    distributed.broadcast_object_list(box, src=0)
    return box[0]


def last_to_leave(arguments: TrainingArguments) -> bool:
    """End the group, so that no process waits for the first; whether this is the first, which goes on."""
    if distributed.is_initialized():
        distributed.barrier()
        distributed.destroy_process_group()
    return bool(arguments.process_index == 0)


class OwnNoise(TrainerCallback):
    """Gives each process its own dropout; all have the same seed until training begins."""

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: object
    ) -> None:
        """A restart takes up the checkpoint's generators after this."""
        if args.process_index:
            torch.manual_seed(args.seed + args.process_index)


_LONGEST_MEASUREMENT = 0.5


class Throughput(TrainerCallback):
    """Adds `tokens_per_second` of text and `matrix_share`, over all processes, to the logs.

    `readers` are the models that read every crop beside the one that is trained.
    """

    def __init__(self, crop_tokens: int, readers: Sequence[nn.Module] = ()) -> None:
        self.crop_tokens, self.readers = crop_tokens, readers
        self.started, self.step, self.token_share = time.monotonic(), 0, 0.0

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        model: nn.Module | None = None,
        **kwargs: Any,
    ) -> None:
        """Measure the hardware; `token_share` is the least part of a second that a token's products need."""
        models = [*self.readers, cast(nn.Module, model)]
        operations = sum(operations_per_token(reader, self.crop_tokens) for reader in models)
        devices = args.world_size * max(args.n_gpu, 1)
        self.token_share = operations / (matrix_rate(args.device, training_type(args)) * devices)
        self.started, self.step = time.monotonic(), state.global_step

    def add_to(self, logs: dict[str, float], args: TrainingArguments, state: TrainerState) -> None:
        """Tokens read since the last log, over the time that took.

        Done before anything is logged: what reports a log elsewhere comes before this project's callbacks.
        """
        now = time.monotonic()
        if "loss" in logs:
            crops = (state.global_step - self.step) * global_batch(args)
            rate = crops * self.crop_tokens / max(now - self.started, 1e-9)
            logs["tokens_per_second"] = round(rate)
            logs["matrix_share"] = round(rate * self.token_share, 4)
        self.started, self.step = now, state.global_step


def global_batch(args: TrainingArguments) -> int:
    """The crops of one step, over all processes."""
    return int(args.train_batch_size * args.gradient_accumulation_steps * args.world_size)


def training_type(args: TrainingArguments) -> torch.dtype:
    """What the matrix products of a training are computed in."""
    if args.bf16:
        return torch.bfloat16
    return torch.float16 if args.fp16 else torch.float32


def operations_per_token(model: nn.Module, crop_tokens: int) -> float:
    """Multiplications and additions that the encoder's matrix products take for one token of a crop.

    Two a weight forward and four backward, where it learns (Kaplan et al. 2020, arXiv 2001.08361);
    embeddings are looked up and cost nothing, and a classifier's head reads a crop once.
    Attention's products are as many as the crop is long.
    """
    encoder = cast(PreTrainedModel, cast(PreTrainedModel, model).base_model)
    tables = {id(table.weight) for table in encoder.modules() if isinstance(table, nn.Embedding)}
    weights = [weight for weight in encoder.parameters() if weight.dim() > 1 and id(weight) not in tables]
    products = sum(weight.numel() * _passes(weight.requires_grad) for weight in weights)
    attention = 2 * encoder.config.num_hidden_layers * encoder.config.hidden_size * crop_tokens
    return float(products + attention * _passes(any(weight.requires_grad for weight in weights)))


def _passes(learns: bool) -> int:
    """Operations a weight: two forward, and four backward where there is a gradient."""
    return 6 if learns else 2


def matrix_rate(device: torch.device, kind: torch.dtype) -> float:
    """Multiplications and additions a second in the product of two large square matrices."""
    size = 1024 if device.type == "cpu" else 8192
    noise = torch.Generator(device).manual_seed(0)
    left, right = (torch.randn(size, size, device=device, generator=noise).to(kind) for _ in range(2))
    (left @ right)[0, 0].item()
    began, rounds = time.perf_counter(), 0
    while time.perf_counter() - began < _LONGEST_MEASUREMENT:
        (left @ right)[0, 0].item()  # waits for the device
        rounds += 1
    return 2 * size**3 * rounds / (time.perf_counter() - began)
