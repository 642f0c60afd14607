"""The study in words (what was asked, what came out, whether bars are met) and in pictures, SVG and PNG."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from authorship.models.source import Role
from explain.agreement import Reach
from explain.faithfulness import RANDOM_ORDERS, SHARES
from explain.study.measure import BEAM, GRID
from explain.study.records import ModelRecord, Record
from explain.study.subjects import SHUFFLES
from explain.study.summary import NEEDED, Faith, Interval, Summary

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


_BASELINES = {"mean": "the mean of all embeddings", "pad": "[PAD]"}


def render_report(summary: Summary, records: Sequence[Record]) -> str:
    """The whole report as Markdown; the plots lie beside it."""
    parts = (
        _head(summary),
        _bars(summary),
        "## Faithfulness",
        faith_table(summary),
        _faith_notes(),
        "![Perturbation curves](curves.svg)",
        "## The same reasons?",
        agreement_table(summary),
        _agreement_notes(summary),
        "![Agreement between floor and ceiling](agreement.svg)",
        "![Agreement by author](authors.svg)",
        _furthest(records),
    )
    return "\n\n".join(parts) + "\n"


def _head(summary: Summary) -> str:
    settings = summary.settings
    return (
        "# Can the explanations be trusted?\n\n"
        f"{summary.excerpts} excerpts from {summary.works} works by {summary.authors} authors "
        f"of `{summary.data}`, seed {settings.seed},\n"
        "each explained by both models for the author whom the teacher names.\n"
        "Intervals are 95 % bootstraps over works. SHA-256 of weights and temperature:\n"
        f"teacher `{settings.teacher[:16]}`, student `{settings.student[:16]}`."
    )


def _bars(summary: Summary) -> str:
    ratios = f"teacher {summary.teacher.ratio:.1f}, student {summary.student.ratio:.1f}"
    spearman = summary.spearman
    return (
        f"- {_met(summary.faithful)}: comprehensiveness above the mean of random orders by at least\n"
        f"  {NEEDED:.0f} standard deviations of a random order: {ratios}.\n"
        f"- {_met(summary.agreeing)}: Spearman of teacher and student above the middle of floor\n"
        f"  and ceiling: {spearman.pair:.2f}, middle {spearman.midpoint:.2f}."
    )


def _met(met: bool) -> str:
    return "**Met**" if met else "**Missed**"


def faith_table(summary: Summary) -> str:
    """Both models' faithfulness, a figure a row."""
    rows: list[tuple[str, Callable[[Faith], str]]] = [
        ("comprehensiveness", lambda faith: f"{faith.comprehensiveness:.3f}"),
        ("… less random orders", lambda faith: _within(faith.above_random)),
        ("… in standard deviations of a random order", lambda faith: f"{faith.ratio:.1f}"),
        (f"… excerpts at {NEEDED:.0f} or more of their own", lambda faith: f"{faith.share_above:.0%}"),
        ("sufficiency", lambda faith: f"{faith.sufficiency:.3f}"),
        ("… less random orders", lambda faith: _within(faith.sufficiency_above_random)),
        ("… in standard deviations of a random order", lambda faith: f"{faith.sufficiency_ratio:.1f}"),
        ("NAOPC (1 best)", lambda faith: _within(faith.naopc)),
        ("… of random orders", lambda faith: f"{faith.naopc_random:.2f}"),
        ("… of the reverse (0 best)", lambda faith: f"{faith.naopc_reverse:.2f}"),
        ("error of an explanation, median (worst)", _error),
    ]
    body = (f"| {name} | {figure(summary.teacher)} | {figure(summary.student)} |" for name, figure in rows)
    return "\n".join(("| | teacher | student |", "|---|---|---|", *body))


def _error(faith: Faith) -> str:
    return f"{faith.median_error:.2%} ({faith.worst_error:.2%})"


def _within(figure: Interval) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


def _faith_notes() -> str:
    shares = ", ".join(f"{share * 100:g}" for share in SHARES)
    return (
        "Words are masked whole, by falling score. Comprehensiveness is the probability lost when the\n"
        f"first {shares} % are masked, sufficiency the probability kept when only\n"
        f"they stay (DeYoung et al. 2020); beside them stand {RANDOM_ORDERS} random orders of each excerpt.\n"
        "NAOPC (Edin et al. 2025) sets the area over the perturbation curve between those of the worst\n"
        f"and the best order. These are approximated by a beam search of width {BEAM} over the blocks of\n"
        "the curve, each filled by gradient, by trial or by the explanation, and by every order tried\n"
        "here; the true limits lie further apart. A NAOPC of 1 says that no better order was found."
    )


def agreement_table(summary: Summary) -> str:
    """The pair's agreement, each figure with what it can be compared with."""
    rows = (
        ("Spearman of all words' scores", summary.spearman),
        ("overlap of the ten strongest words", summary.top_overlap),
        ("share of signed mass in agreement", summary.mass_overlap),
        ("student's loss by the teacher's ranking over its own", summary.transfer_student),
        ("teacher's loss by the student's ranking over its own", summary.transfer_teacher),
    )
    body = (
        f"| {name} | {reach.floor:.2f} | {_between(reach)} | {reach.ceiling:.2f} |" for name, reach in rows
    )
    return "\n".join(("| | floor | teacher and student | ceiling |", "|---|---|---|---|", *body))


def _between(reach: Reach) -> str:
    return f"**{reach.pair:.2f}** ({reach.low:.2f} to {reach.high:.2f})"


def _agreement_notes(summary: Summary) -> str:
    tried = ", ".join(
        f"{_BASELINES.get(kind, kind)} {value:.2f}" for kind, value in summary.baselines.items()
    )
    return (
        "Ceiling: one and the same model explained with another baseline than [MASK], the mean over both\n"
        f"models. Tried (Spearman): {tried}; the highest is the ceiling.\n"
        "Floor: the teacher beside a student in which the entries of every weight matrix are permuted\n"
        f"({SHUFFLES} permutations); for the losses, the shuffled student's ranking."
    )


def _furthest(records: Sequence[Record]) -> str:
    ranked = sorted(records, key=lambda record: record.agreement.spearman or 0.0)[:5]
    rows = (
        f"| {_cell(record.writer)} | {_cell(record.work)} | {record.author} "
        f"| {record.agreement.spearman or 0.0:.2f} | {record.agreement.common} "
        f"| {_alone(record, 'teacher', 'student')} | {_alone(record, 'student', 'teacher')} |"
        for record in ranked
    )
    head = (
        "| writer | work | explained for | Spearman | common of the ten | teacher's alone | student's alone |"
    )
    return "\n".join(("Where the reasons differ most:\n", head, "|---|---|---|---|---|---|---|", *rows))


def _alone(record: Record, role: Role, other: Role) -> str:
    """Of a model's ten strongest words those that are not among the other's."""
    left = Counter(record.of(role).strongest) - Counter(record.of(other).strongest)
    return _cell(", ".join(left.elements()))


def _cell(text: str) -> str:
    """A name that cannot break the table."""
    return " ".join(text.replace("|", "/").split())
