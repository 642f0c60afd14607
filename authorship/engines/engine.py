"""Token ids to logits: what an engine is, which arithmetic the hardware does, memory given back."""

import ctypes
import sys
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
