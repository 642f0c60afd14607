"""The teacher: `python -m train.teacher --data DIR --out DIR [--base NAME_OR_FOLDER]`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import set_seed

from authorship.bundle import ModelBundle
from authorship.commandline import run
from train.config import TeacherArguments, parse
from train.crops import CropCollator
from train.data import TRAIN_FILE, read_excerpts
from train.encoder import open_base
from train.errors import DataError
from train.losses import label_loss, soft_target_loss
from train.ngrams import NgramModel
from train.split import held_out_works, split_frame
from train.stage import authors_of, finish, training_crops, warn_of_few_works
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
    data = Path(arguments.data)
    frame = read_excerpts(data / TRAIN_FILE)
    keys = sorted(set(frame["writer"]))
    if len(keys) < 2:
        raise DataError(f"{data / TRAIN_FILE} holds {len(keys)} author: a model needs at least two.")
    warn_of_few_works(frame)
    training, validation = split_frame(frame, held_out_works(frame))
    if arguments.resume and (Path(arguments.out) / "tokenizer.json").is_file():
        arguments.tokenizer = str(arguments.out)
    model, tokenizer = open_base(arguments.base, keys, training["text"], arguments)
    tokenizer.save_pretrained(arguments.out)
    if arguments.freeze_encoder:
        model.base_model.requires_grad_(False)
    authors = authors_of(data, keys)
    ngrams = NgramModel.load(arguments.ngrams) if arguments.ngrams and arguments.score_weight else None
    bundle = ModelBundle(model, tokenizer, authors)
    trainer = TeacherTrainer(
        args=arguments,
        model=model,
        train_dataset=training_crops(
            training, tokenizer, authors, arguments, ngrams, transfer=ngrams is not None
        ),
        data_collator=CropCollator(tokenizer),
        held_out=HeldOut(bundle, fewer_excerpts(validation, arguments.validation_excerpts)),
    )
    trainer.train(resume_from_checkpoint=last_checkpoint(arguments))
    finish(model, tokenizer, authors, validation, Path(arguments.out))
    return 0


if __name__ == "__main__":
    sys.exit(run(main, quiet=False))
