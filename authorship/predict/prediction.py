"""Windows to logits, and the logits of a text to one calibrated prediction."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from authorship.datamodels import EncodedText, Prediction, Window
from authorship.encode import encode
from authorship.engines.engine import Engine, TorchEngine
from authorship.errors import BundleError
from authorship.models.bundle import ModelBundle


def predict_logits(bundle: ModelBundle, windows: Sequence[Window]) -> NDArray[np.float64]:
    """Logits of each window, shape `(windows, labels)`, in the order given.

    Windows of one length are read together, so that nothing is padded.
    """
    order = sorted(range(len(windows)), key=lambda index: len(windows[index].input_ids))
    logits = np.empty((len(windows), len(bundle.authors)))
    ids = (np.array(windows[index].input_ids, dtype=np.int64) for index in order)
    for index, row in zip(order, engine_of(bundle).read(ids), strict=True):
        logits[index] = row
    return logits


def engine_of(bundle: ModelBundle) -> Engine:
    """What runs the bundle's model."""
    return bundle.engine or TorchEngine(bundle.model)


def average_logits(logits: NDArray[np.float64], weights: Sequence[float]) -> NDArray[np.float64]:
    """The text's logits, shape `(labels,)`: its windows', shape `(windows, labels)`, by their tokens."""
    mean: NDArray[np.float64] = np.asarray(weights) @ logits
    return mean


def to_prediction(
    bundle: ModelBundle,
    logits: NDArray[np.float64],
    seconds: float,
    characters: int,
    typicality: float | None = None,
) -> Prediction:
    """Calibrated probabilities and the verdict on "none of these" for a text's logits, shape `(labels,)`.

    Raises:
        BundleError: a logit is no finite number.
    """
    if not np.isfinite(logits).all():
        raise BundleError("The model answers with what is no finite number: train or download it anew.")
    return Prediction(
        authors=bundle.authors,
        logits=tuple(logits.tolist()),
        probabilities=tuple(bundle.calibration.probabilities(logits, characters).tolist()),
        unknown=bundle.calibration.is_unknown(logits, characters, typicality),
        seconds=seconds,
        calibrated=bundle.calibration.chosen,
        nearest=bundle.works.nearest(logits.tolist()) if bundle.works else None,
    )


def predict_encoded(bundle: ModelBundle, encoded: EncodedText) -> Prediction:
    """Read all windows of a text and average their logits."""
    started = time.perf_counter()
    logits = average_logits(predict_logits(bundle, encoded.windows), encoded.weights)
    typicality = typicality_of(bundle, encoded, logits)
    return to_prediction(bundle, logits, time.perf_counter() - started, len(encoded.text), typicality)


def typicality_of(bundle: ModelBundle, encoded: EncodedText, logits: NDArray[np.float64]) -> float | None:
    """How typical a text is of the author whom its logits, `(labels,)`, name; None without a cohort."""
    if bundle.cohort is None:
        return None
    ids = [
        piece
        for window in encoded.windows
        for piece, special in zip(window.input_ids, window.special, strict=True)
        if not special
    ]
    return bundle.cohort.typicality(ids, bundle.authors[int(logits.argmax())].key)


def predict(bundle: ModelBundle, text: str) -> Prediction:
    """Who wrote `text`; a text of any length is read whole.

    Raises:
        TextError: the text holds no token.
    """
    return predict_encoded(bundle, encode(text, bundle.tokenizer))
