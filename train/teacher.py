"""The teacher: `python -m train.teacher --data DIR --out DIR [--base NAME_OR_FOLDER]`."""

import logging
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import nn
from transformers import AutoConfig, PreTrainedModel, PreTrainedTokenizerFast, set_seed

from authorship.commandline import run
from authorship.models.bundle import ModelBundle
from train.config import TeacherArguments, parse_options
from train.data.csv_files import TRAIN_FILE, TrainingTexts, excerpt_index, held_out_excerpts
from train.data.sources import DataError
from train.linear.scores import open_linear
from train.linear_start.head import fit_readout, write_best
from train.linear_start.mean_layer import can_pool
from train.linear_start.pooled_start import best_start
from train.publishing.tracking import start_tracking, track_bundle
from train.training.choices import Choices, held_out
from train.training.crops import CropCollator, RandomCrops
from train.training.encoders import has_head, open_base
from train.training.losses import label_loss, soft_target_loss
from train.training.stage import authors_of, finish, note_making, training_crops, warn_of_few_works
from train.training.throughput import last_to_leave, silence_followers
from train.training.trainer import Batch, StageTrainer, last_checkpoint, padding_mask
from train.training.validation import HeldOut, fewer_excerpts

logger = logging.getLogger(__name__)


class TeacherTrainer(StageTrainer):
    """Cross-entropy on the author and, with a linear model, its verdict as a soft target besides."""

    def __init__(self, *, args: TeacherArguments, **kwargs: Any) -> None:
        self.weight, self.temperature = args.score_weight, args.score_temperature
        super().__init__(args=args, **kwargs)

    def crop_loss(self, model: nn.Module, batch: Batch) -> tuple[torch.Tensor, Any]:
        """The mean loss over a batch; unlabelled crops (-1) learn from the linear model alone."""
        output = model(input_ids=batch["input_ids"], attention_mask=padding_mask(batch["attention_mask"]))
        loss = label_loss(output.logits, batch["labels"])
        if "verdicts" in batch:
            soft = soft_target_loss(output.logits, batch["verdicts"] / self.temperature, temperature=1.0)
            loss = (1 - self.weight) * loss + self.weight * soft
        return loss, output


def train_teacher(arguments: TeacherArguments) -> None:
    """Train, or go on from a checkpoint, keep the best epoch by held-out works, calibrate, write the bundle.

    Raises:
        AuthorshipError: the data, the base or the options do not allow it.
    """
    set_seed(arguments.seed)
    silence_followers(arguments)
    start_tracking(arguments, "teacher")
    file = Path(arguments.data) / TRAIN_FILE
    index = excerpt_index(file)
    keys = sorted(set(index["writer"]))
    if len(keys) < 2:
        raise DataError(f"{file} holds {len(keys)} author: a model needs at least two.")
    warn_of_few_works(index)
    left_out = held_out(arguments)
    validation = held_out_excerpts(file, left_out)
    authors = authors_of(Path(arguments.data), keys)
    with arguments.main_process_first(local=False):
        model, tokenizer = _open_base(arguments, keys, TrainingTexts((file,), left_out))
        soft = arguments.ngrams if arguments.score_weight else None
        ngrams = open_linear(soft, tokenizer) if soft else None
        crops = training_crops(left_out, tokenizer, authors, arguments, ngrams, transfer=ngrams is not None)
    few = fewer_excerpts(validation, arguments.validation_excerpts)
    checkpoint = last_checkpoint(arguments)
    pooled = arguments.pooled_start and can_pool(model) and not has_head(arguments.base, keys)
    if checkpoint:
        model = _as_begun(model, checkpoint)
    elif pooled:
        model = _begin_pooled(ModelBundle(model, tokenizer, authors), few, crops, arguments)
    elif ngrams:
        _begin_head(ModelBundle(model, tokenizer, authors), few, crops, arguments)
    if arguments.freeze_encoder:
        model.base_model.requires_grad_(False)
    trainer = TeacherTrainer(
        args=arguments,
        model=model,
        train_dataset=crops,
        data_collator=CropCollator(tokenizer),
        held_out=HeldOut(ModelBundle(model, tokenizer, authors), few),
    )
    if arguments.num_train_epochs:
        trainer.train(resume_from_checkpoint=checkpoint)
    told = "what its layers tell" if pooled else "the linear model's verdicts"
    closed = f"a head fitted in closed form to {told}" if pooled or ngrams else "a head trained on labels"
    note_making(trainer, closed)
    if last_to_leave(arguments):
        finish(ModelBundle(model, tokenizer, authors), validation, arguments)
        track_bundle(Path(arguments.out), validation, file)


def _begin_head(
    bundle: ModelBundle, validation: pd.DataFrame, crops: RandomCrops, arguments: TeacherArguments
) -> None:
    """Write what the encoder knows of the linear model into the head, scaled by the held-out works.

    Raises:
        DataError: nothing is to be trained, and the head has no room for so many authors.
    """
    readout = fit_readout(bundle.model, arguments.base, crops)
    if readout is None:
        if not arguments.num_train_epochs:
            raise DataError(f"The head of {arguments.base} has no room: take a larger --width.")
        return
    write_best(readout, bundle, validation, arguments)


def _begin_pooled(
    bundle: ModelBundle, validation: pd.DataFrame, crops: RandomCrops, arguments: TeacherArguments
) -> PreTrainedModel:
    """The base cut down to the layers that held-out works choose, with a head that is fitted to their means.

    Without held-out works the --choices hold; OUT keeps what was chosen.
    """
    known = [work for work in crops.works if work.author in crops.label_ids]
    chosen = Choices.load(Path(arguments.choices)) if arguments.choices else None
    bundle.model.eval().to(arguments.device)
    most, deepest = arguments.start_windows, arguments.start_layers
    with torch.autocast(arguments.device.type, torch.bfloat16, enabled=arguments.bf16):
        start, chosen = best_start(bundle, known, validation, most, deepest, chosen)
    if arguments.process_index == 0:
        chosen.save(Path(arguments.out))
    return start.build(bundle.model.cpu())


def _as_begun(model: PreTrainedModel, checkpoint: str) -> PreTrainedModel:
    """A model of as many layers as the checkpoint has, for a start may have dropped some."""
    layers = int(AutoConfig.from_pretrained(checkpoint).num_hidden_layers)
    if layers == int(model.config.num_hidden_layers):
        return model
    begun: PreTrainedModel = type(model).from_pretrained(checkpoint, dtype=torch.float32)
    return begun


def _open_base(
    arguments: TeacherArguments, keys: Sequence[str], texts: Iterable[str]
) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """The model to train and its tokenizer, which the first process writes and a later one reads."""
    out = Path(arguments.out)
    later = arguments.resume or arguments.process_index
    if later and (out / "tokenizer.json").is_file():
        arguments.tokenizer = str(out)
    model, tokenizer = open_base(arguments.base, keys, texts, arguments)
    if arguments.process_index == 0:
        tokenizer.save_pretrained(out)
    return model, tokenizer


def main(argv: Sequence[str] | None = None) -> int:
    """`train_teacher` with a command line's options."""
    train_teacher(parse_options(TeacherArguments, argv))
    return 0


if __name__ == "__main__":
    sys.exit(run(main, quiet=False))
