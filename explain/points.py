"""The nodes of one text's path that were evaluated so far, each once, and the time they took."""

import time
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from authorship.bundle import ModelBundle
from authorship.datamodels import EncodedText
from explain.gradients import PathPoint, StraightPath
from explain.quadrature import FINEST, level_nodes, position
from explain.relay import has_bfloat16

_ENDS = (0, FINEST)
_HALF_NODES = 21
_ROUNDING_SHARE = 0.5


class PathPoints:
    """Evaluates levels in single or half precision; the ends, whose logits are stated, always in single.

    Half precision takes a little over half the time. It is given up at once where it moves the products
    by more than half of `tolerance`, and later where `_HALF_NODES` nodes were not enough: what is
    missing then may be rounding, so the finer levels take all nodes in single.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        encoded: EncodedText,
        label_ids: Sequence[int],
        tolerance: float,
        bfloat16: bool | None,
    ) -> None:
        self._path = StraightPath(bundle, encoded, label_ids)
        self._half = has_bfloat16(bundle.model.device) if bfloat16 is None else bfloat16
        self._most_rounding = _ROUNDING_SHARE * tolerance
        self._points: dict[int, PathPoint] = {}
        self.rounding: NDArray[np.float64] = np.zeros(len(label_ids))
        self.seconds = 0.0

    def __getitem__(self, node: int) -> PathPoint:
        return self._points[node]

    @property
    def ends(self) -> tuple[PathPoint, PathPoint]:
        """The baseline and the input."""
        return self._points[0], self._points[FINEST]

    def evaluate(self, size: int, fresh: Sequence[int]) -> Iterator[int]:
        """Complete the level of `size` nodes, of which `fresh` are new; yields how many it has so far."""
        fresh = self._choose_precision(size, fresh)
        ends = [node for node in fresh if node in _ENDS]
        inner = [node for node in fresh if node not in _ENDS]
        at_once = self._path.nodes_at_once
        for node in ends:
            self._evaluate([node], half=False)
            yield len(self._points)
        if ends:
            self._measure_rounding()
        for start in range(0, len(inner), at_once):
            self._evaluate(inner[start : start + at_once], self._half)
            yield len(self._points)

    def _choose_precision(self, size: int, fresh: Sequence[int]) -> Sequence[int]:
        """The nodes to evaluate: `fresh`, or all inner ones where half precision is given up."""
        if not self._half or size <= _HALF_NODES:
            return fresh
        self._half, self.rounding = False, np.zeros_like(self.rounding)
        self._points = {node: self._points[node] for node in _ENDS if node in self._points}
        return [node for node in level_nodes(size) if node not in self._points]

    def _measure_rounding(self) -> None:
        """Keep to half precision if the model can run in it and it rounds little enough."""
        if not self._half:
            return
        started = time.perf_counter()
        try:
            rounding = self._path.rounding(position(FINEST // 2))
        except RuntimeError:  # DeBERTa masks with float32's least number, which bfloat16 cannot hold
            rounding = np.full_like(self.rounding, np.inf)
        self._half = bool(rounding.max() <= self._most_rounding)
        self.rounding = rounding if self._half else np.zeros_like(rounding)
        self.seconds += time.perf_counter() - started

    def _evaluate(self, nodes: Sequence[int], half: bool) -> None:
        started = time.perf_counter()
        found = self._path.at([position(node) for node in nodes], half)
        self._points.update(zip(nodes, found, strict=True))
        self.seconds += time.perf_counter() - started
