"""A text that was rewritten, and where each of its characters stood before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Edit = tuple[int, int, str]  # the characters `start` to `stop`, and what replaces them
Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class FoldedText:
    """`text` as the models read it; character `i` stands for the input's `starts[i]` to `stops[i]`.

    Without places, where nothing was rewritten, every character stands for itself. Both places ascend; the
    input's characters that no character stands for, such as marks of direction, were left out.
    """

    text: str
    starts: Places | None = None
    stops: Places | None = None

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """The input's characters that `text[start:stop]`, which is not empty, stands for."""
        if self.starts is None or self.stops is None:
            return start, stop
        return int(self.starts[start]), int(self.stops[stop - 1])

    def spans(self, spans: NDArray[np.int64]) -> NDArray[np.int64]:
        """`span` for many, shape `(spans, 2)`."""
        if self.starts is None or self.stops is None or not len(spans):
            return spans
        places = np.stack([self.starts[spans[:, 0]], self.stops[np.maximum(spans[:, 1] - 1, 0)]], axis=1)
        return places.astype(np.int64)

    def edit(self, edits: Iterable[Edit]) -> FoldedText:
        """The text after `edits` of it, which ascend, do not overlap and replace at least a character each.

        The characters of a replacement stand for those of the span one by one, the last for all that are
        left: a mark over a letter belongs to the letter where both are one edit, to none by itself.
        """
        changes = list(edits)
        if not changes:
            return self
        starts, stops = _places(changes, len(self.text))
        if self.starts is not None and self.stops is not None:
            starts, stops = self.starts[starts], self.stops[stops - 1]
        return FoldedText(_rewrite(self.text, changes), starts, stops)


def _rewrite(text: str, edits: list[Edit]) -> str:
    parts: list[str] = []
    read = 0
    for start, stop, replacement in edits:
        parts += (text[read:start], replacement)
        read = stop
    parts.append(text[read:])
    return "".join(parts)


def _places(edits: list[Edit], length: int) -> tuple[Places, Places]:
    """Where every character of the edited text began and ended in the text of `length` characters."""
    begin, end, size = (
        np.array(column, dtype=np.int64)
        for column in zip(*((start, stop, len(text)) for start, stop, text in edits), strict=True)
    )
    kept = np.diff(begin, append=length)  # characters from each edit to the next one
    kept -= end - begin
    runs = np.stack([size, kept], axis=1).ravel()
    new = begin[0] + np.concatenate([[0], np.cumsum(runs)[:-1]])
    old = np.stack([begin, end], axis=1).ravel()
    shift = np.concatenate([np.zeros(begin[0], np.int64), np.repeat(old - new, runs)])
    last = np.concatenate([np.full(begin[0], length), np.repeat(_interleave(end - 1, length), runs)])
    starts = np.minimum(np.arange(len(shift)) + shift, last)
    stops = starts + 1
    written = size > 0
    ends = (new[::2] + size - 1)[written]
    stops[ends] = end[written]
    return starts.astype(np.int32), stops.astype(np.int32)


def _interleave(values: NDArray[np.int64], between: int) -> NDArray[np.int64]:
    """Each value followed by `between`."""
    return np.stack([values, np.full(len(values), between)], axis=1).ravel()
