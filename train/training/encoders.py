"""Encoders that training begins with: a small one where no pretrained one can be had, and parts of another.

A student keeps every other layer of its teacher, a base is left without its last layers.
"""

import copy
from collections.abc import Iterable, Sequence
from typing import Protocol

import torch
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    ModernBertConfig,
    ModernBertForSequenceClassification,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from authorship.encode import fit_to_model
from train.data.sources import DataError
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


def half_depth(teacher: PreTrainedModel) -> PreTrainedModel:
    """A copy of `teacher` that keeps its encoder layers 0, 2, 4, …; all else is copied as it is.

    Raises:
        DataError: the model has no list of encoder layers, or only one layer.
    """
    layers = int(teacher.config.num_hidden_layers)
    if layers < 2:
        raise DataError(f"A teacher of {layers} layer cannot be halved: train one of at least two.")
    return with_layers(teacher, list(range(0, layers, 2)))


def with_layers(model: PreTrainedModel, kept: list[int], fresh: int = 0) -> PreTrainedModel:
    """A copy of `model` with its encoder layers `kept` and, above them, `fresh` new ones; all else is copied.

    Raises:
        DataError: the model has no list of encoder layers.
    """
    copied = type(model)(_kept_config(model.config, kept, fresh))
    state = _kept_state(model, kept)
    copied.load_state_dict({**copied.state_dict(), **state})
    return copied


def _kept_config(config: PreTrainedConfig, kept: list[int], fresh: int) -> PreTrainedConfig:
    """The configuration of those layers; what it lists layer by layer, as ModernBERT's kinds of attention,
    is taken along with its layer, a new one being as the last."""
    chosen = copy.deepcopy(config)
    for name, values in config.to_dict().items():
        if "layer" in name and isinstance(values, list) and len(values) == config.num_hidden_layers:
            setattr(chosen, name, [values[index] for index in [*kept, *kept[-1:] * fresh]])
    chosen.num_hidden_layers = len(kept) + fresh
    return chosen


def encoder_layers(model: PreTrainedModel) -> tuple[str, nn.ModuleList]:
    """The encoder's list of layers and its name within the model.

    Raises:
        DataError: no list of modules is as long as the configuration says.
    """
    for name, module in model.named_modules():
        if isinstance(module, nn.ModuleList) and len(module) == model.config.num_hidden_layers:
            return name, module
    raise DataError(f"{type(model).__name__} has no list of encoder layers to take half of.")


def _kept_state(teacher: PreTrainedModel, kept: list[int]) -> dict[str, object]:
    prefix = encoder_layers(teacher)[0] + "."
    places = {str(old): str(new) for new, old in enumerate(kept)}
    state = {}
    for name, tensor in teacher.state_dict().items():
        if not name.startswith(prefix):
            state[name] = tensor
            continue
        layer, _, rest = name.removeprefix(prefix).partition(".")
        if layer in places:
            state[f"{prefix}{places[layer]}.{rest}"] = tensor
    return state
