"""All excerpts' records to the figures of the study."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from authorship.models.source import Role
from explain.agreement import Agreement, Reach, Scale
from explain.study.bootstrap import interval, mean, mean_ratio
from explain.study.faith import NEEDED, Faith, measure_faith
from explain.study.records import Record, Settings


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
