"""All excerpts' records to the figures of the study.

Faithfulness is comprehensiveness, sufficiency and NAOPC, each beside chance. For intervals whole works are
drawn anew, since excerpts of one work are not independent.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from authorship.models.source import Role
from explain.agreement import Agreement, Reach, Scale
from explain.study.measure import area
from explain.study.records import Record, Settings

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


@dataclass(frozen=True, slots=True)
class Summary:
    """The study: what it was of, both models' faithfulness, their agreement."""

    settings: Settings
    data: str
    excerpts: int
    works: int
    authors: int
    baseline: str
    baselines: dict[str, float]
    teacher: Faith
    student: Faith
    spearman: Reach
    top_overlap: Reach
    mass_overlap: Reach
    transfer_student: Reach
    transfer_teacher: Reach

    def of(self, role: Role) -> Faith:
        """One model's figures."""
        return self.teacher if role == "teacher" else self.student

    @property
    def faithful(self) -> bool:
        """Whether both models' comprehensiveness lies far enough above chance."""
        return min(self.teacher.ratio, self.student.ratio) >= NEEDED

    @property
    def agreeing(self) -> bool:
        """Whether the pair's rank correlation lies above the middle of floor and ceiling."""
        return self.spearman.pair > self.spearman.midpoint


def summarise(records: Sequence[Record], settings: Settings, data: str) -> Summary:
    """The figures over all records."""
    baselines = {kind: _ceiling(records, kind, _spearman) for kind in _kinds(records)}
    baseline = max(baselines, key=lambda kind: baselines[kind])
    return Summary(
        settings=settings,
        data=data,
        excerpts=len(records),
        works=len({(record.writer, record.work) for record in records}),
        authors=len({record.writer for record in records}),
        baseline=baseline,
        baselines=baselines,
        teacher=measure_faith(records, "teacher"),
        student=measure_faith(records, "student"),
        spearman=_reach(records, baseline, _spearman),
        top_overlap=_reach(records, baseline, lambda agreement: agreement.top_overlap),
        mass_overlap=_reach(records, baseline, lambda agreement: agreement.mass_overlap),
        transfer_student=_transfer(records, baseline, "student"),
        transfer_teacher=_transfer(records, baseline, "teacher"),
    )


def _kinds(records: Sequence[Record]) -> list[str]:
    kinds = {entry.kind for record in records for entry in record.references}
    return sorted(kinds - {"shuffled"})


def _spearman(agreement: Agreement) -> float:
    """No rank correlation at all, between scores that are all equal, counts as none."""
    return agreement.spearman or 0.0


def _reach(records: Sequence[Record], baseline: str, figure: Callable[[Agreement], float]) -> Reach:
    rows = np.array([[figure(record.agreement)] for record in records])
    found = interval(records, rows, mean)
    ceiling, floor = _ceiling(records, baseline, figure), _ceiling(records, "shuffled", figure)
    return Reach(found.value, found.low, found.high, ceiling, floor)


def _ceiling(records: Sequence[Record], kind: str, figure: Callable[[Agreement], float]) -> float:
    """The mean over excerpts, and over both models where both have it."""
    return float(
        np.mean(
            [
                figure(entry.agreement)
                for record in records
                for entry in record.references
                if entry.kind == kind
            ]
        )
    )


def _transfer(records: Sequence[Record], baseline: str, role: Role) -> Reach:
    losses = [record.of(role).losses for record in records]
    own = [loss.own for loss in losses]
    found = interval(records, _columns([loss.other for loss in losses], own), mean_ratio)
    ceiling = mean_ratio(_columns([loss.baselines.get(baseline, loss.own) for loss in losses], own))
    floor = mean_ratio(_columns([loss.shuffled for loss in losses], own))
    return Reach(found.value, found.low, found.high, ceiling, floor)


def _columns(first: Sequence[float], second: Sequence[float]) -> NDArray[np.float64]:
    return np.column_stack([first, second])


def to_scale(summary: Summary) -> Scale:
    """What the page and programs need of it."""
    return Scale(
        teacher=summary.settings.teacher,
        student=summary.settings.student,
        data=Path(summary.data).name,
        excerpts=summary.excerpts,
        seed=summary.settings.seed,
        baseline=summary.baseline,
        spearman=summary.spearman,
        top_overlap=summary.top_overlap,
        mass_overlap=summary.mass_overlap,
        transfer_student=summary.transfer_student,
        transfer_teacher=summary.transfer_teacher,
    )


def save_study(summary: Summary, file: Path) -> None:
    """Write the figures as JSON."""
    bars = {"faithful": summary.faithful, "agreeing": summary.agreeing}
    text = json.dumps(asdict(summary) | bars, ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")
