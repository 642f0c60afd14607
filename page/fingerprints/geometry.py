"""Where things stand on the map, in per cent of its width and height, and which names have room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from explain.fingerprints.datamodels import MappedWork, Projection
from page.readings import Reading

MARGIN = 0.06
_FLATTEST, _TALLEST = 0.45, 1.1
_GROWTH = 0.3
_WIDTH, _LETTER, _LINE = 1000.0, 8.2, 17.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the plane in view: its lower left corner, its width, and its height as a share of that."""

    x: float
    y: float
    width: float
    ratio: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Per cent from the left and from the top, kept within the frame."""
        left = (x - self.x) / self.width
        top = 1 - (y - self.y) / (self.width * self.ratio)
        return min(max(left, 0.02), 0.98) * 100, min(max(top, 0.03), 0.97) * 100

    def holds(self, x: float, y: float) -> bool:
        """Whether a place needs no moving."""
        inside = self.x <= x <= self.x + self.width
        return inside and self.y <= y <= self.y + self.width * self.ratio


def frame(works: Sequence[MappedWork], excerpt: tuple[float, float] | None = None) -> Frame:
    """A frame around all works, one scale for both directions, a margin about.

    It grows to hold an excerpt beyond them, by at most `_GROWTH` of their extent on each side.
    """
    places = np.array([(work.x, work.y) for work in works])
    low, high = places.min(axis=0), places.max(axis=0)
    if excerpt is not None:
        room = (high - low) * _GROWTH
        there = np.clip(np.array(excerpt), low - room, high + room)
        low, high = np.minimum(low, there), np.maximum(high, there)
    width, height = (float(size) for size in np.maximum(high - low, 1e-6))
    width = max(width, height / _TALLEST) * (1 + 2 * MARGIN)
    height = min(max(height * (1 + 2 * MARGIN), width * _FLATTEST), width * _TALLEST)
    x, y = ((low + high) / 2 - np.array([width, height]) / 2).tolist()
    return Frame(x, y, width, height / width)


def excerpt_place(projection: Projection, reading: Reading | None, role: str) -> tuple[float, float] | None:
    """Where the excerpt that was read lies; None without one, or where the model knows other authors."""
    if reading is None:
        return None
    prediction = reading.teacher if role == "teacher" else reading.student
    if tuple(author.key for author in prediction.authors) != projection.labels:
        return None
    x, y = projection.place(np.array(prediction.logits)).tolist()
    return x, y


def nearest(works: Sequence[MappedWork], place: tuple[float, float], count: int) -> list[MappedWork]:
    """The works nearest to a place, the nearest first."""
    return sorted(works, key=lambda work: (work.x - place[0]) ** 2 + (work.y - place[1]) ** 2)[:count]


@dataclass(frozen=True, slots=True)
class Label:
    """A text to be written at a place in per cent; `kind` is its class."""

    text: str
    left: float
    top: float
    kind: str


def roomy(labels: Sequence[Label], ratio: float) -> Iterator[Label]:
    """The labels that have room on a map a thousand dots wide, those named first before the rest."""
    taken: list[tuple[float, float, float, float]] = []
    for label in labels:
        half = len(label.text) * _LETTER / 2
        x, y = label.left / 100 * _WIDTH, label.top / 100 * _WIDTH * ratio
        box = (x - half, y - _LINE, x + half, y)
        outside = box[0] < 0 or box[2] > _WIDTH or box[1] < 0
        if not outside and all(_apart(box, other) for other in taken):
            taken.append(box)
            yield label


def _apart(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
