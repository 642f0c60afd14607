"""The small encoder that stands in where no pretrained weights can be had."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import torch
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    ModernBertConfig,
    ModernBertForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from authorship.encode.windows import fit_to_model
from train.errors import DataError
from train.training.tokenizer import train_tokenizer, with_edition_normalizer

_HEAD_WIDTH = 64


class EncoderOptions(Protocol):
    """The shape of an encoder made from nothing."""

    layers: int
    width: int
    units: int
    vocabulary: int
    window: int
    tokenizer: str


def small_encoder_config(
    tokenizer: PreTrainedTokenizerFast, layers: int, width: int, local: int = 0, units: int = 0
) -> ModernBertConfig:
    """ModernBERT's shape, small: mean pooling, rotary positions, full attention within a window.

    A feed-forward layer has `units`, or four times the width. The first `local` layers look four tokens
    ahead and back only; half of the others' rotary waves stand still within a window, so that tokens can be
    alike wherever they stand. Embeddings are whole in training: what is
    known of a piece is a small part of its vector, and dropout would drown it.
    """
    return ModernBertConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=units or width * 4,
        num_hidden_layers=layers,
        num_attention_heads=max(width // _HEAD_WIDTH, 1),
        max_position_embeddings=int(tokenizer.model_max_length),
        pad_token_id=tokenizer.pad_token_id,
        cls_token_id=tokenizer.cls_token_id,
        sep_token_id=tokenizer.sep_token_id,
        bos_token_id=tokenizer.cls_token_id,
        eos_token_id=tokenizer.sep_token_id,
        classifier_pooling="mean",
        classifier_dropout=0.1,
        embedding_dropout=0.0,
        layer_types=["sliding_attention"] * local + ["full_attention"] * (layers - local),
        local_attention=8,
        rope_parameters={
            "full_attention": {"rope_type": "default", "rope_theta": 1e7},
            "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
        },
    )


def open_base(
    base: str, keys: Sequence[str], texts: Iterable[str], options: EncoderOptions
) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """A classifier of these authors and its tokenizer: on a pretrained base, or from nothing.

    A base with a tokenizer of its own gets the project's normalisation in front of its own.

    Raises:
        DataError: the base cannot be opened, or has no fast tokenizer.
    """
    if not base:
        tokenizer = _tokenizer(texts, options)
        config = small_encoder_config(tokenizer, options.layers, options.width, units=options.units)
        config.num_labels = len(keys)
        config.id2label, config.label2id = _labels(keys)
        return ModernBertForSequenceClassification(config), tokenizer
    try:
        opened = AutoTokenizer.from_pretrained(base, trust_remote_code=False)
        model = _classifier(base, keys)
    except (OSError, ValueError) as error:
        raise DataError(f"The base {base!r} cannot be opened: {error}") from error
    if not isinstance(opened, PreTrainedTokenizerFast):
        raise DataError(f"The base {base!r} has no fast tokenizer, which word offsets need.")
    fit_to_model(opened, model)
    return model, with_edition_normalizer(opened)


def has_head(base: str, keys: Sequence[str]) -> bool:
    """Whether the base is a classifier of as many authors already, whose head goes on."""
    config = AutoConfig.from_pretrained(base, trust_remote_code=False)
    kinds = config.architectures or []
    return config.num_labels == len(keys) and any(
        kind.endswith("ForSequenceClassification") for kind in kinds
    )


def _tokenizer(texts: Iterable[str], options: EncoderOptions) -> PreTrainedTokenizerFast:
    if options.tokenizer:
        opened: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(options.tokenizer)
        return opened
    return train_tokenizer(texts, options.vocabulary, options.window)


def _classifier(base: str, keys: Sequence[str]) -> PreTrainedModel:
    id2label, label2id = _labels(keys)
    model: PreTrainedModel = AutoModelForSequenceClassification.from_pretrained(
        base,
        num_labels=len(keys),
        id2label=id2label,
        label2id=label2id,
        ignore_mismatched_sizes=True,
        trust_remote_code=False,
        dtype=torch.float32,
    )
    return model


def _labels(keys: Sequence[str]) -> tuple[dict[int, str], dict[str, int]]:
    return dict(enumerate(keys)), {key: label_id for label_id, key in enumerate(keys)}
