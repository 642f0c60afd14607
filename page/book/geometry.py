"""Where things stand in a chart: 1,000 wide and 100 high, whatever the part of the book in view."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from authorship.datamodels import Change
from page.book.thinning import Points

_TICKS = 6
_NAME_WIDTH, _NAME_HEIGHT = 20.0, 13.0
_LEAST_NAMED = 0.3
_MARGIN = 7.0


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a book in view, in characters."""

    start: float
    stop: float

    def place(self, offset: float) -> float:
        """How far to the right a character stands, 0 to 1,000 within the span."""
        return (offset - self.start) / (self.stop - self.start) * 1000


def line(points: Points, label: int, span: Span) -> str:
    """An author's probability along the book as the points of a polyline."""
    heights = (1 - points.probabilities[:, label]) * 100
    return " ".join(
        f"{span.place(centre):.1f},{height:.1f}"
        for centre, height in zip(points.centres.tolist(), heights.tolist(), strict=True)
    )


def ribbon(points: Points, labels: Sequence[int | None], span: Span) -> str:
    """The leading author at each point as a strip of rectangles; hatched where the model abstains."""
    if not len(points):
        return ""
    places = [span.place(centre) for centre in points.centres.tolist()]
    borders = [places[0] * 2 - _middle(places[:2]), *map(_middle, pairwise(places))]
    borders.append(places[-1] * 2 - borders[-1])
    kinds = [_kind(points, index, labels) for index in range(len(points))]
    parts = []
    for kind, group in groupby(range(len(kinds)), key=kinds.__getitem__):
        run = list(group)
        left, right = borders[run[0]], borders[run[-1] + 1]
        parts.append(
            f'<rect class="{kind}" x="{left:.1f}" y="0" width="{max(right - left, 0):.1f}" height="10"/>'
        )
    return "".join(parts)


def _middle(places: Sequence[float]) -> float:
    return sum(places) / len(places)


def _kind(points: Points, index: int, labels: Sequence[int | None]) -> str:
    if points.unknown[index] > 0.5:
        return "nobody"
    leader = int(points.probabilities[index].argmax())
    return f"s{labels.index(leader)}" if leader in labels else "other"


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


def label_places(
    points: Points, labels: Sequence[int | None], span: Span
) -> Iterator[tuple[int, float, float]]:
    """For each author that rises high enough a free place at the line's top: slot, then left and top in %."""
    taken: list[tuple[float, float]] = []
    for slot, label in enumerate(labels):
        for x, y in [] if label is None else _tops(points, label, span):
            if all(abs(x - u) > _NAME_WIDTH or abs(y - v) > _NAME_HEIGHT for u, v in taken):
                taken.append((x, y))
                yield slot, x, y
                break


def _tops(points: Points, label: int, span: Span) -> Iterator[tuple[float, float]]:
    """The line's points in view from the highest down, in %; none so near an edge that a name is cut."""
    shares = points.probabilities[:, label]
    smooth = np.convolve(shares, np.ones(5) / 5, mode="same") if len(shares) >= 5 else shares
    for index in np.argsort(-smooth).tolist():
        place = span.place(float(points.centres[index])) / 10
        if smooth[index] < _LEAST_NAMED:
            return
        if _MARGIN <= place <= 100 - _MARGIN:
            yield place, max((1 - float(smooth[index])) * 100, 4.0)
