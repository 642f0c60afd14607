"""Nodes of the path from baseline to input: logits, and what each token adds there, through Captum."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, TypeVar

import numpy as np
import torch
from captum.attr import Saliency
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedModel

from authorship.datamodels import EncodedText, Window
from authorship.engines.sparse.banded_attention import with_banded_attention
from authorship.engines.sparse.pruning import without_mute_parts
from authorship.models.bundle import ModelBundle
from explain.activation_sparsity import without_silent_units


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


def logits_and_gradients(
    model: PreTrainedModel, vectors: Tensor, label_ids: tuple[int, ...], half: bool
) -> tuple[NDArray[Any], list[Tensor]]:
    """Each text's logits for the labels, and for each label their gradients by the input embeddings.

    `vectors` is `(batch, tokens, hidden)`, all tokens real; the logits are `(batch, labels)`, each
    gradient has the shape of `vectors`. `half` computes in bfloat16; the logits are float32 either way.
    """
    source = vectors.detach().requires_grad_()
    with torch.enable_grad(), torch.autocast(source.device.type, torch.bfloat16, enabled=half):
        present = torch.ones(source.shape[:2], dtype=torch.long, device=source.device)
        logits: Tensor = model(inputs_embeds=source, attention_mask=present).logits.float()

    def forward(inputs: Tensor) -> Tensor:
        relayed: Tensor = _Relay.apply(inputs, logits, source)  # type: ignore[no-untyped-call]
        return relayed

    saliency = Saliency(forward)
    asked = vectors.detach().requires_grad_()
    gradients = [saliency.attribute(asked, target=label_id, abs=False) for label_id in label_ids]
    return logits.detach()[:, list(label_ids)].double().cpu().numpy(), gradients


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

    There may be a shortcut to about the same products: without the feed-forward units that the text leaves
    silent, or where it needs most of them, in bfloat16 if `half` allows it.
    """

    def __init__(
        self, bundle: ModelBundle, encoded: EncodedText, label_ids: Sequence[int], half: bool = False
    ) -> None:
        self._model = with_banded_attention(without_mute_parts(bundle.model), _NEAR)
        self._label_ids = tuple(label_ids)
        self._sizes = [len(window.input_ids) for window in encoded.windows]
        self._batches = tuple(_to_batches(bundle, encoded))
        self._half = half

    @cached_property
    def _lean(self) -> tuple[PreTrainedModel, ...]:
        """Each batch's model without silent units; nothing where one batch needs most of them."""
        models = []
        for batch in self._batches:
            models.append(without_silent_units(self._model, self._embed(batch.input_ids)))
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

    def at(self, alphas: Sequence[float], shortcut: bool = False) -> list[PathPoint]:
        """Evaluate nodes at `alphas`, 0 for the baseline and 1 for the input, exactly or by a shortcut."""
        return value_of(self.steps(alphas, shortcut))

    def steps(
        self, alphas: Sequence[float], shortcut: bool = False
    ) -> Generator[None, None, list[PathPoint]]:
        """The same; a step between two of the text's batches of windows, the value is the points."""
        logits = np.zeros((len(alphas), len(self._label_ids)))
        tokens = [np.empty(0)] * len(self._sizes)
        for number, batch in enumerate(self._batches):
            if number:
                yield
            own, products = self._evaluate(number, alphas, shortcut)
            logits += np.einsum("w,nwk->nk", batch.shares, own)
            for row, (index, share) in enumerate(zip(batch.indices, batch.shares, strict=True)):
                tokens[index] = share * products[:, :, row]
        joined = np.concatenate(tokens, axis=-1)
        return [PathPoint(logits[node], joined[:, node]) for node in range(len(alphas))]

    def _evaluate(
        self, number: int, alphas: Sequence[float], shortcut: bool
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Logits `(nodes, batch, authors)` and products `(authors, nodes, batch, tokens)`."""
        batch = self._batches[number]
        model = self._lean[number] if shortcut and self._lean else self._model
        half = shortcut and model is self._model
        baseline = self._embed(batch.baseline_ids)
        way = self._embed(batch.input_ids) - baseline
        places = torch.tensor(alphas, dtype=way.dtype, device=way.device).view(-1, 1, 1, 1)
        points = baseline + places * way
        if not any(alphas) and (batch.baseline_ids == batch.baseline_ids[0]).all():
            points = points[:, :1]  # masked windows of one length are one and the same
        shape = points.shape
        logits, gradients = logits_and_gradients(model, points.flatten(0, 1), self._label_ids, half)
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
