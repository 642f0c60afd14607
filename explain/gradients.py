"""The path from baseline to input: its ends, and what each token adds on parts of it, by Captum."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, TypeVar

import numpy as np
import torch
from captum.attr import IntegratedGradients
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedModel

from authorship.datamodels import EncodedText, Window
from authorship.engines.sparse.encoder import with_banded_attention
from authorship.engines.sparse.feed_forward import without_inactive_units
from authorship.engines.sparse.pruning import without_mute_parts
from authorship.models.bundle import ModelBundle
from explain import quadrature
from explain.quadrature import Segment

Scores = NDArray[np.float64]


class _Relay(torch.autograd.Function):
    """Hands on logits that were computed before; its backward pass leaves their graph for the next author.

    Captum runs the forward function anew for every target and frees the graph behind it. With this
    function in between, what is run anew and freed is a single node.
    """

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, logits: Tensor, source: Tensor) -> Tensor:
        ctx.logits, ctx.source = logits, source
        return logits.detach()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (passed,) = torch.autograd.grad(ctx.logits, ctx.source, gradient, retain_graph=True)
        return passed, None, None


def integrate_segments(
    forward: Callable[[Tensor], Tensor], lower: Tensor, upper: Tensor, label_ids: Sequence[int]
) -> list[Tensor]:
    """Captum's integrated gradients of each label's logit over one segment a row.

    Of one node Gauss and Legendre make the midpoint rule, which leaves the forward pass to one point.

    `lower` and `upper` are `(rows, tokens)`, and so is what each label is given; `forward` makes logits
    `(rows, labels)` of such a tensor and is run once, at the midpoints, whatever the labels.
    """
    middle = ((lower + upper) / 2).requires_grad_()
    with torch.enable_grad():
        logits = forward(middle)

    def relay(inputs: Tensor) -> Tensor:
        relayed: Tensor = _Relay.apply(inputs, logits, middle)  # type: ignore[no-untyped-call]
        return relayed

    method = IntegratedGradients(relay)
    return [
        method.attribute(upper, lower, target=label_id, n_steps=1, method="gausslegendre")
        for label_id in label_ids
    ]


Result = TypeVar("Result")

_WINDOWS = 4  # of the text in one pass; more are no faster on a CPU and hold more activations
_NEAR = 16  # tokens; blocks of farther looks hold more than the masked pairs of a short text
_TOKENS = 1_600  # in one pass if several nodes share it: a tenth faster than one node, a fifth than 4,800


def value_of(steps: Generator[object, None, Result]) -> Result:
    """What a generator returns, run to its end."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: Result = stop.value
            return result


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
    Captum is given one number a token, its progress from 0, masked, to 1, as it is written; `course` turns
    it into the share of the way that the token's embedding has gone. No module is hooked or changed and no
    weight gathers a gradient, so threads may share a model. Nothing is padded.

    There may be a shortcut to about the same scores: without the feed-forward units that the text leaves
    inactive, or where it needs most of them, in bfloat16 if `half` allows it.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        encoded: EncodedText,
        label_ids: Sequence[int],
        half: bool = False,
        course: Callable[[Tensor], Tensor] = quadrature.course,
    ) -> None:
        self._model = with_banded_attention(without_mute_parts(bundle.model), _NEAR)
        self._label_ids = tuple(label_ids)
        self._sizes = [len(window.input_ids) for window in encoded.windows]
        self._batches = tuple(_to_batches(bundle, encoded))
        self._half = half
        self._course = course

    @cached_property
    def _lean(self) -> tuple[PreTrainedModel, ...]:
        """Each batch's model without inactive units; nothing where one batch needs most of them."""
        models = []
        for batch in self._batches:
            models.append(without_inactive_units(self._model, self._embed(batch.input_ids)))
            if models[-1] is self._model:
                return ()
        return tuple(models)

    @property
    def has_shortcut(self) -> bool:
        """Whether there is one; to tell takes a forward pass."""
        return bool(self._lean) or self._half

    @property
    def nodes_at_once(self) -> int:
        """How many nodes share a pass: several only where the text is short."""
        return max(1, _TOKENS // sum(self._sizes))

    def ends(self) -> Generator[None, None, tuple[Scores, Scores]]:
        """The labels' logits of the baseline and of the input, `(labels,)`; steps as for `over`."""
        ends = np.zeros((2, len(self._label_ids)))
        for number, batch in enumerate(self._batches):
            if number:
                yield
            masked = batch.baseline_ids
            if (masked == masked[0]).all():
                masked = masked[:1]  # masked windows of one length are one and the same
            for end, ids in zip(ends, (masked, batch.input_ids), strict=True):
                with torch.no_grad():
                    logits = self._logits(self._model, self._embed(ids))[:, list(self._label_ids)]
                end += batch.shares @ np.broadcast_to(_numbers(logits), (len(batch.shares), len(end)))
        return ends[0], ends[1]

    def over(
        self, segments: Sequence[Segment], shortcut: bool = False
    ) -> Generator[None, None, list[Scores]]:
        """What each token adds on each segment by its midpoint, exactly computed or by a shortcut.

        The value is `(labels, tokens)` for each segment, with all windows' tokens in order, special ones
        included; there is a step between two of the text's batches of windows.
        """
        tokens: list[Scores] = [np.empty(0)] * len(self._sizes)
        for number, batch in enumerate(self._batches):
            if number:
                yield
            scores = self._evaluate(number, segments, shortcut)
            for row, (index, share) in enumerate(zip(batch.indices, batch.shares, strict=True)):
                tokens[index] = share * scores[:, :, row]
        return list(np.concatenate(tokens, axis=-1).swapaxes(0, 1))

    def _evaluate(self, number: int, segments: Sequence[Segment], shortcut: bool) -> Scores:
        """Scores `(labels, segments, windows, tokens)` of one batch."""
        ids = self._batches[number].input_ids
        model = self._lean[number] if shortcut and self._lean else self._model
        half = shortcut and model is self._model
        baseline = self._embed(self._batches[number].baseline_ids)
        way = self._embed(ids) - baseline
        bounds = torch.tensor(segments, dtype=way.dtype, device=way.device).T[:, :, None, None]
        lower, upper = bounds.expand(2, len(segments), *ids.shape).flatten(1, 2)

        def forward(progress: Tensor) -> Tensor:
            gone = self._course(progress).view(len(segments), *ids.shape, 1)
            with torch.autocast(way.device.type, torch.bfloat16, enabled=half):
                return self._logits(model, (baseline + gone * way).flatten(0, 1))

        scores = torch.stack(integrate_segments(forward, lower, upper, self._label_ids))
        return _numbers(scores.view(-1, len(segments), *ids.shape))

    @staticmethod
    def _logits(model: PreTrainedModel, vectors: Tensor) -> Tensor:
        """All labels' logits `(rows, labels)` of embeddings `(rows, tokens, hidden)`, all tokens real."""
        present = torch.ones(vectors.shape[:2], dtype=torch.long, device=vectors.device)
        logits: Tensor = model(inputs_embeds=vectors, attention_mask=present).logits
        return logits.float()

    def _embed(self, ids: Tensor) -> Tensor:
        """Embeddings `(batch, tokens, hidden)`; id -1 stands for zeros."""
        with torch.no_grad():
            vectors: Tensor = self._model.get_input_embeddings()(ids.clamp(min=0))
            return vectors * (ids >= 0).unsqueeze(-1)


def _numbers(values: Tensor) -> Scores:
    numbers: Scores = values.double().cpu().numpy()
    return numbers


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
