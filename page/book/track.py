"""One model's way along a book: its passages as they come, their probabilities as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from authorship.datamodels import Author, Passage
from authorship.models.bundle import ModelBundle


@dataclass(frozen=True, slots=True)
class Curve:
    """Some passages in reading order: `starts` and `stops` in characters, shape `(passages,)`.

    `probabilities` has the shape `(passages, labels)`; `unknown` is true where the model abstains.
    """

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    unknown: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def centres(self) -> NDArray[np.float64]:
        """The middle of each passage, in characters."""
        middles: NDArray[np.float64] = (self.starts + self.stops) / 2
        return middles

    @property
    def means(self) -> list[float]:
        """Each label's mean probability."""
        means: list[float] = self.probabilities.mean(axis=0).tolist()
        return means

    def nearest(self, offset: float) -> int:
        """The passage whose middle is nearest to a character of the book."""
        return int(np.abs(self.centres - offset).argmin())

    def beginning(self, offset: int) -> int:
        """The passage that begins nearest to a character of the book."""
        return int(np.abs(self.starts - offset).argmin())

    def part(self, start: int, stop: int) -> "Curve":
        """The passages `start` to `stop` of these."""
        rows = slice(start, stop)
        return Curve(self.starts[rows], self.stops[rows], self.probabilities[rows], self.unknown[rows])


class Track:
    """Grows by one passage at a time, while other threads draw what there is.

    `authors` are the bundle's, or those of another model whose saved result is shown: on such a track the
    bundle reads nothing.
    """

    def __init__(self, bundle: ModelBundle, authors: tuple[Author, ...] | None = None) -> None:
        self.bundle = bundle
        self.authors = bundle.authors if authors is None else authors
        self.passages: list[Passage] = []
        self._rows: list[NDArray[np.float32]] = []
        self._unknown: list[bool] = []
        self._curve = self._to_curve([])

    def add(self, passage: Passage) -> None:
        """Take the next passage; probabilities are the bundle's calibrated ones."""
        logits, calibration = np.asarray(passage.logits), self.bundle.calibration
        characters = passage.stop - passage.start
        row = calibration.probabilities(logits, characters).astype(np.float32)
        self.append(passage, row, passage.outside or calibration.is_unknown(logits, characters))

    def append(self, passage: Passage, row: NDArray[np.float32], unknown: bool) -> None:
        """Take a passage with its probabilities, shape `(labels,)`, and whether the model abstains."""
        self._rows.append(row)
        self._unknown.append(unknown)
        self.passages.append(passage)  # last: whoever counts passages finds the rest complete

    @property
    def reached(self) -> int:
        """The character up to which the book is read."""
        return self.passages[-1].stop if self.passages else 0

    def label(self, key: str) -> int | None:
        """An author's place among the labels; None where the model does not know the author."""
        return next((author.label_id for author in self.authors if author.key == key), None)

    def leaders(self, curve: Curve) -> NDArray[np.str_]:
        """The key of each passage's likeliest author, shape `(passages,)`."""
        keys = np.array([author.key for author in self.authors])
        leaders: NDArray[np.str_] = keys[curve.probabilities.argmax(axis=1)]
        return leaders

    def curve(self) -> Curve:
        """All passages so far."""
        if len(self._curve) != len(self.passages):
            self._curve = self._to_curve(self.passages[:])
        return self._curve

    def _to_curve(self, passages: Sequence[Passage]) -> Curve:
        count = len(passages)
        spans = np.array([(passage.start, passage.stop) for passage in passages], dtype=np.int64).reshape(
            -1, 2
        )
        probabilities = np.array(self._rows[:count], dtype=np.float32).reshape(-1, len(self.authors))
        return Curve(spans[:, 0], spans[:, 1], probabilities, np.array(self._unknown[:count], dtype=bool))
