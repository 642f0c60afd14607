"""Token ids to logits: how a model is run, by PyTorch or by something faster."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

Ids = NDArray[np.int64]
Logits = NDArray[np.float64]

_FIRST_BATCH, _BATCH = 2, 16


class Engine(Protocol):
    """Runs one classifier."""

    def read(self, windows: Iterable[Ids]) -> Iterator[Logits]:
        """Each window's logits, shape `(labels,)`, in the order given, as soon as they are there.

        A window holds its token ids, special ones included, shape `(tokens,)`. Windows are taken from the
        iterable as they are needed, so that a whole library may pass through.
        """
        ...


class TorchEngine:
    """The model itself, on its device and with the weights it has now: what other engines must agree with."""

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = model

    def read(self, windows: Iterable[Ids]) -> Iterator[Logits]:
        """See `Engine`; neighbours of one length are read together, so that nothing is padded."""
        for _, group in groupby(windows, key=len):
            size = _FIRST_BATCH
            while batch := list(islice(group, size)):
                yield from self._read_batch(np.stack(batch))
                size = _BATCH

    def _read_batch(self, ids: Ids) -> Logits:
        """Logits of shape `(windows, labels)` for ids of shape `(windows, tokens)`."""
        input_ids = torch.from_numpy(ids).to(self._model.device)
        with torch.inference_mode():
            output = self._model(input_ids=input_ids, attention_mask=torch.ones_like(input_ids))
        logits: Logits = output.logits.double().cpu().numpy()
        return logits
