"""Hugging Face's Trainer with a time budget, rates by layer, fresh crops and validation by whole excerpts."""

import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR, LRScheduler
from transformers import (
    PreTrainedModel,
    ProgressCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_utils import IntervalStrategy

from train.config import ClassifierArguments, StageArguments
from train.training.budget import MinutesProgress, SaveOnInterrupt, TimeBudget, spent_seconds, trapezoid
from train.training.compilation import CompiledModels, attend_for_processors, pays
from train.training.crops import RandomCrops
from train.training.encoders import encoder_layers
from train.training.throughput import OwnNoise, Throughput, from_first, global_batch
from train.training.validation import HeldOut


def layer_groups(
    model: PreTrainedModel, rate: float, factor: float, decaying: Collection[str], weight_decay: float
) -> list[dict[str, Any]]:
    """An optimizer's groups of parameters: `rate` for the head, times `factor` for each layer further down.

    Embeddings stand one below the first layer. Parameters named in `decaying` have the weight decay, as in
    the Trainer's own two groups; those without a gradient are left out.

    Raises:
        DataError: the model has no list of encoder layers.
    """
    groups: dict[tuple[int, bool], list[nn.Parameter]] = {}
    heights = _heights(model)
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups.setdefault((heights[name], name in decaying), []).append(parameter)
    top = int(model.config.num_hidden_layers) + 1
    return [
        {
            "params": parameters,
            "lr": rate * factor ** (top - height),
            "weight_decay": weight_decay if decays else 0.0,
        }
        for (height, decays), parameters in sorted(groups.items(), key=lambda group: group[0])
    ]


def _heights(model: PreTrainedModel) -> dict[str, int]:
    """Each parameter's height by name: 0 the embeddings, 1 to n the layers, n + 1 all outside the encoder.

    Of what stands in the base model beside its layers, only names after the layers' own, as a pooler or a
    last norm, count as the head's.
    """
    path, layers = encoder_layers(model)
    base = f"{model.base_model_prefix}."
    heights, passed = {}, False
    for name, _ in model.named_parameters():
        if name.startswith(f"{path}."):
            passed = True
            heights[name] = 1 + int(name.removeprefix(f"{path}.").partition(".")[0])
        else:
            heights[name] = 0 if name.startswith(base) and not passed else len(layers) + 1
    return heights


logger = logging.getLogger(__name__)
Batch = dict[str, torch.Tensor | Any]


def padding_mask(attention_mask: torch.Tensor) -> torch.Tensor | None:
    """The mask `(batch, tokens)`; none where nothing is padded, so that nothing is masked."""
    return None if bool(attention_mask.all()) else attention_mask


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
    """A stage of the recipe; without held-out excerpts the last epoch counts as the best.

    `readers` are the models that read every crop beside the one that is trained.
    """

    def __init__(
        self,
        *,
        args: StageArguments,
        train_dataset: RandomCrops,
        held_out: HeldOut | None = None,
        readers: Sequence[nn.Module] = (),
        callbacks: Sequence[TrainerCallback] = (),
        **kwargs: Any,
    ) -> None:
        self.budget = TimeBudget(args.max_minutes, 60 * args.spent_minutes, args.piece_minutes)
        if args.max_minutes:
            logger.warning("Training stops after %g minutes of steps, however few.", args.max_minutes)
        self.layer_decay = args.layer_decay if isinstance(args, ClassifierArguments) else 1.0
        self.held_out = held_out
        if not held_out:
            args.eval_strategy, args.load_best_model_at_end = IntervalStrategy.NO, False
        self.throughput = Throughput(train_dataset.options.length, readers)
        steps = args.num_train_epochs * len(train_dataset) / global_batch(args)
        if args.max_steps > 0:
            steps = args.max_steps
        minutes = args.piece_minutes or args.max_minutes
        self.compiled = CompiledModels(pays(args, steps, minutes) if args.compile is None else args.compile)
        if args.bf16 and args.device.type == "cpu":
            for one in (kwargs["model"], *readers):
                attend_for_processors(one)
        own = [self.budget, NewCrops(train_dataset), OwnNoise(), self.throughput, SaveOnInterrupt()]
        super().__init__(
            args=args,
            train_dataset=train_dataset,
            eval_dataset=held_out or None,
            callbacks=[*own, *callbacks],
            **kwargs,
        )
        self.model_accepts_loss_kwargs = False
        if args.max_minutes and self.pop_callback(ProgressCallback):
            self.add_callback(MinutesProgress(self.budget))

    def crop_loss(self, model: nn.Module, batch: Batch) -> tuple[torch.Tensor, Any]:
        """The mean loss over a batch of crops, and the model's output."""
        raise NotImplementedError

    def compute_loss(
        self, model: nn.Module, inputs: Batch, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """What Trainer calls: `crop_loss`, which is a mean already."""
        loss, output = self.crop_loss(self.compiled(model), inputs)
        return (loss, output) if return_outputs else loss

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """The Trainer's own, or with `layer_decay` one whose groups are layers."""
        if self.optimizer is None and self.layer_decay != 1:
            trained = cast(PreTrainedModel, self.model)
            decaying = self.get_decay_parameter_names(trained)
            kind, options = self.get_optimizer_cls_and_kwargs(self.args, trained)
            self.optimizer = kind(
                layer_groups(
                    trained, self.args.learning_rate, self.layer_decay, decaying, self.args.weight_decay
                ),
                **options,
            )
        return super().create_optimizer(model)

    def create_scheduler(
        self, num_training_steps: int, optimizer: torch.optim.Optimizer | None = None
    ) -> LRScheduler:
        """Warm-up, plateau and decay over whichever ends first, the steps or the minutes."""
        if self.lr_scheduler is None:
            self.lr_scheduler = LambdaLR(
                cast(torch.optim.Optimizer, optimizer or self.optimizer),
                lambda step: trapezoid(self.budget.progress(step, num_training_steps)) * self.budget.warmth(),
            )
        return self.lr_scheduler

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """What is logged anywhere, with the tokens a second."""
        self.throughput.add_to(logs, self.args, self.state)
        super().log(logs, start_time)

    def evaluate(self, *args: Any, metric_key_prefix: str = "eval", **kwargs: Any) -> dict[str, float]:
        """The held-out excerpts' figures, which the first process finds, logged as Trainer's own would be."""
        if not self.held_out:
            return {}
        figures = from_first(self._figures(self.held_out) if self.is_world_process_zero() else {})
        metrics = {f"{metric_key_prefix}_{name}": value for name, value in figures.items()}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics

    def _figures(self, held_out: HeldOut) -> dict[str, float]:
        model = cast(nn.Module, self.model)
        training = model.training
        model.eval()
        figures = held_out.figures()
        model.train(training)
        return figures

    def _save_rng_state(self, output_dir: str) -> None:
        """Wait for every process's generators: the state file, written next, makes a checkpoint whole."""
        super()._save_rng_state(output_dir)
        self.accelerator.wait_for_everyone()


def last_checkpoint(args: StageArguments) -> str | None:
    """The last whole checkpoint to go on from, where the options ask for it and there is one."""
    whole = _whole_checkpoints(Path(str(args.output_dir))) if args.resume else []
    return str(whole[-1][0]) if whole else None


def checkpoint_minutes(folder: Path) -> float:
    """The minutes of training that the last whole checkpoint in a folder holds; 0 where there is none."""
    whole = _whole_checkpoints(folder)
    return spent_seconds(whole[-1][1]) / 60 if whole else 0.0


def _whole_checkpoints(folder: Path) -> list[tuple[Path, TrainerState]]:
    """Those whose last written file is there and not cut short, oldest first."""
    whole = []
    for checkpoint in folder.glob("checkpoint-*"):
        with suppress(OSError, ValueError):
            whole.append((checkpoint, TrainerState.load_from_json(str(checkpoint / TRAINER_STATE_NAME))))
    return sorted(whole, key=lambda one: one[1].global_step)
