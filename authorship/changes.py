"""Where the leading author of a book changes: the book is cut where what the model says shifts for good."""

from collections.abc import Sequence
from itertools import groupby, pairwise
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
# A run of passages that the models cannot judge, in passages and characters: 11 million characters of works
# held out of training have one of 3,000 characters and none of 4,000.
FEWEST_OUTSIDE, SHORTEST_OUTSIDE = 3, 4_000


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


def outside_runs(passages: Sequence[Passage]) -> tuple[range, ...]:
    """The passages of each run that is nothing that the models can judge, long enough to be told as such.

    Fewer than `FEWEST_OUTSIDE` passages between two runs belong to both.
    """
    runs: list[range] = []
    start = 0
    for outside, group in groupby(passages, key=lambda passage: passage.outside):
        run = range(start, start + sum(1 for _ in group))
        start = run.stop
        long = passages[run[-1]].stop - passages[run[0]].start >= SHORTEST_OUTSIDE
        if outside and long and len(run) >= FEWEST_OUTSIDE:
            near = runs and run.start - runs[-1].stop < FEWEST_OUTSIDE
            runs.append(range(runs.pop().start, run.stop) if near else run)
    return tuple(runs)


def border(before: Passage, after: Passage) -> int:
    """The character halfway between the middles of two neighbouring passages."""
    return (before.start + before.stop + after.start + after.stop) // 4
