"""What masking did to both models, as HTML: one sentence, then prediction and outcome side by side."""

from dataclasses import dataclass
from html import escape

from authorship.datamodels import Author, Prediction
from authorship.models.source import Role
from explain.verification import knows, verify
from page.excerpt.results import ROLES, Reading, Reasons
from page.excerpt.verdict import role_name
from page.i18n.messages import CheckMessages, Messages
from page.i18n.wording import counted, decimal, display_name, percent
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
    changed = [role for role in ROLES if _first(tried.reading.of(role)) != _first(tried.masked.of(role))]
    if len(changed) == 1:
        holding = next(role for role in ROLES if role not in changed)
        return check.one_changes.format(
            changed=role_name(changed[0], words), holding=role_name(holding, words).lower()
        )
    return check.both_change if changed else check.both_hold


def _first(prediction: Prediction) -> str:
    return prediction.top_k(1)[0].author.key


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
    return f"{display_name(first.author, words)} {percent(first.probability, words)}{doubt}"


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
    shares = percent(found.probability_before, words), percent(found.probability_after, words)
    return [(head, change), (check.probability.format(author=author), " → ".join(shares))]


def signed(value: float, words: Messages) -> str:
    """A change with its sign and two decimals; what rounds to nothing has no sign."""
    text = decimal(value, 2, words)
    return f"+{text}" if value >= 0.005 else text.lstrip("−") if abs(value) < 0.005 else text
