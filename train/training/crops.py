"""Random crops of works: fresh windows every epoch, some of their tokens and all of their names hidden."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset
from transformers import PreTrainedTokenizerFast

from train.data.sources import DataError
from train.linear.additive import AdditiveModel
from train.linear.ngrams import NgramModel
from train.training.tokens import TokenisedWork


@dataclass(frozen=True, slots=True)
class CropOptions:
    """`length` counts the text's tokens; the rates are probabilities.

    `token_masking` hides tokens one by one, in some crops none and in some twice as many, so that whole and
    gapped texts are both familiar; `name_masking` hides all names of a crop at once.
    """

    length: int = 254
    token_masking: float = 0.15
    name_masking: float = 0.3
    balance: float = 0.5


class RandomCrops(Dataset[dict[str, Any]]):
    """`size` crops an epoch; crop `i` of epoch `e` is the same in every run with the same seed.

    Authors are drawn by their tokens to the power `balance` (1 as they are, 0 all alike), their works by
    length; works of authors without a label have the share `transfer` and the label -1. With `ngrams`, each
    token carries its scores for every author, shape `(tokens, authors)`.
    """

    def __init__(
        self,
        works: Sequence[TokenisedWork],
        tokenizer: PreTrainedTokenizerFast,
        label_ids: dict[str, int],
        size: int,
        options: CropOptions,
        seed: int = 0,
        ngrams: AdditiveModel | None = None,
        transfer: float = 0.0,
    ) -> None:
        self.works, self.tokenizer, self.label_ids = works, tokenizer, label_ids
        if isinstance(ngrams, NgramModel) and not all(len(work.codes) for work in works):
            raise DataError("Packed tokens have no characters for n-grams: take --ngrams of `train.pieces`.")
        self.size, self.options, self.seed, self.ngrams = size, options, seed, ngrams
        self.epoch = 0
        self.cumulative = np.cumsum(self._work_weights(transfer))

    def _work_weights(self, transfer: float) -> NDArray[np.float64]:
        """Balanced weights, in which works of unlabelled authors have the share `transfer`."""
        weights = balanced_weights(self.works, self.options.balance)
        labelled = np.array([work.author in self.label_ids for work in self.works])
        if labelled.all() or not labelled.any():
            return weights
        shares = np.where(labelled, 1 - transfer, transfer)
        sums = np.where(labelled, weights[labelled].sum(), weights[~labelled].sum())
        balanced: NDArray[np.float64] = weights / sums * shares
        return balanced

    def whole(self) -> "RandomCrops":
        """The same crops with nothing hidden, for fits in closed form: texts are read whole later too."""
        unmasked = copy.copy(self)
        unmasked.options = replace(self.options, token_masking=0.0, name_masking=0.0)
        return unmasked

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> dict[str, Any]:
        generator = np.random.default_rng((self.seed, self.epoch, index))
        work = self.works[int(np.searchsorted(self.cumulative, generator.random() * self.cumulative[-1]))]
        start = int(generator.integers(max(len(work.ids) - self.options.length, 0) + 1))
        crop = slice(start, start + self.options.length)
        hidden = self._hidden(work.names[crop], generator)
        item: dict[str, Any] = {
            "ids": work.ids[crop],
            "hidden": hidden,
            "label": self.label_ids.get(work.author, -1),
        }
        if self.ngrams is not None:
            item["scores"] = scores = self.ngrams.token_scores(work, crop)
            item["verdict"] = self.ngrams.verdict(scores, self.ngrams.units(work, crop))
        return item

    def _hidden(self, names: NDArray[np.bool_], generator: np.random.Generator) -> NDArray[np.bool_]:
        rate = generator.uniform(0, 2 * self.options.token_masking)
        hidden: NDArray[np.bool_] = generator.random(len(names)) < rate
        if generator.random() < self.options.name_masking:
            hidden |= names
        return hidden


def balanced_weights(works: Sequence[TokenisedWork], balance: float) -> NDArray[np.float64]:
    """How often each work is drawn, shape `(works,)`: its author's tokens to the power `balance`, shared."""
    sizes = np.array([len(work.ids) for work in works], dtype=np.float64)
    totals: dict[str, float] = {}
    for work, size in zip(works, sizes, strict=True):
        totals[work.author] = totals.get(work.author, 0.0) + size
    return np.array([size * totals[w.author] ** (balance - 1) for w, size in zip(works, sizes, strict=True)])


class CropCollator:
    """Crops to a batch: `[CLS]` and `[SEP]` put on, hidden tokens under `[MASK]`, short crops padded."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self.tokenizer = tokenizer

    def __call__(self, items: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """`input_ids`, `original_ids`, `attention_mask` `(batch, tokens)`, `labels` `(batch,)`.

        With a linear model also `scores` `(batch, tokens, authors)` and `verdicts` `(batch, authors)`.
        """
        longest = max(len(item["ids"]) for item in items) + 2
        original = np.full((len(items), longest), self.tokenizer.pad_token_id, dtype=np.int64)
        hidden = np.zeros((len(items), longest), dtype=bool)
        for row, item in enumerate(items):
            length = len(item["ids"])
            original[row, 0] = self.tokenizer.cls_token_id
            original[row, 1 : length + 1] = item["ids"]
            original[row, length + 1] = self.tokenizer.sep_token_id
            hidden[row, 1 : length + 1] = item["hidden"]
        batch = {
            "input_ids": torch.from_numpy(np.where(hidden, self.tokenizer.mask_token_id, original)),
            "original_ids": torch.from_numpy(original),
            "attention_mask": torch.from_numpy((original != self.tokenizer.pad_token_id).astype(np.int64)),
            "labels": torch.tensor([item["label"] for item in items]),
        }
        if "scores" in items[0]:
            batch["verdicts"] = torch.from_numpy(np.stack([item["verdict"] for item in items]))
            batch["scores"] = _padded_scores([item["scores"] for item in items], longest)
        return batch


def _padded_scores(scores: Sequence[NDArray[np.float32]], longest: int) -> torch.Tensor:
    padded = np.zeros((len(scores), longest, scores[0].shape[1]), dtype=np.float32)
    for row, score in enumerate(scores):
        padded[row, 1 : len(score) + 1] = score
    return torch.from_numpy(padded)
