"""The nodes of one text's path that were evaluated so far, each once, and the time they took."""

import time
from collections.abc import Generator, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from authorship.datamodels import EncodedText
from authorship.engines.engine import has_bfloat16, is_beyond_bfloat16
from authorship.models.bundle import ModelBundle
from explain.gradients import PathPoint, StraightPath
from explain.quadrature import FINEST, level_nodes, position

_ENDS = (0, FINEST)
_SHORTCUT_NODES = 25
_MOST_MOVED, _NEGLIGIBLE = 0.5, 0.25  # of the tolerance


class PathPoints:
    """Evaluates nodes exactly or by a shortcut; the ends, whose logits are stated, always exactly.

    A shortcut (see `StraightPath`) takes about half the time. It is given up at once where it moves the
    products by more than half of `tolerance`, and where `_SHORTCUT_NODES` nodes were not enough and it moves
    them by more than a quarter: what is missing may be its doing, so finer levels take all nodes exactly.
    `moved` is the share by which the shortcut moves an author's products, shape `(authors,)`, at the first
    level's node nearest to the input, where shortcuts move most.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        encoded: EncodedText,
        label_ids: Sequence[int],
        tolerance: float,
        bfloat16: bool | None,
    ) -> None:
        half = _gains_by_half(bundle) if bfloat16 is None else bfloat16
        self._path = StraightPath(bundle, encoded, label_ids, half)
        self._shortcut = False
        self._tolerance = tolerance
        self._points: dict[int, PathPoint] = {}
        self.moved: NDArray[np.float64] = np.zeros(len(label_ids))
        self.seconds = 0.0

    def __getitem__(self, node: int) -> PathPoint:
        return self._points[node]

    @property
    def ends(self) -> tuple[PathPoint, PathPoint]:
        """The baseline and the input."""
        return self._points[0], self._points[FINEST]

    def evaluate(self, size: int, fresh: Sequence[int]) -> Iterator[int]:
        """Complete the level of `size` nodes, of which `fresh` are new; yields how many it has so far.

        Between two batches of a long text's windows it yields the same number again.
        """
        fresh = self._doubt_shortcut(size, fresh)
        ends = [node for node in fresh if node in _ENDS]
        inner = [node for node in fresh if node not in _ENDS]
        at_once = self._path.nodes_at_once
        for node in ends:
            yield from self._evaluate([node], shortcut=False)
        if ends and inner:
            yield from self._look_for_shortcut(inner.pop())
        for start in range(0, len(inner), at_once):
            yield from self._evaluate(inner[start : start + at_once], self._shortcut)

    def _doubt_shortcut(self, size: int, fresh: Sequence[int]) -> Sequence[int]:
        """The nodes to evaluate: `fresh`, or all inner ones where the shortcut is given up."""
        negligible = bool(self.moved.max() <= _NEGLIGIBLE * self._tolerance)
        if not self._shortcut or size <= _SHORTCUT_NODES or negligible:
            return fresh
        self._shortcut, self.moved = False, np.zeros_like(self.moved)
        self._points = {node: self._points[node] for node in _ENDS if node in self._points}
        return [node for node in level_nodes(size) if node not in self._points]

    def _look_for_shortcut(self, node: int) -> Iterator[int]:
        """Evaluate a node, and take the shortcut if there is one and it moves little of it."""
        yield from self._evaluate([node], shortcut=False)
        exact, moved = self._points[node].tokens, np.full_like(self.moved, np.inf)
        try:
            if self._tolerance > 0 and self._has_shortcut():
                (rough,) = yield from self._timed([node], shortcut=True)
                whole = np.maximum(np.abs(exact).sum(axis=1), np.finfo(np.float32).tiny)
                moved = np.abs(rough.tokens - exact).sum(axis=1) / whole
        except RuntimeError as error:
            if not is_beyond_bfloat16(error):
                raise
        self._shortcut = bool(moved.max() <= _MOST_MOVED * self._tolerance)
        self.moved = moved if self._shortcut else np.zeros_like(moved)

    def _has_shortcut(self) -> bool:
        started = time.perf_counter()
        found = self._path.has_shortcut
        self.seconds += time.perf_counter() - started
        return found

    def _evaluate(self, nodes: Sequence[int], shortcut: bool) -> Iterator[int]:
        found = yield from self._timed(nodes, shortcut)
        self._points.update(zip(nodes, found, strict=True))
        yield len(self._points)

    def _timed(self, nodes: Sequence[int], shortcut: bool) -> Generator[int, None, list[PathPoint]]:
        """The nodes' points; a step a batch, the time between two steps is not counted."""
        steps = self._path.steps([position(node) for node in nodes], shortcut)
        while True:
            started = time.perf_counter()
            try:
                next(steps)
            except StopIteration as stop:
                points: list[PathPoint] = stop.value
                return points
            finally:
                self.seconds += time.perf_counter() - started
            yield len(self._points)


def _gains_by_half(bundle: ModelBundle) -> bool:
    """Whether the model runs on a processor with bfloat16; what it does on graphics cards was not measured.

    It costs memory: PyTorch keeps some 7 MB for each new length of text until a bound of about 1 GB.
    """
    return bundle.model.device.type == "cpu" and has_bfloat16(bundle.model.device)
