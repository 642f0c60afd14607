"""A head that begins with what the encoder tells of the linear model's verdicts, in closed form.

A head trained step by step from nothing loses what the encoder knows; least squares lose nothing.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from sklearn.linear_model import RidgeCV
from torch import Tensor, nn
from tqdm import tqdm
from transformers import ModernBertForSequenceClassification, PreTrainedModel

from train.calibrate import best_temperature, log_loss
from train.crops import CropCollator, RandomCrops
from train.pretrain import PROBE
from train.validation import ScoredExcerpts

_CROPS, _BATCH = 2048, 32
_RIDGES = np.logspace(-4, 4, 9)
_SCALES = (0.8, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
_ROOM = 3  # units an author at least: two speak for them, the others stand still
_SMALL = 0.3  # how far the authors' units reach beside the constant ones, before the layer norm


@dataclass(frozen=True, slots=True)
class Readout:
    """What an encoder's mean hidden states say of the linear model's verdicts.

    `weight` `(authors, width)`, `bias` and the linear model's `intercepts` `(authors,)`; `pooled` are the
    hidden states that it was fitted to, `(crops, width)`.
    """

    weight: Tensor
    bias: Tensor
    intercepts: Tensor
    pooled: Tensor

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
    authors, width = int(model.config.num_labels or 0), model.config.hidden_size
    if crops.ngrams is None or probe["weight"].shape != (authors, width) or width < _ROOM * authors:
        return None
    pooled, verdicts = _read(model, crops)
    means = pooled @ probe["weight"].T + probe["bias"]
    intercepts = torch.from_numpy(crops.ngrams.intercepts)
    targets = verdicts - intercepts
    factor = (means * targets).sum() / means.square().sum()
    rest = RidgeCV(_RIDGES).fit(pooled.numpy(), (targets - factor * means).numpy())
    weight = factor * probe["weight"] + torch.from_numpy(rest.coef_).float()
    bias = factor * probe["bias"] + torch.from_numpy(rest.intercept_).float()
    return Readout(weight, bias, intercepts, pooled)


def best_scale(scored: ScoredExcerpts, intercepts: NDArray[np.floating]) -> float:
    """The scale of least log loss on held-out works, whatever the temperature.

    An encoder that knows a part of the verdicts says less than they do, while the intercepts stay whole.
    `scored` are the logits at scale 1.
    """
    said = scored.logits - intercepts

    def loss(scale: float) -> float:
        scaled = replace(scored, logits=scale * said + intercepts)
        return log_loss(scaled, best_temperature(scaled))

    return min(_SCALES, key=loss)


def _read(model: ModernBertForSequenceClassification, crops: RandomCrops) -> tuple[Tensor, Tensor]:
    """The mean hidden states of some crops, `(crops, width)`, and their verdicts, `(crops, authors)`."""
    collate, pooled, verdicts = CropCollator(crops.tokenizer), [], []
    for first in tqdm(range(0, _CROPS, _BATCH), desc="crops for the head", unit_scale=_BATCH):
        batch: dict[str, Any] = collate([crops[index] for index in range(first, first + _BATCH)])
        mask = batch["attention_mask"]
        with torch.no_grad():
            hidden = model.model(input_ids=batch["input_ids"], attention_mask=mask)[0]
        pooled.append((hidden * mask.unsqueeze(-1)).sum(dim=1) / mask.sum(dim=1, keepdim=True))
        verdicts.append(batch["verdicts"])
    return torch.cat(pooled), torch.cat(verdicts)


def _write(model: ModernBertForSequenceClassification, weight: Tensor, bias: Tensor, pooled: Tensor) -> None:
    """Make the head say `weight @ hidden + bias`, up to a few per cent.

    Each author has a pair of opposite units, whose GELUs' difference is linear. The other units hold plus or
    minus one whatever the text, from the mean hidden state, so that the layer norm finds all texts alike.
    """
    authors, width = weight.shape
    mean = pooled.mean(dim=0)
    constant = mean / mean.square().sum()
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
