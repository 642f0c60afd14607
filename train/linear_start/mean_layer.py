"""A BERT whose last layer takes the mean of all tokens' states, and its head, both written in closed form.

The first token attends to all tokens alike, and what it had of its own is drowned: so a mean is a layer like
any other, padding stays out of it, and the model is an ordinary BERT.
"""

from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import (
    BertForSequenceClassification,
    PreTrainedModel,
    RobertaForSequenceClassification,
    XLMRobertaForSequenceClassification,
)

from train.training.encoders import encoder_layers, with_layers

STEP = 2  # depths are even, so that a student of every other layer keeps the one that takes the mean
_SOFT = 0.5  # how far the head's tanh is used
_KINDS = (
    BertForSequenceClassification,
    RobertaForSequenceClassification,
    XLMRobertaForSequenceClassification,
)

Matrix = NDArray[np.float64]
States = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pooling:
    """How states become what the head reads, all of one layer.

    `centre` `(width,)` is the mean state, `whitening` `(width, width)` multiplies a mean less the centre,
    `offset` `(width,)` is added.
    """

    centre: Matrix
    whitening: Matrix
    offset: Matrix

    def apply(self, states: States) -> Matrix:
        """What the head reads, `(windows, width)`, of the first and the mean states `(windows, 2, width)`."""
        mixed = states[:, 0] + (states[:, 1] - self.centre) @ self.whitening + self.offset
        mixed = mixed - mixed.mean(axis=1, keepdims=True)
        read: Matrix = np.tanh(_SOFT * mixed / mixed.std(axis=1, keepdims=True))
        return read


@dataclass(frozen=True, slots=True)
class PooledStart:
    """A start in closed form: the encoder's layers that stay, the mean's layer, and the head.

    `weight` `(authors, width)` and `bias` `(authors,)` are the head's.
    """

    depth: int
    pooling: Pooling
    weight: Matrix
    bias: Matrix

    def logits(self, states: States) -> Matrix:
        """The authors' logits `(windows, authors)` of the states `(windows, 2, width)` of this depth."""
        said: Matrix = self.pooling.apply(states) @ self.weight.T + self.bias
        return said

    def scaled(self, scale: float) -> "PooledStart":
        """The same with all logits times `scale`."""
        return replace(self, weight=scale * self.weight, bias=scale * self.bias)

    def build(self, model: PreTrainedModel) -> PreTrainedModel:
        """A copy of `model` that has this depth and says this, without dropout.

        The whitening makes much of directions in which states vary little, and so of what dropout shifts.
        """
        built = with_layers(model, list(range(self.depth)), fresh=1)
        _switch_dropout_off(built)
        with torch.no_grad():
            _write_pooling(encoder_layers(built)[1][-1], self.pooling)
            dense, out = _head(built)
            dense.weight.copy_(_SOFT * torch.eye(len(dense.weight)))
            dense.bias.zero_()
            out.weight.copy_(torch.from_numpy(self.weight))
            out.bias.copy_(torch.from_numpy(self.bias))
        return built


def can_pool(model: PreTrainedModel) -> bool:
    """Whether `PooledStart.build` knows the model's kind, and it is deep enough for a choice."""
    return isinstance(model, _KINDS) and int(model.config.num_hidden_layers) >= STEP


def _write_pooling(layer: Any, pooling: Pooling) -> None:
    """Make a fresh layer take the mean: every head attends to all tokens alike, the rest passes it on.

    The keys stay as they were drawn, so that training can move the queries.
    """
    attention, output = layer.attention, layer.output
    width = len(pooling.centre)
    attention.self.query.weight.zero_()
    attention.self.query.bias.zero_()
    attention.self.value.weight.copy_(torch.eye(width))
    attention.self.value.bias.copy_(torch.from_numpy(-pooling.centre))
    attention.output.dense.weight.copy_(torch.from_numpy(pooling.whitening.T))
    attention.output.dense.bias.copy_(torch.from_numpy(pooling.offset))
    output.dense.weight.zero_()
    output.dense.bias.zero_()
    for norm in (attention.output.LayerNorm, output.LayerNorm):
        norm.weight.fill_(1.0)
        norm.bias.zero_()


def _switch_dropout_off(model: PreTrainedModel) -> None:
    config = model.config
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = config.classifier_dropout = 0.0
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0


def _head(model: PreTrainedModel) -> tuple[nn.Linear, nn.Linear]:
    """The two layers of a head with a tanh between them."""
    if isinstance(model, BertForSequenceClassification):
        return cast(Any, model.bert.pooler).dense, model.classifier
    head = cast(Any, model.classifier)
    return head.dense, head.out_proj
