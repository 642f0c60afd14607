"""What masking did to both models, as HTML: one sentence, then prediction and outcome side by side."""

from dataclasses import dataclass
from html import escape
from typing import Literal

from authorship.datamodels import Author, Prediction
from authorship.models.source import Role
from authorship.numerals import percent, probability, signed
from explain.masking import knows, verify
from page.excerpt.results import ROLES, Reading, Reasons
from page.excerpt.verdict import role_name
from page.i18n.messages import CheckMessages, Messages
from page.i18n.wording import counted, display_name
from page.masking.masks import Masked


@dataclass(frozen=True, slots=True)
class Tried:
    """Everything that the panel is drawn from."""

    reading: Reading
    masked: Masked
    author: Author
    rival: Author | None
    teacher: Reasons
    student: Reasons

    def of(self, role: Role) -> Reasons:
        """One model's reasons as far as they have come."""
        return self.teacher if role == "teacher" else self.student


def render_outcome(tried: Tried, words: Messages, check: CheckMessages) -> str:
    """How many words are masked, whether the verdicts hold, and a line of numbers for each model."""
    count = len(tried.masked.spans)
    if not count:
        return f'<p class="held">{escape(check.masked_none)}</p>'
    masked = check.masked.format(
        count=counted(count, check.words, words), share=percent(count / tried.masked.words, words)
    )
    columns = "".join(_column(role, tried, words, check) for role in ROLES)
    return (
        f'<p class="held"><span>{escape(masked)}</span> {escape(_held(tried, words, check))}</p>'
        f'<div class="tried">{columns}</div>'
    )


def _held(tried: Tried, words: Messages, check: CheckMessages) -> str:
    """Whether each model holds to its answer; one that abstains now and did not before does not."""
    fates = {role: _fate(tried.reading.of(role), tried.masked.of(role)) for role in ROLES}
    if len(set(fates.values())) == 1:
        both = {"holds": check.both_hold, "changes": check.both_change, "gives up": check.both_abstain}
        return both[fates["teacher"]]
    each = {"holds": check.holds, "changes": check.changes, "gives up": check.gives_up}
    teacher, student = (each[fate].format(role=role_name(role, words)) for role, fate in fates.items())
    return f"{teacher}, {student[:1].lower()}{student[1:]}."


def _fate(before: Prediction, after: Prediction) -> Literal["holds", "changes", "gives up"]:
    """What masking made of an answer; to name nobody is an answer too."""
    if after.unknown:
        return "holds" if before.unknown else "gives up"
    same = before.top_k(1)[0].author.key == after.top_k(1)[0].author.key
    return "holds" if same and not before.unknown else "changes"


def _column(role: Role, tried: Tried, words: Messages, check: CheckMessages) -> str:
    before, after = tried.reading.of(role), tried.masked.of(role)
    lines = [(check.first, f"{_leader(before, words, check)} → {_leader(after, words, check)}")]
    if all(knows(before, one) for one in (tried.author, tried.rival) if one):
        lines += _numbers(role, tried, words, check)
    else:
        lines.append((display_name(tried.author, words), check.stranger))
    items = "".join(f"<div><dt>{escape(head)}</dt><dd>{escape(body)}</dd></div>" for head, body in lines)
    return f"<section><h3>{escape(role_name(role, words))}</h3><dl>{items}</dl></section>"


def _leader(prediction: Prediction, words: Messages, check: CheckMessages) -> str:
    first = prediction.top_k(1)[0]
    doubt = f" ({check.abstains})" if prediction.unknown else ""
    return f"{display_name(first.author, words)} {probability(first.probability, words)}{doubt}"


def _numbers(role: Role, tried: Tried, words: Messages, check: CheckMessages) -> list[tuple[str, str]]:
    """Predicted and actual change of the logit, and the probability before and after."""
    attribution = tried.of(role).attribution
    before, after = tried.reading.of(role), tried.masked.of(role)
    found = verify(before, after, tried.masked.spans, tried.author, tried.rival, attribution)
    author = display_name(tried.author, words)
    head = check.logit.format(author=author)
    if tried.rival:
        head = check.logit_between.format(author=author, rival=display_name(tried.rival, words))
    predicted = check.unpredicted
    if found.predicted is not None:
        predicted = check.predicted.format(value=signed(found.predicted, words))
    if attribution is not None and not attribution.converged:
        predicted += f" ({check.rough})"
    change = f"{predicted}, {check.actual.format(value=signed(found.actual, words))}"
    shares = probability(found.probability_before, words), probability(found.probability_after, words)
    return [(head, change), (check.probability.format(author=author), " → ".join(shares))]
