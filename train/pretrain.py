"""Masked-language pretraining: `python -m train.pretrain --data DIR --out DIR [--ngrams FILE]`.

The encoder reads `train` and `unlabelled`, never `test` or `unknown`. With `--ngrams` every token learns
besides what a linear model gives it for each author: 34 numbers a token where a label is one a work. A model
of `train.pieces` is written into the new encoder first.
"""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import ModernBertConfig, ModernBertForMaskedLM, PreTrainedTokenizerFast, set_seed

from authorship.commandline import run
from train.config import PretrainArguments, parse_options
from train.linear.additive import AdditiveModel
from train.linear.piece_model import PieceModel
from train.linear.scores import open_linear
from train.linear_start.initialisation import begin_as_linear
from train.publishing.tracking import start_tracking
from train.training.choices import held_out
from train.training.crops import CropCollator, CropOptions, RandomCrops
from train.training.encoders import small_encoder_config
from train.training.stage import epoch_size, note_making, prose_tokenizer, training_works, unlabelled_works
from train.training.throughput import last_to_leave, silence_followers
from train.training.trainer import Batch, StageTrainer, last_checkpoint, padding_mask

logger = logging.getLogger(__name__)
PROBE = "probe.safetensors"


class PretrainingModel(ModernBertForMaskedLM):
    """A masked-language model with a linear probe that tells each token's scores."""

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
        """The masked tokens' cross-entropy and, with `scores`, two squared errors of the probe.

        Each token's own, and a crop's errors summed: its verdict feels what the tokens err in alike.
        Errors that have nothing to do with one another make both equal.
        """
        hidden = self.model(input_ids=input_ids, attention_mask=padding_mask(attention_mask))[0]
        losses = {}
        if with_language:
            masked = input_ids != original_ids
            logits = self.decoder(self.head(hidden[masked]))
            losses["language_loss"] = nn.functional.cross_entropy(logits.float(), original_ids[masked])
        if scores is not None:
            kept = attention_mask.unsqueeze(-1)
            difference = (self.probe(hidden).float() - scores * self.score_scale) * kept
            values = kept.sum() * scores.shape[-1]
            losses["score_loss"] = difference.square().sum() / values
            losses["verdict_loss"] = difference.sum(dim=1).square().sum() / values
        return losses


class PretrainTrainer(StageTrainer):
    """Adds up the two losses and logs each."""

    def __init__(self, *, args: PretrainArguments, **kwargs: Any) -> None:
        self.weights = {
            "language_loss": args.language_weight,
            "score_loss": args.score_weight,
            "verdict_loss": args.verdict_weight,
        }
        super().__init__(args=args, **kwargs)

    def crop_loss(self, model: nn.Module, batch: Batch) -> tuple[torch.Tensor, Any]:
        """The weighted sum of the losses; without weight the language task costs nothing."""
        losses = model(**batch, with_language=self.weights["language_loss"] > 0)
        if self.state.global_step % self.args.logging_steps == 0:
            self.log({name: round(float(value.detach()), 4) for name, value in losses.items()})
        return torch.stack([self.weights[name] * value for name, value in losses.items()]).sum(), losses


def open_tokenizer(
    arguments: PretrainArguments, left_out: frozenset[tuple[str, str]]
) -> PreTrainedTokenizerFast:
    """The tokenizer of OUT, else of --base; else the named one, or one trained on all prose, put there."""
    out = Path(arguments.out)
    if (out / "tokenizer.json").is_file():
        opened: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(out)
        return opened
    tokenizer = prose_tokenizer(arguments.base or arguments.tokenizer, left_out, arguments)
    tokenizer.save_pretrained(out)
    return tokenizer


def pretraining_crops(
    arguments: PretrainArguments,
    left_out: frozenset[tuple[str, str]],
    tokenizer: PreTrainedTokenizerFast,
    ngrams: AdditiveModel | None,
) -> RandomCrops:
    """Crops of all prose that may be read: the training works and the unlabelled, drawn alike."""
    works = training_works(left_out, tokenizer, arguments) + unlabelled_works(tokenizer, arguments)
    options = CropOptions(arguments.window - 2, arguments.token_masking, 0.0, arguments.balance)
    return RandomCrops(
        works, tokenizer, {}, epoch_size(arguments), options, seed=arguments.seed, ngrams=ngrams
    )


def pretrain(arguments: PretrainArguments) -> None:
    """Pretrain, or go on from a checkpoint, and write the encoder and its tokenizer.

    Raises:
        AuthorshipError: the data, the base or the options do not allow it.
    """
    set_seed(arguments.seed)
    silence_followers(arguments)
    start_tracking(arguments, "pretrain")
    left_out = held_out(arguments)
    with arguments.main_process_first(local=False):
        tokenizer = open_tokenizer(arguments, left_out)
        ngrams = open_linear(arguments.ngrams, tokenizer) if arguments.ngrams else None
        crops = pretraining_crops(arguments, left_out, tokenizer, ngrams)
    scale = 1 / score_deviation(crops)
    model = first_model(arguments, tokenizer, len(ngrams.keys) if ngrams else 1, scale)
    checkpoint = last_checkpoint(arguments)
    if isinstance(ngrams, PieceModel) and not arguments.base and checkpoint is None:
        begin_as_linear(model.model, model.probe, tokenizer, ngrams, scale, arguments.seed)
    if arguments.freeze_embeddings:
        cast(nn.Embedding, model.get_input_embeddings()).requires_grad_(False)
    trainer = PretrainTrainer(
        args=arguments, model=model, train_dataset=crops, data_collator=CropCollator(tokenizer)
    )
    if arguments.num_train_epochs:
        trainer.train(resume_from_checkpoint=checkpoint)
    if arguments.base:
        began = f"an encoder that began as {Path(arguments.base).name}"
    elif isinstance(ngrams, PieceModel):
        began = (
            "an encoder into which a linear model of word pieces and their pairs was written in closed form"
        )
    else:
        began = "an encoder that began at random"
    note_making(trainer, began)
    if last_to_leave(arguments):
        save_encoder(model, Path(arguments.out))


def first_model(
    arguments: PretrainArguments, tokenizer: PreTrainedTokenizerFast, authors: int, score_scale: float
) -> PretrainingModel:
    """A new encoder, or the one of --base with its probe where it has one for these authors."""
    if not arguments.base:
        shape = arguments.layers, arguments.width, arguments.local_layers, arguments.units
        config = small_encoder_config(tokenizer, *shape)
        return PretrainingModel(config, authors, score_scale)
    begun = ModernBertForMaskedLM.from_pretrained(arguments.base, dtype=torch.float32)
    model = PretrainingModel(begun.config, authors, score_scale)
    model.load_state_dict(begun.state_dict(), strict=False)
    if (file := Path(arguments.base) / PROBE).is_file():
        probe = load_file(file)
        if probe["weight"].shape == model.probe.weight.shape:
            model.probe.load_state_dict(probe)
    return model


def save_encoder(model: PretrainingModel, out: Path) -> None:
    """Write the masked-language model in half precision, in shards, and its probe beside it."""
    plain = ModernBertForMaskedLM(model.config)
    plain.load_state_dict(model.state_dict(), strict=False)
    half = {name: tensor.to(torch.float16) for name, tensor in plain.state_dict().items()}
    plain.save_pretrained(out, state_dict=half, max_shard_size="15MB")
    save_file({name: tensor.contiguous() for name, tensor in model.probe.state_dict().items()}, out / PROBE)


def score_deviation(crops: RandomCrops, sample: int = 64) -> float:
    """The standard deviation of a token's scores over some crops; 1 without scores."""
    if crops.ngrams is None:
        return 1.0
    scores = [crops[index]["scores"].ravel() for index in range(sample)]
    return float(np.concatenate(scores).std())


def main(argv: Sequence[str] | None = None) -> int:
    """`pretrain` with a command line's options."""
    pretrain(parse_options(PretrainArguments, argv))
    return 0


if __name__ == "__main__":
    sys.exit(run(main, quiet=False))
