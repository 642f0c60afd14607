"""Masked-language pretraining: `python -m train.pretrain --data DIR --out DIR [--ngrams FILE]`.

The encoder reads `train` and `unlabelled`, never `test` or `unknown`. With `--ngrams` every token learns
besides what the n-gram model gives it for each author: 34 numbers a token where a label is one a work.
"""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import nn
from transformers import (
    ModernBertConfig,
    ModernBertForMaskedLM,
    PreTrainedTokenizerFast,
    set_seed,
)

from authorship.commandline import run
from train.config import PretrainArguments, parse
from train.crops import CropCollator, CropOptions, RandomCrops
from train.data import TRAIN_FILE, UNLABELLED_FILE, read_excerpts, works
from train.encoder import small_encoder_config
from train.ngrams import NgramModel
from train.split import held_out_works, split_frame
from train.stream import TokenisedWork, tokenise
from train.tokenizer import train_tokenizer
from train.trainer import Batch, StageTrainer, last_checkpoint

logger = logging.getLogger(__name__)


class PretrainingModel(ModernBertForMaskedLM):
    """A masked-language model with a linear probe that tells each token's n-gram scores."""

    def __init__(self, config: ModernBertConfig, authors: int = 1, score_scale: float = 1.0) -> None:
        super().__init__(config)
        self.probe = nn.Linear(config.hidden_size, authors)
        self.score_scale = score_scale
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(
        self,
        input_ids: torch.Tensor,
        original_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        scores: torch.Tensor | None = None,
        with_language: bool = True,
        **ignored: Any,
    ) -> dict[str, torch.Tensor]:
        """The masked tokens' cross-entropy and, with `scores`, the mean squared error of the probe."""
        mask = None if bool(attention_mask.all()) else attention_mask
        hidden = self.model(input_ids=input_ids, attention_mask=mask)[0]
        losses = {}
        if with_language:
            masked = input_ids != original_ids
            logits = self.decoder(self.head(hidden[masked]))
            losses["language_loss"] = nn.functional.cross_entropy(logits.float(), original_ids[masked])
        if scores is not None:
            difference = self.probe(hidden).float() - scores * self.score_scale
            losses["score_loss"] = difference[attention_mask.bool()].square().mean()
        return losses


class PretrainTrainer(StageTrainer):
    """Adds up the two losses and logs each."""

    def __init__(self, *, args: PretrainArguments, **kwargs: Any) -> None:
        self.weights = {"language_loss": args.language_weight, "score_loss": args.score_weight}
        super().__init__(args=args, **kwargs)

    def crop_loss(self, model: nn.Module, batch: Batch) -> tuple[torch.Tensor, Any]:
        """The weighted sum of the losses; without weight the language task costs nothing."""
        losses = model(**batch, with_language=self.weights["language_loss"] > 0)
        if self.state.global_step % self.args.logging_steps == 0:
            self.log({name: round(float(value.detach()), 4) for name, value in losses.items()})
        return torch.stack([self.weights[name] * value for name, value in losses.items()]).sum(), losses


def pretraining_works(
    data: Path, tokenizer: PreTrainedTokenizerFast | None, arguments: PretrainArguments
) -> tuple[PreTrainedTokenizerFast, list[TokenisedWork]]:
    """All prose that may be read, the held-out works of `train` left out, and the tokenizer it gives."""
    frame = read_excerpts(data / TRAIN_FILE)
    training, _ = split_frame(frame, held_out_works(frame))
    parts = [training]
    if (data / UNLABELLED_FILE).is_file():
        parts.append(read_excerpts(data / UNLABELLED_FILE))
    else:
        logger.warning("No %s in %s: pretraining reads the training works alone.", UNLABELLED_FILE, data)
    everything = pd.concat(parts, ignore_index=True)
    if tokenizer is None:
        logger.warning("Training a tokenizer of %d word pieces.", arguments.vocabulary)
        tokenizer = train_tokenizer(everything["text"], arguments.vocabulary, arguments.window)
    logger.warning("Tokenising %d excerpts.", len(everything))
    return tokenizer, list(tokenise(works(everything), tokenizer))


def main(argv: Sequence[str] | None = None) -> int:
    """Pretrain, or go on with --resume, and write the encoder and its tokenizer to OUT."""
    arguments = parse(PretrainArguments, argv)
    set_seed(arguments.seed)
    out = Path(arguments.out)
    has_tokenizer = (out / "tokenizer.json").is_file()
    tokenizer = PreTrainedTokenizerFast.from_pretrained(out) if has_tokenizer else None
    tokenizer, tokenised = pretraining_works(Path(arguments.data), tokenizer, arguments)
    tokenizer.save_pretrained(out)
    ngrams = NgramModel.load(arguments.ngrams) if arguments.ngrams else None
    options = CropOptions(arguments.window - 2, arguments.token_masking, 0.0, arguments.balance)
    crops = RandomCrops(
        tokenised, tokenizer, {}, arguments.crops_per_epoch, options, seed=arguments.seed, ngrams=ngrams
    )
    config = small_encoder_config(tokenizer, arguments.layers, arguments.width)
    model = PretrainingModel(config, len(ngrams.keys) if ngrams else 1, 1 / score_deviation(crops))
    trainer = PretrainTrainer(
        args=arguments, model=model, train_dataset=crops, data_collator=CropCollator(tokenizer)
    )
    trainer.train(resume_from_checkpoint=last_checkpoint(arguments))
    save_encoder(model, out)
    return 0


def save_encoder(model: PretrainingModel, out: Path) -> None:
    """Write the masked-language model without its probe, in half precision, in shards."""
    plain = ModernBertForMaskedLM(model.config)
    plain.load_state_dict(model.state_dict(), strict=False)
    half = {name: tensor.to(torch.float16) for name, tensor in plain.state_dict().items()}
    plain.save_pretrained(out, state_dict=half, max_shard_size="15MB")


def score_deviation(crops: RandomCrops, sample: int = 64) -> float:
    """The standard deviation of a token's n-gram scores over some crops; 1 without scores."""
    if crops.ngrams is None:
        return 1.0
    scores = [crops[index]["scores"].ravel() for index in range(sample)]
    return float(np.concatenate(scores).std())


if __name__ == "__main__":
    sys.exit(run(main, quiet=False))
