"""One text's scores as sums over ever more midpoints, each computed once, and the time they took."""

import time
from collections.abc import Generator, Iterator, Sequence
from typing import TypeVar

import numpy as np

from authorship.datamodels import EncodedText
from authorship.engines.engine import has_bfloat16, is_beyond_bfloat16
from authorship.models.bundle import ModelBundle
from explain.gradients import Scores, StraightPath
from explain.quadrature import segment

_SHORTCUT_NODES = 23
_MOST_MOVED, _NEGLIGIBLE = 0.5, 0.25  # of the tolerance
Result = TypeVar("Result")


class PathSums:
    """Sums the segments around a level's nodes, exactly or by a shortcut; `ends` always exactly.

    A level of twice the nodes and one keeps what is known: its even nodes are those of the level before,
    whose segments are now half as long. So `scores` is the finest sum, and `coarse` that of half the nodes.

    A shortcut (see `StraightPath`) takes about half the time. It is given up at once where it moves the
    scores by more than half of `tolerance`, and where `_SHORTCUT_NODES` nodes were not enough and it moves
    them by more than a quarter: what is missing may be its doing, so finer levels take all nodes exactly.
    `moved` is the share by which the shortcut moves an author's scores, shape `(authors,)`, at the first
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
        self._size = self._done = 0
        self._even = self._odd = np.zeros((len(label_ids), 1))
        self.ends = (np.zeros(len(label_ids)), np.zeros(len(label_ids)))
        self.moved = np.zeros(len(label_ids))
        self.seconds = 0.0

    @property
    def scores(self) -> Scores:
        """What each token adds, `(authors, tokens)`."""
        return self._even + self._odd

    @property
    def coarse(self) -> Scores:
        """The same by every other node."""
        return 2 * self._even

    def refine(self, size: int) -> Iterator[int]:
        """Complete the level of `size` nodes, the first or one that nests; yields how many are done.

        Between two batches of a long text's windows it yields the same number again.
        """
        first, nested = not self._size, bool(self._size) and not self._is_in_doubt()
        self._done, self._size = self._size if nested else 0, size
        odd: Scores = np.zeros_like(self.moved[:, None])
        if first:
            self.ends = yield from self._timed(self._path.ends())
            odd = yield from self._look_for_shortcut(size)
        if nested:
            self._even = self.scores / 2
        else:
            self._even = yield from self._sum(range(2, size, 2))
        self._odd = odd + (yield from self._sum(range(1, size if first else size + 1, 2)))

    def _is_in_doubt(self) -> bool:
        """Whether the shortcut must be given up, which it then is."""
        negligible = bool(self.moved.max() <= _NEGLIGIBLE * self._tolerance)
        if not self._shortcut or self._size < _SHORTCUT_NODES or negligible:
            return False
        self._shortcut, self.moved = False, np.zeros_like(self.moved)
        return True

    def _look_for_shortcut(self, node: int) -> Generator[int, None, Scores]:
        """A node's scores, exactly; the shortcut is taken if there is one and it moves little of them."""
        exact = yield from self._sum([node])
        moved = np.full_like(self.moved, np.inf)
        try:
            if self._tolerance > 0 and self._has_shortcut():
                (rough,) = yield from self._timed(self._path.over([segment(node, self._size)], shortcut=True))
                whole = np.maximum(np.abs(exact).sum(axis=1), np.finfo(np.float32).tiny)
                moved = np.abs(rough - exact).sum(axis=1) / whole
        except RuntimeError as error:
            if not is_beyond_bfloat16(error):
                raise
        self._shortcut = bool(moved.max() <= _MOST_MOVED * self._tolerance)
        self.moved = moved if self._shortcut else np.zeros_like(moved)
        return exact

    def _has_shortcut(self) -> bool:
        started = time.perf_counter()
        found = self._path.has_shortcut
        self.seconds += time.perf_counter() - started
        return found

    def _sum(self, nodes: Sequence[int]) -> Generator[int, None, Scores]:
        """The sum over the segments around some of the level's nodes, several in a pass where it is short."""
        total: Scores = np.zeros_like(self.moved[:, None])
        at_once = self._path.nodes_at_once
        for start in range(0, len(nodes), at_once):
            part = [segment(node, self._size) for node in nodes[start : start + at_once]]
            for scores in (yield from self._timed(self._path.over(part, self._shortcut))):
                total = total + scores
            self._done += len(part)
            yield self._done
        return total

    def _timed(self, steps: Generator[None, None, Result]) -> Generator[int, None, Result]:
        """The steps' value; the time between two steps is not counted."""
        while True:
            started = time.perf_counter()
            try:
                next(steps)
            except StopIteration as stop:
                result: Result = stop.value
                return result
            finally:
                self.seconds += time.perf_counter() - started
            yield self._done


def _gains_by_half(bundle: ModelBundle) -> bool:
    """Whether the model runs on a processor with bfloat16; what it does on graphics cards was not measured.

    It costs memory: PyTorch keeps some 7 MB for each new length of text until a bound of about 1 GB.
    """
    return bundle.model.device.type == "cpu" and has_bfloat16(bundle.model.device)
