"""Windows to logits to one prediction; the only place where a model is asked and softmax is taken."""

import time
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import torch
from numpy.typing import NDArray

from authorship.bundle import ModelBundle
from authorship.datamodels import EncodedText, Prediction, Window
from authorship.windows import encode

_BATCH = 16


def predict_logits(bundle: ModelBundle, windows: Sequence[Window]) -> NDArray[np.float64]:
    """Logits of each window, shape `(windows, labels)`, in the order given.

    Windows of one length are read together, so that nothing is padded.
    """
    order = sorted(range(len(windows)), key=lambda index: len(windows[index].input_ids))
    logits = np.empty((len(windows), len(bundle.authors)))
    for batch in _batches(order, windows):
        logits[batch] = _read_batch(bundle, [windows[index] for index in batch])
    return logits


def _batches(order: Sequence[int], windows: Sequence[Window]) -> Iterator[list[int]]:
    for _, group in groupby(order, key=lambda index: len(windows[index].input_ids)):
        indices = list(group)
        yield from (indices[start : start + _BATCH] for start in range(0, len(indices), _BATCH))


def _read_batch(bundle: ModelBundle, windows: Sequence[Window]) -> NDArray[np.float64]:
    device = bundle.model.device
    input_ids = torch.tensor([window.input_ids for window in windows], device=device)
    with torch.inference_mode():
        output = bundle.model(input_ids=input_ids, attention_mask=torch.ones_like(input_ids))
    logits: NDArray[np.float64] = output.logits.double().cpu().numpy()
    return logits


def average_logits(logits: NDArray[np.float64], weights: Sequence[float]) -> NDArray[np.float64]:
    """The text's logits, shape `(labels,)`: its windows', shape `(windows, labels)`, by their tokens."""
    mean: NDArray[np.float64] = np.asarray(weights) @ logits
    return mean


def to_prediction(bundle: ModelBundle, logits: NDArray[np.float64], seconds: float) -> Prediction:
    """Calibrated probabilities and the verdict on "none of these" for logits of shape `(labels,)`."""
    return Prediction(
        authors=bundle.authors,
        logits=tuple(logits.tolist()),
        probabilities=tuple(bundle.calibration.probabilities(logits).tolist()),
        unknown=bundle.calibration.is_unknown(logits),
        seconds=seconds,
    )


def predict_encoded(bundle: ModelBundle, encoded: EncodedText) -> Prediction:
    """Read all windows of a text and average their logits."""
    started = time.perf_counter()
    logits = average_logits(predict_logits(bundle, encoded.windows), encoded.weights)
    return to_prediction(bundle, logits, time.perf_counter() - started)


def predict(bundle: ModelBundle, text: str) -> Prediction:
    """Who wrote `text`; a text of any length is read whole.

    Raises:
        TextError: the text holds no token.
    """
    return predict_encoded(bundle, encode(text, bundle.tokenizer))
