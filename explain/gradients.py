"""One node of the path from baseline to input: a logit, and what each token adds there, through Captum."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from captum.attr import IntegratedGradients
from numpy.typing import NDArray
from torch import Tensor

from authorship.bundle import ModelBundle
from authorship.datamodels import EncodedText, Window

_BATCH = 4  # windows; larger ones are no faster on a CPU and hold more activations


@dataclass(frozen=True, slots=True)
class PathPoint:
    """A text's logit at one node, and the product of gradient and way there for each token.

    `tokens`, shape `(tokens,)`, holds all windows' tokens in order, special ones included.
    """

    logit: float
    tokens: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Windows of one length: shapes `(batch, tokens)`, but `shares`, each window's weight, `(batch,)`."""

    indices: tuple[int, ...]
    input_ids: Tensor
    baseline_ids: Tensor
    shares: NDArray[np.float64]


class StraightPath:
    """The way from a masked text to the text, in the space of input embeddings.

    In the baseline every token of text is [MASK], and special tokens stay, so they hold exactly
    nothing. A tokenizer without [MASK] masks with [PAD], one without either with zeros.
    With `bfloat16` the inner nodes are computed in half precision; the ends, whose logits the scores
    must add up to, stay in single.
    The path is followed through `inputs_embeds` and Captum's `IntegratedGradients`; no module is
    hooked or changed, so threads may share a model.
    """

    def __init__(
        self, bundle: ModelBundle, encoded: EncodedText, label_id: int, bfloat16: bool = False
    ) -> None:
        self._model = bundle.model
        self._bfloat16 = bfloat16
        self._label_id = label_id
        self._sizes = [len(window.input_ids) for window in encoded.windows]
        self._batches = tuple(_to_batches(bundle, encoded))

    def at(self, alpha: float) -> PathPoint:
        """Evaluate the node at `alpha`, 0 for the baseline and 1 for the input: one gradient a window."""
        logit = 0.0
        tokens = [np.empty(0)] * len(self._sizes)
        for batch in self._batches:
            logits, products = self._evaluate(batch, alpha)
            logit += float(batch.shares @ logits)
            for index, share, product in zip(batch.indices, batch.shares, products, strict=True):
                tokens[index] = share * product
        return PathPoint(logit, np.concatenate(tokens))

    def _evaluate(self, batch: _Batch, alpha: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Logits `(batch,)` and products `(batch, tokens)`; Captum is given a rule of this one node."""
        seen: list[Tensor] = []

        def forward(inputs_embeds: Tensor, attention_mask: Tensor) -> Tensor:
            with torch.autocast(inputs_embeds.device.type, torch.bfloat16, self._bfloat16 and 0 < alpha < 1):
                output = self._model(inputs_embeds=inputs_embeds, attention_mask=attention_mask)
            logits: Tensor = output.logits.float()
            seen.append(logits[:, self._label_id].detach())
            return logits

        (products,) = IntegratedGradients(forward)._attribute(
            inputs=(self._embed(batch.input_ids),),
            baselines=(self._embed(batch.baseline_ids),),
            target=self._label_id,
            additional_forward_args=(torch.ones_like(batch.input_ids),),
            n_steps=1,
            step_sizes_and_alphas=([1.0], [alpha]),
        )
        return seen[0].double().cpu().numpy(), products.double().sum(dim=-1).cpu().numpy()

    def _embed(self, ids: Tensor) -> Tensor:
        """Embeddings `(batch, tokens, hidden)`; id -1 stands for zeros."""
        with torch.no_grad():
            vectors: Tensor = self._model.get_input_embeddings()(ids.clamp(min=0))
            return vectors * (ids >= 0).unsqueeze(-1)


def _to_batches(bundle: ModelBundle, encoded: EncodedText) -> Iterator[_Batch]:
    windows = encoded.windows
    order = sorted(range(len(windows)), key=lambda index: len(windows[index].input_ids))
    for _, group in groupby(order, key=lambda index: len(windows[index].input_ids)):
        indices = list(group)
        for start in range(0, len(indices), _BATCH):
            yield _to_batch(bundle, encoded, indices[start : start + _BATCH])


def _to_batch(bundle: ModelBundle, encoded: EncodedText, indices: Sequence[int]) -> _Batch:
    windows = [encoded.windows[index] for index in indices]
    weights = encoded.weights
    mask_id = masking_id(bundle)
    return _Batch(
        indices=tuple(indices),
        input_ids=torch.tensor([window.input_ids for window in windows], device=bundle.model.device),
        baseline_ids=torch.tensor(
            [_masked_ids(window, mask_id) for window in windows], device=bundle.model.device
        ),
        shares=np.array([weights[index] for index in indices]),
    )


def masking_id(bundle: ModelBundle) -> int:
    """The id that stands for a masked token: [MASK], else [PAD], else -1 for zeros."""
    for candidate in (bundle.tokenizer.mask_token_id, bundle.tokenizer.pad_token_id):
        if isinstance(candidate, int):
            return candidate
    return -1


def _masked_ids(window: Window, mask_id: int) -> list[int]:
    return [
        token if special else mask_id for token, special in zip(window.input_ids, window.special, strict=True)
    ]
