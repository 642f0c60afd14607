"""Thousands of passages to the few hundred points that a chart can show, each an honest mean."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from page.book.track import Curve

NARROWEST = 5_000.0  # characters: a shorter stretch is not told apart


@dataclass(frozen=True, slots=True)
class Points:
    """What is drawn: each point is the mean of `size` neighbouring passages (the last of fewer).

    `centres` in characters and `unknown`, the share of passages where the model abstains, have the shape
    `(points,)`; `probabilities` has `(points, labels)`, and so has `smoothed`: the means of all passages
    about each point. `chosen` is the passage in each point's middle.
    """

    size: int
    centres: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    smoothed: NDArray[np.float64]
    unknown: NDArray[np.float64]
    chosen: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.centres)


def breadth(start: float, stop: float) -> float:
    """Over how many characters lines are smoothed where the characters `start` to `stop` are shown."""
    return max(NARROWEST, (stop - start) / 30)


def thin(curve: Curve, start: float, stop: float, most: int) -> Points:
    """At most `most` points and one at each end for the characters `start` to `stop`.

    Groups begin at the book's first passage, whatever is shown, so that points do not dance when more
    passages come; the group before and the group after the range are kept, so that lines run to its edges.
    """
    first, last = _visible(curve, start, stop)
    size = max(1, -(-(last - first) // most))
    first = max(0, first // size * size - size)
    last = min(len(curve), last + size)
    points = _grouped(curve.part(first, last), first, size)
    return replace(points, smoothed=_smoothed(curve, points.centres, breadth(start, stop)))


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
        nothing = np.zeros((0, labels))
        return Points(size, empty, nothing, nothing, empty, np.zeros(0, dtype=np.int64))
    sizes = np.diff(np.append(borders, count))
    means = np.add.reduceat(curve.probabilities.astype(np.float64), borders) / sizes[:, None]
    return Points(
        size=size,
        centres=np.add.reduceat(curve.centres, borders) / sizes,
        probabilities=means,
        smoothed=means,
        unknown=np.add.reduceat(curve.unknown.astype(np.float64), borders) / sizes,
        chosen=first + borders + sizes // 2,
    )


def _smoothed(curve: Curve, centres: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Mean probabilities of the passages within `width` characters around each centre; one at least."""
    if not len(centres):
        return np.zeros((0, curve.probabilities.shape[1]))
    sums = np.cumsum(curve.probabilities, axis=0, dtype=np.float64)
    sums = np.vstack([np.zeros_like(sums[:1]), sums])
    low = np.searchsorted(curve.centres, centres - width / 2).clip(0, len(curve) - 1)
    high = np.maximum(np.searchsorted(curve.centres, centres + width / 2, side="right"), low + 1)
    means: NDArray[np.float64] = (sums[high] - sums[low]) / (high - low)[:, None]
    return means
