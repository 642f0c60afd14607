"""Where things stand in a chart: 1,000 wide and 100 high, whatever the part of the book in view."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from authorship.datamodels import Change
from page.book.points import Points

_TICKS = 6
_LEAST_SHOWN = 0.05


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a book in view, in characters."""

    start: float
    stop: float

    def place(self, offset: float) -> float:
        """How far to the right a character stands, 0 to 1,000 within the span."""
        return (offset - self.start) / (self.stop - self.start) * 1000


def line(points: Points, label: int, span: Span) -> str:
    """An author's smoothed probability along the book as the points of a polyline."""
    heights = (1 - points.smoothed[:, label]) * 100
    return " ".join(
        f"{span.place(centre):.1f},{height:.1f}"
        for centre, height in zip(points.centres.tolist(), heights.tolist(), strict=True)
    )


def dots(points: Points, label: int, span: Span) -> str:
    """An author's probability at each point by itself as a path of dots; those near zero are left out."""
    shares = points.probabilities[:, label].tolist()
    return "".join(
        f"M{span.place(centre):.1f} {(1 - share) * 100:.1f}h0"
        for centre, share in zip(points.centres.tolist(), shares, strict=True)
        if share >= _LEAST_SHOWN
    )


def marks(changes: Sequence[Change], span: Span) -> list[tuple[int, float]]:
    """The changes in view with their numbers in the book, the first being 1."""
    numbered = ((number, span.place(change.offset)) for number, change in enumerate(changes, 1))
    return [(number, place) for number, place in numbered if 0 <= place <= 1000]


def ticks(span: Span) -> list[int]:
    """Round places in view, at most some six, in characters."""
    rough = (span.stop - span.start) / _TICKS
    power = 10.0 ** np.floor(np.log10(max(rough, 100.0)))
    step = int(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough))
    first = -(-int(span.start) // step) * step
    return list(range(first, int(span.stop) + 1, step))
