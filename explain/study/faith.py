"""One model's faithfulness over all excerpts: comprehensiveness, sufficiency, NAOPC, each beside chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from authorship.models.source import Role
from explain.study.bootstrap import Interval, interval, mean
from explain.study.limits import area
from explain.study.records import Record

NEEDED = 3.0
"""Comprehensiveness must lie so many standard deviations of a random order above the random orders' mean."""


@dataclass(frozen=True, slots=True)
class Faith:
    """One model's figures; all are means over the excerpts.

    `above_random` and `sufficiency_above_random` are less the mean of random orders. `deviations` are the
    standard deviations of one random order, pooled over the excerpts; `ratio` is the first over its own.
    `naopc` is the normalised AOPC of the explanation, `naopc_reverse` that of its reverse (the smaller the
    better) and `naopc_random` that of random orders. `worst_error` is the largest of any explanation.
    """

    comprehensiveness: float
    above_random: Interval
    deviation: float
    ratio: float
    share_above: float
    sufficiency: float
    sufficiency_above_random: Interval
    sufficiency_deviation: float
    sufficiency_ratio: float
    naopc: Interval
    naopc_reverse: float
    naopc_random: float
    median_error: float
    worst_error: float
    converged: int


def measure_faith(records: Sequence[Record], role: Role) -> Faith:
    """The figures of one model."""
    parts = [record.of(role) for record in records]
    lost = np.array([part.random_comprehensiveness for part in parts])
    kept = np.array([part.random_sufficiency for part in parts])
    above = np.array([part.comprehensiveness for part in parts]) - lost.mean(axis=1)
    kept_above = np.array([part.sufficiency for part in parts]) - kept.mean(axis=1)
    errors = [part.error for part in parts]
    limits = [(part.lower, part.upper) for part in parts]
    chance = [float(np.mean([area(curve) for curve in part.randoms])) for part in parts]
    naopc = _normalise([part.aopc for part in parts], limits)
    return Faith(
        comprehensiveness=float(np.mean([part.comprehensiveness for part in parts])),
        above_random=interval(records, above[:, None], mean),
        deviation=_pooled(lost),
        ratio=float(above.mean()) / max(_pooled(lost), 1e-9),
        share_above=float(np.mean(above >= NEEDED * lost.std(axis=1, ddof=1))),
        sufficiency=float(np.mean([part.sufficiency for part in parts])),
        sufficiency_above_random=interval(records, kept_above[:, None], mean),
        sufficiency_deviation=_pooled(kept),
        sufficiency_ratio=float(kept_above.mean()) / max(_pooled(kept), 1e-9),
        naopc=interval(records, naopc[:, None], mean),
        naopc_reverse=float(_normalise([part.reverse_aopc for part in parts], limits).mean()),
        naopc_random=float(_normalise(chance, limits).mean()),
        median_error=float(np.median(errors)),
        worst_error=max(errors),
        converged=sum(part.converged for part in parts),
    )


def _pooled(orders: NDArray[np.float64]) -> float:
    """The standard deviation of one random order about its excerpt's mean, over all excerpts."""
    return float(np.sqrt(orders.var(axis=1, ddof=1).mean()))


def _normalise(aopcs: Sequence[float], limits: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Each between its lower and upper limit; where these are equal nothing could be better or worse."""
    lower, upper = np.array(limits).T
    width = upper - lower
    return np.where(width > 0, (np.array(aopcs) - lower) / np.where(width > 0, width, 1), 1.0)
