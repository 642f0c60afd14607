"""Nodes of the path from baseline to input: logits, and what each token adds there, through Captum."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from authorship.bundle import ModelBundle
from authorship.datamodels import EncodedText, Window
from explain.relay import logits_and_gradients

_WINDOWS = 4  # of the text in one pass; more are no faster on a CPU and hold more activations
_ROWS = 8  # in one pass if several nodes share it: a twentieth faster than one node at a time


@dataclass(frozen=True, slots=True)
class PathPoint:
    """A text's logits at one node, and for each token the product of gradient and way there.

    `logits` is `(authors,)`; `tokens`, `(authors, tokens)`, holds all windows' tokens in order, special
    ones included.
    """

    logits: NDArray[np.float64]
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
    Gradients come from Captum through `inputs_embeds`; no module is hooked or changed and no weight
    gathers a gradient, so threads may share a model. Nothing is padded.
    """

    def __init__(self, bundle: ModelBundle, encoded: EncodedText, label_ids: Sequence[int]) -> None:
        self._model = bundle.model
        self._label_ids = tuple(label_ids)
        self._sizes = [len(window.input_ids) for window in encoded.windows]
        self._batches = tuple(_to_batches(bundle, encoded))

    @property
    def nodes_at_once(self) -> int:
        """How many nodes share a pass: several only where the text has few windows."""
        return max(1, _ROWS // len(self._sizes))

    def at(self, alphas: Sequence[float], half: bool = False) -> list[PathPoint]:
        """Evaluate the nodes at `alphas`, 0 for the baseline and 1 for the input; `half` in bfloat16."""
        logits = np.zeros((len(alphas), len(self._label_ids)))
        tokens = [np.empty(0)] * len(self._sizes)
        for batch in self._batches:
            own, products = self._evaluate(batch, alphas, half)
            logits += np.einsum("w,nwk->nk", batch.shares, own)
            for row, (index, share) in enumerate(zip(batch.indices, batch.shares, strict=True)):
                tokens[index] = share * products[:, :, row]
        joined = np.concatenate(tokens, axis=-1)
        return [PathPoint(logits[node], joined[:, node]) for node in range(len(alphas))]

    def rounding(self, alpha: float) -> NDArray[np.float64]:
        """How far bfloat16 moves the products of the first window at `alpha`, shape `(authors,)`.

        A share of the sum of their absolute values.
        """
        first = self._batches[0]
        alone = _Batch(first.indices[:1], first.input_ids[:1], first.baseline_ids[:1], first.shares[:1])
        exact, rough = (self._evaluate(alone, [alpha], half)[1] for half in (False, True))
        moved, whole = (np.abs(values).sum(axis=(1, 2, 3)) for values in (rough - exact, exact))
        share: NDArray[np.float64] = moved / np.maximum(whole, np.finfo(np.float32).tiny)
        return share

    def _evaluate(
        self, batch: _Batch, alphas: Sequence[float], half: bool
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Logits `(nodes, batch, authors)` and products `(authors, nodes, batch, tokens)`."""
        baseline = self._embed(batch.baseline_ids)
        way = self._embed(batch.input_ids) - baseline
        places = torch.tensor(alphas, dtype=way.dtype, device=way.device).view(-1, 1, 1, 1)
        points = baseline + places * way
        if not any(alphas) and (batch.baseline_ids == batch.baseline_ids[0]).all():
            points = points[:, :1]  # masked windows of one length are one and the same
        shape = points.shape
        logits, gradients = logits_and_gradients(self._model, points.flatten(0, 1), self._label_ids, half)
        products = [(gradient.view(shape) * way).sum(dim=-1).double() for gradient in gradients]
        each = (len(alphas), len(batch.indices), len(self._label_ids))
        return np.broadcast_to(logits.reshape(*shape[:2], -1), each), torch.stack(products).cpu().numpy()

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
        for start in range(0, len(indices), _WINDOWS):
            yield _to_batch(bundle, encoded, indices[start : start + _WINDOWS])


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
