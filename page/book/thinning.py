"""Thousands of passages to the few hundred points that a chart can show, each an honest mean."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from page.book.track import Curve


@dataclass(frozen=True, slots=True)
class Points:
    """What is drawn: each point is the mean of `size` neighbouring passages (the last of fewer).

    `centres` in characters and `unknown`, the share of passages where the model abstains, have the shape
    `(points,)`; `probabilities` has `(points, labels)`. `chosen` is the passage in each point's middle.
    """

    size: int
    centres: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    unknown: NDArray[np.float64]
    chosen: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.centres)


def thin(curve: Curve, start: float, stop: float, most: int) -> Points:
    """At most `most` points and one at each end for the characters `start` to `stop`.

    Groups begin at the book's first passage, whatever is shown, so that points do not dance when more
    passages come; the group before and the group after the range are kept, so that lines run to its edges.
    """
    first, last = _visible(curve, start, stop)
    size = max(1, -(-(last - first) // most))
    first = max(0, first // size * size - size)
    last = min(len(curve), last + size)
    return _grouped(curve.part(first, last), first, size)


def _visible(curve: Curve, start: float, stop: float) -> tuple[int, int]:
    """The passages whose middles lie in the range, as a slice."""
    centres = curve.centres
    return int(np.searchsorted(centres, start)), int(np.searchsorted(centres, stop, side="right"))


def _grouped(curve: Curve, first: int, size: int) -> Points:
    count = len(curve)
    borders = np.arange(0, count, size)
    if not count:
        empty = np.zeros(0)
        labels = curve.probabilities.shape[1]
        return Points(size, empty, np.zeros((0, labels)), empty, np.zeros(0, dtype=np.int64))
    sizes = np.diff(np.append(borders, count))
    return Points(
        size=size,
        centres=np.add.reduceat(curve.centres, borders) / sizes,
        probabilities=np.add.reduceat(curve.probabilities.astype(np.float64), borders) / sizes[:, None],
        unknown=np.add.reduceat(curve.unknown.astype(np.float64), borders) / sizes,
        chosen=first + borders + sizes // 2,
    )
