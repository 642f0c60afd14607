"""A head that begins with what the encoder tells of its teacher's verdicts, in closed form.

A head trained step by step from nothing loses what the encoder knows; least squares lose nothing.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file
from sklearn.linear_model import RidgeCV
from torch import Tensor, nn
from tqdm import tqdm
from transformers import ModernBertForSequenceClassification, PreTrainedModel

from authorship.engines.sparse.encoder import is_sparse, to_sparse
from authorship.engines.sparse.pruning import without_mute_parts
from authorship.models.bundle import ModelBundle
from train.config import StageArguments
from train.evaluation.calibrate import best_scale
from train.pretrain import PROBE
from train.training.choices import Choices
from train.training.crops import CropCollator, RandomCrops
from train.training.losses import soft_target_loss
from train.training.validation import compiled_for, score_excerpts

logger = logging.getLogger(__name__)

_CROPS, _BATCH = 8, 32  # crops for each coordinate of the hidden states, and at once
_TRIED = 2  # crops that tell whether a model is sparse
_RIDGES = np.logspace(-5, -1, 9)  # a crop, beside variances of one
_SOFTNESS = 8.0  # the temperature of both distributions
_STEPS, _STAY = 60, 1e-4  # at most, and what a square of the way from least squares costs
_STEADY = 0.1  # what keeps the constant units from leaning on coordinates that hardly vary, in mean variances
_ROOM = 3  # units an author at least: two speak for them, the others stand still
_SMALL = 0.3  # how far the authors' units reach beside the constant ones, before the layer norm


@dataclass(frozen=True, slots=True)
class Readout:
    """What an encoder's mean hidden states say of the verdicts of a linear model, or of a teacher.

    `weight` `(authors, width)`, `bias` and `intercepts` `(authors,)`, the linear model's own or the teacher's
    mean logits; `pooled` are the hidden states that it was fitted to, `(crops, width)`.
    """

    weight: Tensor
    bias: Tensor
    intercepts: Tensor
    pooled: Tensor

    def say(self, pooled: Tensor) -> Tensor:
        """The logits `(texts, authors)` of mean hidden states `(texts, width)`."""
        return pooled @ self.weight.T + self.bias + self.intercepts

    def write(self, model: PreTrainedModel, scale: float = 1.0) -> None:
        """Make `model` say it, `scale` times what is not the intercepts.

        Dropout in the head is switched off: half of a pair of opposites says nothing.
        """
        assert isinstance(model, ModernBertForSequenceClassification)
        _write(model, scale * self.weight, scale * self.bias + self.intercepts, self.pooled)
        model.config.classifier_dropout = model.drop.p = 0.0


def fit_readout(model: PreTrainedModel, base: str, crops: RandomCrops) -> Readout | None:
    """What the probe beside `base` says, and by ridge regression what it leaves of the crops' verdicts.

    None where there is no probe that fits, or no room in the head for its authors.
    """
    file = Path(base) / PROBE
    if not (base and file.is_file() and isinstance(model, ModernBertForSequenceClassification)):
        return None
    probe = load_file(file)
    shape = int(model.config.num_labels or 0), model.config.hidden_size
    if crops.ngrams is None or probe["weight"].shape != shape or not _has_room(model):
        return None
    pooled, verdicts = _read(model, crops.whole(), lambda batch: batch["verdicts"])
    means = pooled @ probe["weight"].T + probe["bias"]
    intercepts = torch.from_numpy(crops.ngrams.intercepts)
    targets = verdicts - intercepts
    factor = (means * targets).sum() / means.square().sum()
    weight, bias = _ridge(pooled, targets - factor * means)
    return Readout(factor * probe["weight"] + weight, factor * probe["bias"] + bias, intercepts, pooled)


def follows_in_closed_form(student: PreTrainedModel, teacher: PreTrainedModel) -> bool:
    """Whether the student's head can be fitted to a teacher whose own was written in closed form.

    That has no dropout; half of its layers are exact, and training a head from there would blur it.
    """
    alike = all(isinstance(model, ModernBertForSequenceClassification) for model in (student, teacher))
    return alike and not teacher.config.classifier_dropout and _has_room(student)


def fit_to_teacher(student: PreTrainedModel, teacher: PreTrainedModel, crops: RandomCrops) -> Readout:
    """What a student says of its teacher's logits: by least squares, then by `distil_readout`."""
    pooled, logits = read_teacher(student, teacher, crops)
    return distil_readout(least_squares(pooled, logits), logits)


def read_teacher(
    student: PreTrainedModel, teacher: PreTrainedModel, crops: RandomCrops
) -> tuple[Tensor, Tensor]:
    """The student's mean hidden states `(crops, width)` and the teacher's logits `(crops, authors)`."""
    asked = _fastest(teacher, crops)

    def ask(batch: dict[str, Any]) -> Tensor:
        logits: Tensor = asked(input_ids=batch["input_ids"]).logits
        return logits

    return _read(student, crops, ask)


def least_squares(pooled: Tensor, logits: Tensor) -> Readout:
    """What hidden states say of logits by ridge regression."""
    intercepts = logits.mean(dim=0)
    return Readout(*_ridge(pooled, logits - intercepts), intercepts, pooled)


def distil_readout(readout: Readout, logits: Tensor) -> Readout:
    """The readout nearby of least T²·KL to a teacher's `logits` `(crops, authors)`.

    Least squares count every author's logit alike; this counts who might have written the crop. The loss is
    convex (L-BFGS, Nocedal 1980), and leaves what all authors' logits share as it is.
    """
    scale = _deviation(readout.pooled)
    states = (readout.pooled / scale).double()
    begun = readout.say(readout.pooled).double()
    shapes = readout.weight.shape, readout.bias.shape
    steps = [torch.zeros(shape, dtype=torch.double).requires_grad_() for shape in shapes]
    optimiser = torch.optim.LBFGS(steps, max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        moved, shifted = steps
        said = begun + states @ moved.T + shifted
        value = soft_target_loss(said, logits, _SOFTNESS) + _STAY * moved.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    moved, shifted = (step.detach().float() for step in steps)
    return replace(readout, weight=readout.weight + moved / scale, bias=readout.bias + shifted)


def _ridge(pooled: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Weight `(authors, width)` and bias `(authors,)` that give the targets `(crops, authors)`.

    Coordinates are brought to one variance before: a ridge on them as they are spares the large ones.
    """
    scale = _deviation(pooled)
    ridge = RidgeCV(_RIDGES * len(pooled)).fit((pooled / scale).numpy(), targets.numpy())
    return torch.from_numpy(ridge.coef_).float() / scale, torch.from_numpy(ridge.intercept_).float()


def _deviation(pooled: Tensor) -> Tensor:
    return pooled.std(dim=0).clamp_min(torch.finfo(pooled.dtype).tiny)


def _has_room(model: PreTrainedModel) -> bool:
    return bool(model.config.hidden_size >= _ROOM * int(model.config.num_labels or 0))


def write_best(
    readout: Readout, bundle: ModelBundle, validation: pd.DataFrame, arguments: StageArguments
) -> None:
    """Write the readout into the bundle's model, at the scale of least log loss on the held-out excerpts.

    Without any it is the scale that the stage's --choices name, else 1. OUT keeps what was chosen.
    """
    readout.write(bundle.model)
    if len(validation):
        compiled = compiled_for(bundle, len(validation))
        scored = score_excerpts(compiled, validation, progress="scale of the head")
        choices = Choices(best_scale(scored, readout.intercepts.numpy()))
        logger.warning("What the encoder says counts %g times beside the intercepts.", choices.scale)
    elif arguments.choices:
        choices = Choices.load(Path(arguments.choices))
    else:
        return
    readout.write(bundle.model, choices.scale)
    if arguments.process_index == 0:
        choices.save(Path(arguments.out))


def _read(
    model: PreTrainedModel, crops: RandomCrops, ask: Callable[[dict[str, Any]], Tensor]
) -> tuple[Tensor, Tensor]:
    """The mean hidden states of some crops, `(crops, width)`, and their verdicts, `(crops, authors)`.

    `ask` tells a batch's verdicts.
    """
    model.eval()
    encoder, pooled, verdicts = _fastest(model, crops).base_model, [], []
    size = _CROPS * model.config.hidden_size
    with tqdm(total=size, desc="crops for the head") as bar, torch.no_grad():
        for batch in _batches(crops, size):
            pooled.append(encoder(input_ids=batch["input_ids"])[0].mean(dim=1))
            verdicts.append(ask(batch))
            bar.update(len(pooled[-1]))
    return torch.cat(pooled), torch.cat(verdicts)


def sparse_reader(model: PreTrainedModel, crops: RandomCrops) -> PreTrainedModel | None:
    """`model` for batches without padding, computing its active units only; None where many are."""
    windows = (batch["input_ids"][0].numpy() for batch in _batches(crops, _TRIED))
    return to_sparse(model) if is_sparse(model, windows) else None


def _fastest(model: PreTrainedModel, crops: RandomCrops) -> PreTrainedModel:
    """What reads batches without padding as the model does, but faster."""
    return sparse_reader(model, crops) or without_mute_parts(model)


def _batches(crops: RandomCrops, size: int) -> Iterator[dict[str, Any]]:
    """The first `size` crops, those of one length together, so that nothing is padded."""
    collate = CropCollator(crops.tokenizer)
    for first in range(0, size, _BATCH):
        some = [crops[index] for index in range(first, min(size, first + _BATCH))]
        for _, alike in groupby(sorted(some, key=_length), key=_length):
            yield collate(list(alike))


def _length(crop: dict[str, Any]) -> int:
    return len(crop["ids"])


def _write(model: ModernBertForSequenceClassification, weight: Tensor, bias: Tensor, pooled: Tensor) -> None:
    """Make the head say `weight @ hidden + bias`, up to a hundredth.

    Each author has a pair of opposite units, whose GELUs' difference is linear. The other units hold plus or
    minus one whatever the text, so that the layer norm finds all texts alike.
    """
    authors, width = weight.shape
    constant = _constant(pooled)
    small = _SMALL / (pooled @ weight.T).abs().mean()
    signs = torch.tensor([1.0, 0.0]).repeat(width)[: width - 2 * authors]
    with torch.no_grad():
        rows = [weight * small, -weight * small, 4 * signs.unsqueeze(1) * constant]
        model.head.dense.weight.copy_(torch.cat(rows))
        units = nn.functional.gelu(pooled @ model.head.dense.weight.T)
        deviation = units.std(dim=1, unbiased=False).mean()
        model.head.norm.weight.fill_(1.0)
        opposite = torch.eye(authors) * deviation / small
        silent = torch.zeros(authors, width - 2 * authors)
        model.classifier.weight.copy_(torch.cat([opposite, -opposite, silent], dim=1))
        model.classifier.bias.copy_(bias)


def _constant(pooled: Tensor) -> Tensor:
    """The direction `(width,)` in which all hidden states are as nearly one as they can be.

    By least squares: along the mean itself they vary by a hundredth or more, and with them all logits.
    """
    states = pooled.double()
    products = states.T @ states / len(states)
    ridge = _STEADY * states.var(dim=0).mean() * torch.eye(states.shape[1], dtype=states.dtype)
    constant: Tensor = torch.linalg.solve(products + ridge, states.mean(dim=0))
    return constant.float()
