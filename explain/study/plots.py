"""The study as pictures, SVG and PNG, readable without colour."""

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from authorship.models.source import Role
from explain.study.limits import GRID
from explain.study.records import ModelRecord, Record
from explain.study.summary import Summary

ROLES: tuple[Role, Role] = ("teacher", "student")
OWN, OTHER, GREY = "#0072b2", "#d55e00", "#777777"
matplotlib.rcParams["svg.fonttype"] = "none"  # letters stay letters


def draw_plots(records: Sequence[Record], summary: Summary, folder: Path) -> None:
    """Write curves, agreement and authors, each as SVG and PNG."""
    _save(draw_curves(records), folder / "curves")
    _save(draw_agreement(records, summary), folder / "agreement")
    _save(draw_authors(records, summary), folder / "authors")


def _save(figure: Figure, stem: Path) -> None:
    figure.savefig(stem.with_suffix(".svg"), metadata={"Date": None})
    figure.savefig(stem.with_suffix(".png"), dpi=150)


def draw_curves(records: Sequence[Record]) -> Figure:
    """For both models what masking does to the author's probability, by each ranking and by chance."""
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for panel, role in zip(panels, ROLES, strict=True):
        _draw_curve(panel, [record.of(role) for record in records], role)
    panels[0].set_ylabel("probability of the author, mean over excerpts")
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=4, frameon=False)
    return figure


def _draw_curve(panel: Axes, parts: Sequence[ModelRecord], role: Role) -> None:
    whole = fmean(part.probability for part in parts)
    shares = np.array([0.0, *GRID]) * 100
    chance = np.array([part.randoms for part in parts])  # (excerpts, orders, shares)
    centre = _kept(whole, chance.mean(axis=(0, 1)))
    spread = np.array([0.0, *np.sqrt(chance.var(axis=1, ddof=1).mean(axis=0))])
    panel.fill_between(shares, centre - spread, centre + spread, color=GREY, alpha=0.25, lw=0)
    panel.plot(shares, centre, c=GREY, ls=":", label="random orders, ± one standard deviation")
    own = _kept(whole, np.mean([part.curve for part in parts], axis=0))
    other = _kept(whole, np.mean([part.other_curve for part in parts], axis=0))
    panel.plot(shares, own, c=OWN, marker="o", ms=4, label="by the model's own ranking")
    panel.plot(shares, other, c=OTHER, ls="--", marker="s", ms=4, label="by the other model's ranking")
    panel.set(title=role.capitalize(), xlabel="words masked, %", ylim=(-0.02, 1.02), xlim=(0, 100))


def _kept(whole: float, lost: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([whole, *(whole - lost)])


def draw_agreement(records: Sequence[Record], summary: Summary) -> Figure:
    """The Spearman of every excerpt: floor, pair, and each model with itself under other baselines."""
    groups = {"floor:\nshuffled student": _referenced(records, "shuffled", "student")}
    groups["teacher and\nstudent"] = [record.agreement.spearman or 0.0 for record in records]
    for kind in sorted(summary.baselines, key=lambda kind: summary.baselines[kind]):
        for role in ROLES:
            mark = "ceiling: " if kind == summary.baseline else ""
            groups[f"{mark}{role},\n{kind} baseline"] = _referenced(records, kind, role)
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    panel = figure.subplots()
    chance = np.random.default_rng(0)
    for place, values in enumerate(groups.values()):
        if not values:
            continue
        colour = OTHER if place == 1 else GREY
        violin: Any = panel.violinplot(values, [place], widths=0.8, showextrema=False)
        violin["bodies"][0].set(facecolor=colour, alpha=0.2)
        panel.scatter(place + chance.uniform(-0.12, 0.12, len(values)), values, s=10, c=colour)
        panel.hlines(fmean(values), place - 0.3, place + 0.3, color="black")
    panel.axhline(summary.spearman.midpoint, c=GREY, ls="--", lw=1)
    panel.annotate(
        "middle of floor and ceiling",
        (0.005, summary.spearman.midpoint),
        xycoords=("axes fraction", "data"),
        va="bottom",
    )
    panel.set_xticks(range(len(groups)), list(groups))
    panel.set_ylabel("Spearman of the words' scores")
    return figure


def _referenced(records: Sequence[Record], kind: str, role: Role) -> list[float]:
    return [
        entry.agreement.spearman or 0.0
        for record in records
        for entry in record.references
        if (entry.kind, entry.role) == (kind, role)
    ]


def draw_authors(records: Sequence[Record], summary: Summary) -> Figure:
    """The Spearman of each writer's excerpts, in the order of their means."""
    writers: dict[str, list[float]] = {}
    for record in records:
        writers.setdefault(record.writer, []).append(record.agreement.spearman or 0.0)
    ordered = sorted(writers.items(), key=lambda item: fmean(item[1]))
    figure = Figure(figsize=(8, 1.6 + 0.22 * len(ordered)), layout="constrained")
    panel = figure.subplots()
    for place, (_, values) in enumerate(ordered):
        panel.scatter(values, [place] * len(values), s=14, c=OTHER)
        panel.plot([fmean(values)], [place], c="black", marker="|", ms=10)
    for value, name, dashes in (
        (summary.spearman.floor, "floor", ":"),
        (summary.spearman.midpoint, "middle", "--"),
        (summary.spearman.ceiling, "ceiling", "-"),
    ):
        panel.axvline(value, c=GREY, ls=dashes, lw=1, label=name)
    panel.set_yticks(range(len(ordered)), [writer for writer, _ in ordered], parse_math=False)
    panel.set_xlabel("Spearman of teacher's and student's words")
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return figure
