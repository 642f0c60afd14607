"""The study in words: what was asked, what came out, whether the bars are met."""

from collections import Counter
from collections.abc import Callable, Sequence

from authorship.models.source import Role
from explain.agreement import Reach
from explain.faithfulness import RANDOM_ORDERS, SHARES
from explain.study.bootstrap import Interval
from explain.study.faith import NEEDED, Faith
from explain.study.limits import BEAM
from explain.study.records import Record
from explain.study.subjects import SHUFFLES
from explain.study.summary import Summary

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
