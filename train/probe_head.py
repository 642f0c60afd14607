"""A head that begins as the probe of pretraining, so that its first step says the sums of tokens' scores."""

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import ModernBertForSequenceClassification, PreTrainedModel

from train.crops import CropCollator, RandomCrops
from train.pretrain import PROBE

_CROPS = 64
_ROOM = 4  # units an author at least: two speak for them, the others stand still
_SMALL = 0.3  # how far the authors' units reach beside the constant ones, before the layer norm


def begin_with_probe(model: PreTrainedModel, base: str, crops: RandomCrops, scale: float = 1.0) -> bool:
    """Put the probe beside `base` into the head of `model`; False where there is none that fits, or no room.

    `crops` must carry n-gram scores: their verdicts say by what factor the mean of a crop's token scores is
    an excerpt's margin, and `scale` multiplies it. Dropout in the head is switched off: half of a pair of
    opposites says nothing.
    """
    file = Path(base) / PROBE
    if not (base and file.is_file() and isinstance(model, ModernBertForSequenceClassification)):
        return False
    probe = load_file(file)
    authors, width = int(model.config.num_labels or 0), model.config.hidden_size
    if crops.ngrams is None or probe["weight"].shape != (authors, width) or width < _ROOM * authors:
        return False
    pooled, verdicts = _read(model, crops)
    means = pooled @ probe["weight"].T + probe["bias"]
    intercepts = torch.from_numpy(crops.ngrams.intercepts)
    factor = scale * float((means * (verdicts - intercepts)).sum() / means.square().sum())
    _write(model, probe["weight"] * factor, probe["bias"] * factor + intercepts, pooled)
    model.config.classifier_dropout = model.drop.p = 0.0
    return True


def _read(model: ModernBertForSequenceClassification, crops: RandomCrops) -> tuple[Tensor, Tensor]:
    """The mean hidden states of some crops, `(crops, width)`, and their verdicts, `(crops, authors)`."""
    batch: dict[str, Any] = CropCollator(crops.tokenizer)([crops[index] for index in range(_CROPS)])
    mask = batch["attention_mask"]
    with torch.no_grad():
        hidden = model.model(input_ids=batch["input_ids"], attention_mask=mask)[0]
    return (hidden * mask.unsqueeze(-1)).sum(dim=1) / mask.sum(dim=1, keepdim=True), batch["verdicts"]


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
