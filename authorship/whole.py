"""What a book's passages say together: the verdict, whose its stretches are, the clearest passages."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from authorship.bundle import ModelBundle
from authorship.changes import shares
from authorship.datamodels import Passage, Prediction, RollingAttribution
from authorship.prediction import average_logits, to_prediction
from authorship.stretches import find_stretches


def summarise(bundle: ModelBundle, passages: Sequence[Passage], seconds: float = 0.0) -> RollingAttribution:
    """The verdict on all that was read, and its stretches of one author each.

    Raises:
        ValueError: there is no passage.
    """
    if not passages:
        raise ValueError("No passage was read: give at least one.")
    whole = _whole(bundle, passages, seconds)
    return RollingAttribution(tuple(passages), whole, find_stretches(bundle, passages, whole))


def passage_probabilities(bundle: ModelBundle, passages: Sequence[Passage]) -> NDArray[np.float64]:
    """Calibrated probabilities, shape `(passages, labels)`."""
    return bundle.calibration.probabilities(_logits(passages))


def _logits(passages: Sequence[Passage]) -> NDArray[np.float64]:
    return np.array([passage.logits for passage in passages])


def _whole(bundle: ModelBundle, passages: Sequence[Passage], seconds: float) -> Prediction:
    """The passages' logits averaged by their characters, those read twice counted half in each."""
    counted = shares(passages)
    return to_prediction(bundle, average_logits(_logits(passages), counted / counted.sum()), seconds)


def strongest(
    passages: Sequence[Passage], author_id: int, k: int
) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
    """The `k` passages that speak most for the author with this label, and the `k` most against.

    The clearest come first. A passage speaks for an author by the margin of their logit over the best of the
    others; those against have a negative margin, those for a positive one, so there may be fewer than `k`.
    Passages that overlap a clearer one are left out: they would say the same words again.
    """
    logits = _logits(passages)
    margins = logits[:, author_id] - np.delete(logits, author_id, axis=1).max(axis=1)
    return _clearest(passages, margins, k), _clearest(passages, -margins, k)


def _clearest(passages: Sequence[Passage], margins: NDArray[np.float64], k: int) -> tuple[Passage, ...]:
    chosen: list[Passage] = []
    for index in np.argsort(-margins, kind="stable"):
        passage = passages[index]
        if len(chosen) == k or margins[index] <= 0:
            break
        if all(passage.stop <= other.start or other.stop <= passage.start for other in chosen):
            chosen.append(passage)
    return tuple(chosen)
