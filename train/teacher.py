"""The teacher: `python -m train.teacher --data DIR --out DIR [--base NAME_OR_FOLDER]`."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel, PreTrainedTokenizerFast, set_seed

from authorship.bundle import ModelBundle
from authorship.commandline import run
from train.config import TeacherArguments, parse
from train.crops import CropCollator
from train.data import TRAIN_FILE, excerpt_index, held_out_excerpts, training_texts
from train.distributed import last_to_leave, silence_followers
from train.encoder import open_base
from train.errors import DataError
from train.losses import label_loss, soft_target_loss
from train.ngrams import NgramModel
from train.probe_head import begin_with_probe
from train.split import held_out_works
from train.stage import authors_of, finish, training_crops, warn_of_few_works
from train.tracking import start_tracking, track_bundle
from train.trainer import Batch, StageTrainer, last_checkpoint
from train.validation import HeldOut, fewer_excerpts


class TeacherTrainer(StageTrainer):
    """Cross-entropy on the author and, with n-gram scores, their verdict as a soft target besides."""

    def __init__(self, *, args: TeacherArguments, **kwargs: Any) -> None:
        self.weight, self.temperature = args.score_weight, args.score_temperature
        super().__init__(args=args, **kwargs)

    def crop_loss(self, model: nn.Module, batch: Batch) -> tuple[torch.Tensor, Any]:
        """The mean loss over a batch; unlabelled crops (-1) learn from the n-gram model alone."""
        output = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"])
        loss = label_loss(output.logits, batch["labels"])
        if "verdicts" in batch:
            soft = soft_target_loss(output.logits, batch["verdicts"] / self.temperature, temperature=1.0)
            loss = (1 - self.weight) * loss + self.weight * soft
        return loss, output


def main(argv: Sequence[str] | None = None) -> int:
    """Train, or go on with --resume, keep the best epoch by held-out works, calibrate, write the bundle."""
    arguments = parse(TeacherArguments, argv)
    set_seed(arguments.seed)
    silence_followers(arguments)
    start_tracking(arguments, "teacher")
    file = Path(arguments.data) / TRAIN_FILE
    index = excerpt_index(file)
    keys = sorted(set(index["writer"]))
    if len(keys) < 2:
        raise DataError(f"{file} holds {len(keys)} author: a model needs at least two.")
    warn_of_few_works(index)
    held_out = held_out_works(index)
    validation = held_out_excerpts(file, held_out)
    authors = authors_of(Path(arguments.data), keys)
    ngrams = NgramModel.load(arguments.ngrams) if arguments.ngrams and arguments.score_weight else None
    with arguments.main_process_first(local=False):
        model, tokenizer = _open_base(arguments, keys, training_texts(file, held_out))
        crops = training_crops(held_out, tokenizer, authors, arguments, ngrams, transfer=ngrams is not None)
    if ngrams and last_checkpoint(arguments) is None:
        begin_with_probe(model, arguments.base, crops, arguments.probe_scale)
    trainer = TeacherTrainer(
        args=arguments,
        model=model,
        train_dataset=crops,
        data_collator=CropCollator(tokenizer),
        held_out=HeldOut(
            ModelBundle(model, tokenizer, authors), fewer_excerpts(validation, arguments.validation_excerpts)
        ),
    )
    trainer.train(resume_from_checkpoint=last_checkpoint(arguments))
    if last_to_leave(arguments):
        finish(model, tokenizer, authors, validation, Path(arguments.data), Path(arguments.out))
        track_bundle(Path(arguments.out), validation, file)
    return 0


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
    if arguments.freeze_encoder:
        model.base_model.requires_grad_(False)
    return model, tokenizer


if __name__ == "__main__":
    sys.exit(run(main, quiet=False))
