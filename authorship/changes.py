"""Where the leading author of a book changes: the book is cut where what the model says shifts for good."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

import numpy as np
import ruptures
from numpy.typing import NDArray

from authorship.datamodels import Passage

# Chosen by `python -m bench.stitched --held-out`: from 7 to 9 nothing changes, for teacher and student alike;
# below 5 changes are invented, above 10 true ones are lost.
PENALTY = 8.0
# In windows that share nothing: some 5,000 characters.
SHORTEST = 5


def shares(passages: Sequence[Passage]) -> NDArray[np.float64]:
    """Each passage's characters, shape `(passages,)`; one read in n passages counts an nth for each."""
    starts = np.array([passage.start for passage in passages])
    stops = np.array([passage.stop for passage in passages])
    edges = np.unique(np.concatenate([starts, stops]))
    readers = np.searchsorted(np.sort(starts), edges[:-1], "right") - np.searchsorted(
        np.sort(stops), edges[:-1], "right"
    )
    lengths = np.diff(edges) / np.maximum(readers, 1) * (readers > 0)
    reached = np.concatenate([[0.0], np.cumsum(lengths)])
    counted: NDArray[np.float64] = (
        reached[np.searchsorted(edges, stops)] - reached[np.searchsorted(edges, starts)]
    )
    return counted


def cut_course(logits: NDArray[np.float64], counted: NDArray[np.float64]) -> tuple[range, ...]:
    """The passages of each stretch in which the model's mean logits, `(passages, labels)`, stay the same.

    Least squares with a penalty for each stretch (Killick et al. 2012, arXiv 1101.1438), of `SHORTEST`
    windows at least. All logits are compared, not the first authors only: a chapter that the model gives to
    now this, now that author still differs as a whole from the next one. The unit is the noise between
    neighbouring windows; `counted`, shape `(passages,)`, tells how many windows' worth each passage holds.
    """
    per_window = len(logits) / counted.sum()
    shortest = round(SHORTEST * per_window)
    centred = logits - logits.mean(axis=1, keepdims=True)
    noise = _noise(centred, ceil(per_window - 1e-9))
    if len(logits) < 2 * shortest or not noise:
        return (range(len(logits)),)
    search = ruptures.KernelCPD(kernel="linear", min_size=shortest).fit(centred / noise)
    stops = [int(stop) for stop in search.predict(pen=PENALTY * per_window)]
    return tuple(range(start, stop) for start, stop in pairwise([0, *stops]))


def _noise(centred: NDArray[np.float64], apart: int) -> float:
    """The root mean square distance of two windows that share nothing, by the square root of two."""
    steps = centred[apart:] - centred[:-apart]
    return float(np.sqrt((steps**2).sum(axis=1).mean() / 2)) if len(steps) else 0.0


def border(before: Passage, after: Passage) -> int:
    """The character halfway between the middles of two neighbouring passages."""
    return (before.start + before.stop + after.start + after.stop) // 4
