"""The student: `python -m train.student --data DIR --out DIR --teacher REF`."""

import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn
from transformers import PreTrainedModel, set_seed

from authorship.commandline import run
from authorship.models.bundle import ModelBundle
from authorship.models.source import open_bundle
from train.config import StudentArguments, parse_options
from train.data.csv_files import TRAIN_FILE, held_out_excerpts
from train.data.sources import DataError
from train.linear_start.head import fit_to_teacher, follows_in_closed_form, sparse_reader, write_best
from train.publishing.tracking import start_tracking, track_bundle
from train.training.choices import held_out
from train.training.crops import CropCollator, RandomCrops
from train.training.encoders import half_depth
from train.training.losses import attention_loss, distillation_loss, hidden_state_loss
from train.training.stage import finish, note_making, training_crops
from train.training.throughput import last_to_leave, silence_followers
from train.training.trainer import Batch, StageTrainer, last_checkpoint, padding_mask
from train.training.validation import HeldOut, fewer_excerpts


class StudentTrainer(StageTrainer):
    """α·cross-entropy + (1−α)·T²·KL to the teacher, which reads the same crop on the same device."""

    def __init__(self, *, args: StudentArguments, teacher: PreTrainedModel, **kwargs: Any) -> None:
        self.options = args
        super().__init__(args=args, readers=[teacher], **kwargs)
        self.teacher = cast(nn.Module, teacher).to(args.device)
        if args.attention_weight > 0:  # only spelt out does attention give its weights
            for one in (teacher, cast(PreTrainedModel, self.accelerator.unwrap_model(self.model))):
                one.set_attn_implementation("eager")

    @cached_property
    def sparse(self) -> PreTrainedModel | None:
        """The teacher computing its active units only; None where many are, or its states are asked for."""
        if self.options.hidden_weight or self.options.attention_weight:
            return None
        return sparse_reader(cast(PreTrainedModel, self.teacher), cast(RandomCrops, self.train_dataset))

    def crop_loss(self, model: nn.Module, batch: Batch) -> tuple[torch.Tensor, Any]:
        """The mean loss over a batch; unlabelled crops (-1) learn from the teacher alone."""
        crop = {"input_ids": batch["input_ids"], "attention_mask": padding_mask(batch["attention_mask"])}
        hidden, attention = self.options.hidden_weight, self.options.attention_weight
        wanted = {"output_hidden_states": hidden > 0, "output_attentions": attention > 0}
        if crop["attention_mask"] is None and self.sparse is not None:
            with torch.no_grad(), torch.autocast("cpu", enabled=False):  # in half precision it tells nothing
                target = self.sparse(input_ids=crop["input_ids"])
        else:
            with torch.no_grad(), self.accelerator.autocast():
                target = self.compiled(self.teacher)(**crop, **wanted)
        output = model(**crop, **wanted)
        loss = distillation_loss(
            output.logits, target.logits, batch["labels"], self.options.alpha, self.options.temperature
        )
        if hidden > 0:
            states = output.hidden_states[-1], target.hidden_states[-1]
            loss = loss + hidden * hidden_state_loss(*states, batch["attention_mask"])
        if attention > 0:
            weights = output.attentions[-1], target.attentions[-1]
            loss = loss + attention * attention_loss(*weights, batch["attention_mask"])
        return loss, output


def _first_student(teacher: ModelBundle, start: str) -> PreTrainedModel:
    """Half of the teacher's layers, or the model of the bundle `start`, which may have had another teacher.

    Raises:
        DataError: `start` does not know the same authors, or splits text in another way.
    """
    if not start:
        return half_depth(teacher.model)
    begun = open_bundle(start)
    same_tokens = begun.tokenizer.get_vocab() == teacher.tokenizer.get_vocab()
    if begun.authors != teacher.authors or not same_tokens:
        raise DataError(
            f"{start} has other authors or another tokenizer than the teacher: leave out --start."
        )
    return begun.model


def _freeze(student: PreTrainedModel, parts: Sequence[str]) -> None:
    """Let parameters whose names contain one of `parts` stand still.

    Raises:
        DataError: a part is in no name, or nothing is left to learn.
    """
    parameters = dict(student.named_parameters())
    for part in parts:
        if not any(part in name for name in parameters):
            raise DataError(
                f"--freeze {part}: no parameter has that in its name, as {next(iter(parameters))}."
            )
    for name, parameter in parameters.items():
        parameter.requires_grad_(not any(part in name for part in parts))
    if not any(parameter.requires_grad for parameter in parameters.values()):
        raise DataError("--freeze leaves nothing to learn.")


def distil(arguments: StudentArguments) -> None:
    """Distil, or go on from a checkpoint, keep the best epoch by held-out works, calibrate, write the bundle.

    Raises:
        AuthorshipError: the data, the teacher or the options do not allow it.
    """
    set_seed(arguments.seed)
    silence_followers(arguments)
    start_tracking(arguments, "student")
    file = Path(arguments.data) / TRAIN_FILE
    left_out = held_out(arguments)
    validation = held_out_excerpts(file, left_out)
    with arguments.main_process_first(local=False):
        teacher = open_bundle(arguments.teacher)
        student = _first_student(teacher, arguments.start)
        crops = training_crops(left_out, teacher.tokenizer, teacher.authors, arguments, transfer=True)
    bundle = ModelBundle(student, teacher.tokenizer, teacher.authors)
    few = fewer_excerpts(validation, arguments.validation_excerpts)
    fresh = not arguments.start and last_checkpoint(arguments) is None
    closed = follows_in_closed_form(student, teacher.model)
    if fresh and closed:
        write_best(fit_to_teacher(student, teacher.model, crops.whole()), bundle, few, arguments)
    _freeze(student, arguments.freeze)
    by_teacher = "kl_loss" in (arguments.metric_for_best_model or "")
    trainer = StudentTrainer(
        args=arguments,
        model=student,
        teacher=teacher.model,
        train_dataset=crops,
        data_collator=CropCollator(teacher.tokenizer),
        held_out=HeldOut(bundle, few, teacher if by_teacher else None),
    )
    if arguments.num_train_epochs:
        trainer.train(resume_from_checkpoint=last_checkpoint(arguments))
    head = "the head distilled from its logits" if closed else "the head its own"
    note_making(trainer, f"half of the teacher's layers, {head}")
    if last_to_leave(arguments):
        finish(bundle, validation, arguments)
        track_bundle(Path(arguments.out), validation, file)


def main(argv: Sequence[str] | None = None) -> int:
    """`distil` with a command line's options."""
    distil(parse_options(StudentArguments, argv))
    return 0


if __name__ == "__main__":
    sys.exit(run(main, quiet=False))
