"""Several processes that train one model, as `torchrun` and `accelerate launch` start them.

The folders of data and result are shared by all machines. The first process writes, logs, evaluates and
calibrates; the others read what it wrote.
"""

import logging
from typing import TypeVar

import torch
from torch import distributed
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

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
