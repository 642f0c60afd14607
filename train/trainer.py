"""Hugging Face's Trainer with a time budget, fresh crops every epoch and validation by whole excerpts."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR, LRScheduler
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_utils import IntervalStrategy, get_last_checkpoint

from train.budget import TimeBudget, trapezoid
from train.config import StageArguments
from train.crops import RandomCrops
from train.validation import HeldOut

logger = logging.getLogger(__name__)
Batch = dict[str, torch.Tensor | Any]


class NewCrops(TrainerCallback):
    """Tells the data set which epoch it is."""

    def __init__(self, crops: RandomCrops) -> None:
        self.crops = crops

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Fresh crops, the same ones after a restart."""
        self.crops.epoch = int(state.epoch or 0)


class StageTrainer(Trainer):
    """A stage of the recipe; without held-out excerpts the last epoch counts as the best."""

    def __init__(
        self,
        *,
        args: StageArguments,
        train_dataset: RandomCrops,
        held_out: HeldOut | None = None,
        callbacks: Sequence[TrainerCallback] = (),
        **kwargs: Any,
    ) -> None:
        self.budget = TimeBudget(args.max_minutes)
        if args.max_minutes:
            logger.warning("Training stops after %g minutes of steps, however few.", args.max_minutes)
        self.held_out = held_out
        if not held_out:
            args.eval_strategy, args.load_best_model_at_end = IntervalStrategy.NO, False
        own = [self.budget, NewCrops(train_dataset), Throughput(train_dataset.options.length)]
        super().__init__(
            args=args,
            train_dataset=train_dataset,
            eval_dataset=held_out or None,
            callbacks=[*own, *callbacks],
            **kwargs,
        )
        self.model_accepts_loss_kwargs = False

    def crop_loss(self, model: nn.Module, batch: Batch) -> tuple[torch.Tensor, Any]:
        """The mean loss over a batch of crops, and the model's output."""
        raise NotImplementedError

    def compute_loss(
        self, model: nn.Module, inputs: Batch, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """What Trainer calls: `crop_loss`, which is a mean already."""
        loss, output = self.crop_loss(model, inputs)
        return (loss, output) if return_outputs else loss

    def create_scheduler(
        self, num_training_steps: int, optimizer: torch.optim.Optimizer | None = None
    ) -> LRScheduler:
        """Warm-up, plateau and decay over whichever ends first, the steps or the minutes."""
        if self.lr_scheduler is None:
            self.lr_scheduler = LambdaLR(
                cast(torch.optim.Optimizer, optimizer or self.optimizer),
                lambda step: trapezoid(self.budget.progress(step, num_training_steps)),
            )
        return self.lr_scheduler

    def evaluate(self, *args: Any, metric_key_prefix: str = "eval", **kwargs: Any) -> dict[str, float]:
        """The held-out excerpts' figures, logged as Trainer's own would be."""
        if not self.held_out:
            return {}
        model = cast(nn.Module, self.model)
        training = model.training
        model.eval()
        figures = self.held_out.figures()
        model.train(training)
        metrics = {f"{metric_key_prefix}_{name}": value for name, value in figures.items()}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics


class Throughput(TrainerCallback):
    """Adds `tokens_per_second` to the logs."""

    def __init__(self, crop_tokens: int) -> None:
        self.crop_tokens = crop_tokens
        self.started, self.step = time.monotonic(), 0

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Tokens read since the last log, over the time that took."""
        now = time.monotonic()
        if logs is not None and "loss" in logs:
            crops = (state.global_step - self.step) * args.train_batch_size * args.gradient_accumulation_steps
            logs["tokens_per_second"] = round(crops * self.crop_tokens / max(now - self.started, 1e-9))
        self.started, self.step = now, state.global_step


def last_checkpoint(args: StageArguments) -> str | None:
    """The checkpoint to go on from, where the options ask for it and there is one."""
    folder = Path(str(args.output_dir))
    return get_last_checkpoint(str(folder)) if args.resume and folder.is_dir() else None
