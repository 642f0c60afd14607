"""Intervals: whole works are drawn anew, since excerpts of one work are not independent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explain.study.records import Record

DRAWS = 1000
Statistic = Callable[[NDArray[np.float64]], float]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


def mean_ratio(rows: NDArray[np.float64]) -> float:
    """The sum of the first column over that of the second: a ratio that small denominators cannot upset."""
    total = float(rows[:, 1].sum())
    return float(rows[:, 0].sum()) / total if total else 0.0


def mean(rows: NDArray[np.float64]) -> float:
    """The mean of the first column."""
    return float(rows[:, 0].mean())


def interval(
    records: Sequence[Record], rows: NDArray[np.float64], statistic: Statistic, seed: int = 0
) -> Interval:
    """A statistic of `rows`, shape `(records, columns)`, between the 2.5th and 97.5th percentile of draws."""
    works: dict[tuple[str, str], list[int]] = {}
    for place, record in enumerate(records):
        works.setdefault((record.writer, record.work), []).append(place)
    groups = [np.array(places) for places in works.values()]
    chance = np.random.default_rng(seed)
    draws = [
        statistic(
            rows[np.concatenate([groups[index] for index in chance.integers(len(groups), size=len(groups))])]
        )
        for _ in range(DRAWS)
    ]
    low, high = np.percentile(draws, [2.5, 97.5])
    return Interval(statistic(rows), float(low), float(high))
