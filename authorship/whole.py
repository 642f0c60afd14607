"""What a book's passages say together: the verdict, the changes of author, the clearest passages."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from authorship.bundle import ModelBundle
from authorship.changes import border, cut_course, shares
from authorship.datamodels import Change, Passage, Prediction, RollingAttribution
from authorship.prediction import average_logits, to_prediction


def summarise(bundle: ModelBundle, passages: Sequence[Passage], seconds: float = 0.0) -> RollingAttribution:
    """The verdict on all that was read, and where its leading author changes.

    Raises:
        ValueError: there is no passage.
    """
    if not passages:
        raise ValueError("No passage was read: give at least one.")
    return RollingAttribution(tuple(passages), _whole(bundle, passages, seconds), _changes(bundle, passages))


def passage_probabilities(bundle: ModelBundle, passages: Sequence[Passage]) -> NDArray[np.float64]:
    """Calibrated probabilities, shape `(passages, labels)`."""
    return bundle.calibration.probabilities(_logits(passages))


def _logits(passages: Sequence[Passage]) -> NDArray[np.float64]:
    return np.array([passage.logits for passage in passages])


def _whole(bundle: ModelBundle, passages: Sequence[Passage], seconds: float) -> Prediction:
    """The passages' logits averaged by their characters, those read twice counted half in each."""
    counted = shares(passages)
    return to_prediction(bundle, average_logits(_logits(passages), counted / counted.sum()), seconds)


def _changes(bundle: ModelBundle, passages: Sequence[Passage]) -> tuple[Change, ...]:
    """Between stretches of one author each; the author of a stretch has the highest mean logit."""
    logits, counted = _logits(passages), shares(passages)
    lengths = np.array([passage.stop - passage.start for passage in passages])
    stretches = cut_course(logits, counted / np.maximum(lengths, 1))
    leaders = [int(np.argmax(counted[list(part)] @ logits[list(part)])) for part in stretches]
    return tuple(
        Change(
            border(passages[part.start - 1], passages[part.start]),
            bundle.authors[before],
            bundle.authors[after],
        )
        for part, (before, after) in zip(stretches[1:], pairwise(leaders), strict=True)
        if before != after
    )


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
