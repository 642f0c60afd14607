"""Which words of an excerpt are masked, whom an author may be held against, and what came of it, as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import Literal

from authorship.datamodels import Author, Prediction
from authorship.models.source import Role
from authorship.numerals import percent, probability, signed
from explain.attribution import Span
from explain.masking import Cover, knows, verify
from page.excerpt.results import FASTEST_FIRST, ROLES, Reading, Reasons
from page.excerpt.verdict import role_name
from page.i18n.messages import CheckMessages, Messages
from page.i18n.wording import counted, display_name, surname

_MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class Masks:
    """`pressed` are words by hand, `covered` the switch's; `past` what was pressed before each step."""

    pressed: frozenset[Span] = frozenset()
    past: tuple[frozenset[Span], ...] = ()
    cover: Cover = "nothing"
    covered: tuple[Span, ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """All masked words, in order."""
        return tuple(sorted({*self.pressed, *self.covered}))

    @property
    def active(self) -> bool:
        """Whether anything was asked for, even if there is no such word."""
        return bool(self.pressed) or self.cover != "nothing"

    def press(self, words: frozenset[Span]) -> "Masks":
        """Mask these words, or bring them back where all of them were pressed before."""
        pressed = self.pressed - words if words <= self.pressed else self.pressed | words
        return replace(self, pressed=pressed, past=(*self.past, self.pressed)[-_MOST_STEPS:])

    def undo(self) -> "Masks":
        """What was pressed before the last step; the switch stays."""
        if not self.past:
            return self
        return replace(self, pressed=self.past[-1], past=self.past[:-1])


@dataclass(frozen=True, slots=True)
class Masked:
    """What both models say of the text without `spans`, out of so many `words`, marks not counted."""

    words: int
    spans: tuple[Span, ...]
    teacher: Prediction
    student: Prediction

    def of(self, role: Role) -> Prediction:
        """One model's prediction."""
        return self.teacher if role == "teacher" else self.student


Choice = tuple[str, str]


def rival_choices(
    authors: Sequence[Author], reading: Reading | None, key: str, words: Messages, check: CheckMessages
) -> list[Choice]:
    """None at all, then each model's most probable author other than `key`, then everyone by name."""
    suggested = _suggested(reading, key) if reading else []
    named = {
        author.key: display_name(author, words)
        for author in sorted(authors, key=partial(surname, words=words))
    }
    named.pop(key, None)
    first = [(check.rival_suggested.format(author=named[one]), one) for one in suggested if one in named]
    rest = [(name, one) for one, name in named.items() if one not in suggested]
    return [(check.rival_none, ""), *first, *rest]


def _suggested(reading: Reading, key: str) -> list[str]:
    """The teacher's next author, then the student's."""
    firsts = (
        [ranked.author.key for ranked in reading.of(role).top_k(2) if ranked.author.key != key][:1]
        for role in reversed(FASTEST_FIRST)
    )
    return list(dict.fromkeys(key for first in firsts for key in first))


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
