"""What a book's passages say together: the verdict, whose its stretches are, the clearest passages."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from authorship.datamodels import Passage, Prediction, RollingAttribution
from authorship.models.bundle import ModelBundle
from authorship.predict.hands import find_stretches
from authorship.predict.prediction import average_logits, to_prediction


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
    lengths = np.array([passage.stop - passage.start for passage in passages])
    return bundle.calibration.probabilities(_logits(passages), lengths)


def _logits(passages: Sequence[Passage]) -> NDArray[np.float64]:
    return np.array([passage.logits for passage in passages])


def _whole(bundle: ModelBundle, passages: Sequence[Passage], seconds: float) -> Prediction:
    """The logits of the passages that together hold the text once, averaged by their tokens."""
    once = [passage for passage in passages if not passage.between]
    tokens = np.array([passage.tokens for passage in once])
    logits = average_logits(_logits(once), tokens / tokens.sum())
    whole = to_prediction(bundle, logits, seconds, once[-1].stop - once[0].start)
    mostly_outside = 2 * sum(passage.outside for passage in once) > len(once)
    return replace(whole, unknown=whole.unknown or mostly_outside)


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
