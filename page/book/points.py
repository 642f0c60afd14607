"""Thousands of passages to the few hundred points that a chart can show, each an honest mean; their places.

A chart is 1,000 wide and 100 high, whatever the part of the book in view.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from authorship.datamodels import Change
from authorship.models.source import Role
from page.book.reading import BookReading, Curve
from page.book.view import Span
from page.excerpt.results import ROLES
from page.i18n.messages import Messages
from page.i18n.wording import display_name

_TICKS = 6
_LEAST_SHOWN = 0.05
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


_FIRST_WORDS = 56
_DIGITS = 1


def figures(
    reading: BookReading,
    role: Role,
    points: Points,
    labels: tuple[int | None, ...],
    span: Span,
    words: Messages,
) -> list[list[object]]:
    """What pointing at one model's points tells, as figures for book.js.

    A list a point: place in %, start, stop, passages, first words, who else leads, abstains, shares in %.
    Who else leads is `[name, share]` where the point's likeliest author is none of `labels`, else None;
    "abstains" is 1 where the model names nobody for most of its passages.
    """
    track = reading.track(role)
    names = {author.label_id: display_name(author, words) for author in track.authors}
    found: list[list[object]] = []
    for index in range(len(points)):
        passage = track.passages[int(points.chosen[index])]
        place = round(span.place(float(points.centres[index])) / 10, 2)
        begins = first_words(reading.book.text, passage.start) if role == ROLES[0] else ""
        shares = [None if label is None else _percent(points, index, label) for label in labels]
        first = int(points.probabilities[index].argmax())
        leader = None if first in labels else [names[first], _percent(points, index, first)]
        abstains = int(points.unknown[index] > 0.5)
        found.append([place, passage.start, passage.stop, points.size, begins, leader, abstains, *shares])
    return found


def _percent(points: Points, index: int, label: int) -> float:
    return round(float(points.probabilities[index, label]) * 100, _DIGITS)


def first_words(text: str, start: int, length: int = _FIRST_WORDS) -> str:
    """The words at a place of the book in one line; words cut at either end are left out.

    So are marks at the end of what goes on: whoever quotes it puts an ellipsis there.
    """
    cut = start > 0 and text[start - 1 : start + 1].isalpha()
    pieces = text[start : start + 2 * length].split()
    line = " ".join(pieces[1:] if cut else pieces).lstrip(".,;:!?…») ")
    if len(line) <= length:
        return line
    return (line[:length].rpartition(" ")[0] or line[:length]).rstrip(" .,;:…—–-")
