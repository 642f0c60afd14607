"""Token ids to logits: what an engine is, which arithmetic the hardware does, memory given back.

Requests that arrive while others are read are read next, together: one queue before an engine.
"""

import ctypes
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice, pairwise
from threading import Condition
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


def has_bfloat16(device: torch.device) -> bool:
    """Whether the graphics card or processor multiplies bfloat16 by itself; where not, it gains nothing."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities() if device.type == "cpu" else {}
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def is_beyond_bfloat16(error: RuntimeError) -> bool:
    """Whether PyTorch failed because a number is too large for bfloat16.

    DeBERTa masks with float32's least number; no other failure of a model says so.
    """
    return "BFloat16 without overflow" in str(error)


def has_int8() -> bool:
    """Whether the processor multiplies int8 by itself."""
    able = torch.cpu.get_capabilities()
    return any(able.get(name) for name in ("avx512_vnni", "avx_vnni", "amx_int8"))


def best_device() -> torch.device:
    """The graphics card, or without one the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def give_back_memory() -> None:
    """Hand freed memory to the system, where the C library can."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


_MOST_WINDOWS = 64
_PART = 8  # windows: what takes some 0.1 s of one core


@dataclass(slots=True, eq=False)
class _Request:
    """The windows of one caller, and what became of them."""

    windows: list[Ids]
    logits: list[Logits] = field(default_factory=list)
    error: BaseException | None = None
    done: bool = False


class BatchingEngine:
    """Puts waiting requests together, up to 64 windows, in the order they came.

    No thread of its own: of those who wait the first reads for all, then hands over. Of a long request a few
    windows are read at a time, and whoever came meanwhile is read before the next few.
    """

    def __init__(self, engine: Engine, between: Callable[[], object] = lambda: None) -> None:
        """`between` is called before each part of a long request; it may wait."""
        self._engine = engine
        self._between = between
        self._waiting: list[_Request] = []
        self._reading = False
        self._changed = Condition()

    def read(self, windows: Iterable[Ids]) -> Iterator[Logits]:
        """See `Engine`; safe in several threads at once. An error of the engine reaches all it concerns."""
        parts = _parts(list(windows))
        for part in parts:
            if len(parts) > 1:
                self._between()
            yield from self._read_part(part)

    def _read_part(self, windows: list[Ids]) -> list[Logits]:
        request = _Request(windows)
        with self._changed:
            self._waiting.append(request)
        while not request.done:
            with self._changed:
                self._changed.wait_for(lambda: request.done or not self._reading)
                batch = [] if request.done else self._take()
            if batch:
                self._read(batch)
        if request.error is not None:
            raise request.error
        return request.logits

    def _take(self) -> list[_Request]:
        """The requests to read next; whoever takes them must read them."""
        self._reading = True
        batch: list[_Request] = []
        size = 0
        while self._waiting and (not batch or size + len(self._waiting[0].windows) <= _MOST_WINDOWS):
            batch.append(self._waiting.pop(0))
            size += len(batch[-1].windows)
        return batch

    def _read(self, batch: list[_Request]) -> None:
        """Read what was taken and let the next one read."""
        try:
            logits = iter(self._engine.read(window for request in batch for window in request.windows))
            for request in batch:
                request.logits = list(islice(logits, len(request.windows)))
        except BaseException as error:
            for request in batch:
                request.error = error
        finally:
            with self._changed:
                for request in batch:
                    request.done = True
                self._reading = False
                self._changed.notify_all()


def _parts(windows: list[Ids]) -> list[list[Ids]]:
    """As few parts of at most `_PART` windows as there can be, of nearly equal size.

    A last part of one or two would be rounded otherwise: engines read so few in another way.
    """
    count = -(-len(windows) // _PART)
    borders = [len(windows) * number // count for number in range(count + 1)] if count else []
    return [windows[start:stop] for start, stop in pairwise(borders)]
