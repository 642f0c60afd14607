"""Each model's reasons as HTML: the strongest words, the coloured text, how far and how exact all that is.

Whether both models argue from the same words is said in plain words, on a scale, with what that means.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from authorship.datamodels import Author
from authorship.models.source import Role
from authorship.numerals import decimal, percent, probability, rounded_percent, signed
from explain.agreement import Agreement, CrossTransfer, Reach, Scale, align, compare, shared_spans
from explain.attribution import Span
from explain.datamodels import Attribution, WordScore
from explain.report.highlights import escape as inert
from explain.report.highlights import in_place, render_tokens, render_words, strongest
from page.excerpt.results import FASTEST_FIRST, ROLES, Reading, Reasons
from page.excerpt.verdict import role_name, seconds
from page.i18n.messages import Messages
from page.i18n.wording import check_messages, counted, display_name

View = Literal["teacher", "student", "differences"]
VIEWS: tuple[View, ...] = ("teacher", "student", "differences")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the coloured text is drawn from: one model's reasons, or where both differ.

    `scored` are the words in the order of the text, none as long as they are not known; they speak for
    `author` or against, or for `author` rather than `rival`. `masked` are struck through. `reasons` are those
    of the model seen; of the differences, the less exact model's.
    """

    view: View
    text: str
    author: Author
    rival: Author | None
    scored: Sequence[WordScore]
    reasons: Reasons
    pieces: bool = False
    masked: Sequence[Span] = ()


def see(
    view: View,
    text: str,
    sides: tuple[Author, Author | None],
    teacher: Reasons,
    student: Reasons,
    pieces: bool = False,
    masked: Sequence[Span] = (),
) -> Seen:
    """What `view` shows of both models' reasons for the first of `sides`, rather than the second if any."""
    if view == "differences":
        scored: Sequence[WordScore] = differences(text, teacher.attribution, student.attribution)
        reasons = teacher if exact(student) else student
    else:
        reasons = teacher if view == "teacher" else student
        scored = reasons.attribution.words if reasons.attribution else ()
    return Seen(view, text, *sides, scored, reasons, pieces, masked)


def exact(reasons: Reasons) -> bool:
    """Whether there is an explanation, and its scores stand."""
    return reasons.attribution is not None and reasons.attribution.converged


def differences(text: str, teacher: Attribution | None, student: Attribution | None) -> tuple[WordScore, ...]:
    """By how much each word's share in all the weight is larger with the teacher, in percentage points.

    A share is a word's score over the sum of all absolute scores: models whose logits are of different sizes
    can be compared by it. Empty as long as one is not explained.
    """
    if teacher is None or student is None:
        return ()
    first, second = (scores / (abs(scores).sum() or 1.0) for scores in align(teacher.words, student.words))
    spans = shared_spans(teacher.words, student.words)
    return tuple(
        WordScore(start, stop, text[start:stop], 100 * float(difference))
        for (start, stop), difference in zip(spans, first - second, strict=True)
    )


def render_progress(reasons: Sequence[tuple[Role, Reasons]], words: Messages) -> str:
    """Which model is being explained and how far, then what was stopped or is not exact, if anything."""
    by_role = dict(reasons)
    for role in FASTEST_FIRST:
        if by_role[role].stage in ("waiting", "running"):
            return _progress_bar(f"<b>{escape(role_name(role, words))}</b>", by_role[role], words)
    said = "".join(
        f'<p class="warning"><b>{escape(role_name(role, words))}</b> {escape(trouble)}</p>'
        for role in ROLES
        if (trouble := _trouble(by_role[role], words))
    )
    return said or f'<p class="progress done">{escape(words.all_explained)}</p>'


def _trouble(reasons: Reasons, words: Messages) -> str:
    """What a reader must know of an explanation that is not whole and exact."""
    if reasons.stage == "stranger":
        return words.stranger
    if reasons.attribution is None:
        return words.stopped_early
    if not reasons.attribution.converged:
        return f"{words.uncertain}."
    return f"{words.stopped}." if reasons.stage == "stopped" else ""


def _progress_bar(name: str, reasons: Reasons, words: Messages) -> str:
    if not reasons.expected:
        text = words.waiting_behind.format(ahead=reasons.ahead) if reasons.ahead else words.waiting
        return f'<p class="progress">{name} <span>{escape(text)}</span></p>'
    text = words.running.format(done=reasons.done, expected=reasons.expected)
    if reasons.attribution:
        text = f"{words.rough} · {text}"
    value = f'<progress max="{reasons.expected}" value="{reasons.done}" aria-hidden="true"></progress>'
    return f'<p class="progress">{name} <span>{escape(text)}</span>{value}</p>'


def render_exactness(reasons: Reasons, words: Messages) -> str:
    """How exact an explanation turned out; nothing as long as there is none."""
    attribution = reasons.attribution
    if attribution is None:
        return ""
    exactness = words.exactness.format(
        error=percent(attribution.error, words),
        steps=counted(attribution.n_steps, words.steps, words),
        seconds=seconds(attribution.seconds, words),
    )
    return f'<p class="exactness">{escape(exactness)}</p>'


def render_explained(
    reading: Reading, author: Author, rival: Author | None, words: Messages, view: View = "teacher"
) -> str:
    """Whose words are coloured, and which model puts another first, with a button for that one.

    Of the differences: what they are in the verdict, and which model each colour stands for.
    """
    name = display_name(author, words)
    if rival and view != "differences":
        check = check_messages(words.language)
        return f'<p class="explained">{escape(check.legend)} {escape(_between(name, rival, words))}.</p>'
    firsts = [(role, reading.of(role).top_k(1)[0].author) for role in ROLES]
    others = [] if rival else [(role, first) for role, first in firsts if first.key != author.key]
    if view == "differences":
        said = [] if reading.verdict.outside else [_verdicts_apart(reading, words)]
        said.append(words.differences_legend.format(author=_between(name, rival, words) if rival else name))
    else:
        said = [words.explained.format(author=name)]
        said += [
            words.not_first.format(role=role_name(role, words), first=display_name(first, words))
            for role, first in others
        ]
    button = (
        f' <button type="button" data-press="own">{escape(words.explain_first)}</button>' if others else ""
    )
    return f'<p class="explained">{escape(" ".join(said).replace("..", "."))}{button}</p>'


def _verdicts_apart(reading: Reading, words: Messages) -> str:
    """Whether the student names the teacher's author, and how much surer or less sure it is of its own."""
    teacher, student = (reading.of(role).top_k(1)[0] for role in ROLES)
    shares = {
        "teacher": probability(teacher.probability, words),
        "student": probability(student.probability, words),
    }
    names = {"first": display_name(teacher.author, words), "other": display_name(student.author, words)}
    if teacher.author.key != student.author.key:
        return words.student_other.format(**names, **shares)
    if shares["teacher"] == shares["student"]:
        return words.student_alike.format(**names, **shares)
    surer = student.probability > teacher.probability
    return (words.student_surer if surer else words.student_less_sure).format(**names, **shares)


def _between(name: str, rival: Author, words: Messages) -> str:
    check = check_messages(words.language)
    return check.between.format(author=name, rival=display_name(rival, words))


def render_strongest(seen: Seen, words: Messages) -> str:
    """The ten strongest words with their numbers, each a link to its place in the text.

    They wait until the explanation is whole: a list whose order changes with every step moves under the hand.
    """
    scored = () if seen.reasons.stage == "running" else seen.scored
    places = {word: place for place, word in enumerate(scored)}
    items = "".join(
        f'<li><a href="#coloured" data-at="{word.start}" class="{_side_of(word)}">'
        f"<bdi>{inert(in_place(seen.text, scored, places[word]))}</bdi> "
        f"<b>{signed(word.score, words)}</b></a></li>"
        for word in strongest(scored)
    )
    return f'<div class="strongest"><p>{escape(_heading(seen, words))}</p><ol>{items}</ol></div>'


def _heading(seen: Seen, words: Messages) -> str:
    if seen.view == "differences":
        return words.strongest_differ
    heading = words.strongest_between if seen.rival else words.strongest_of
    return heading.format(role=role_name(seen.view, words))


def _side_of(word: WordScore) -> str:
    return "for" if word.score > 0 else "against"


def render_coloured(seen: Seen, words: Messages) -> str:
    """The text, its words or word pieces coloured, and a strip of marks; plain until scores are known."""
    if not seen.scored:
        waits = words.differences_wait if seen.view == "differences" else ""
        note = f'<p class="aside">{escape(waits)}</p>' if waits else ""
        body = f'<div class="ig">{inert(seen.text)}</div>'
        return f'<div class="excerpt">{note}{body}</div><div class="strip"></div>'
    attribution = seen.reasons.attribution
    if seen.pieces and seen.view != "differences" and attribution:
        body = render_tokens(seen.text, attribution.tokens, seen.masked, words.language)
    else:
        body = render_words(seen.text, seen.scored, seen.masked, words.language)
    kind = "excerpt" if exact(seen.reasons) else "excerpt rough"
    label = escape(_label(seen, words))
    return f'<div class="{kind}" role="group" aria-label="{label}">{body}</div>{_strip(seen, words)}'


def _label(seen: Seen, words: Messages) -> str:
    name = display_name(seen.author, words)
    if seen.rival:
        name = _between(name, seen.rival, words)
    role = words.view_differences if seen.view == "differences" else role_name(seen.view, words)
    return words.words_label.format(role=role, author=name)


def _strip(seen: Seen, words: Messages) -> str:
    """Marks of the strongest words at the edge of the text, by their places; page.js sets them exactly."""
    length = len(seen.text) or 1
    marks = "".join(
        f'<button type="button" class="{_side_of(word)}" data-at="{word.start}" tabindex="{-bool(place)}" '
        f'style="top:{word.start / length:.1%}" '
        f'aria-label="{inert(word.text)} {signed(word.score, words)}"></button>'
        for place, word in enumerate(sorted(strongest(seen.scored), key=lambda word: word.start))
    )
    return f'<div class="strip" role="group" aria-label="{escape(words.strip_label)}">{marks}</div>'


def render_legend(seen: Seen, words: Messages) -> str:
    """What the colours mean and what pressing a word does."""
    check = check_messages(words.language)
    sides = words.speaks_against, words.speaks_for
    if seen.view == "differences":
        sides = words.more_student, words.more_teacher
    elif seen.rival:
        sides = display_name(seen.rival, words), display_name(seen.author, words)
    meaning = words.differences_number if seen.view == "differences" else words.legend
    return (
        f'<p class="legend"><span>{escape(sides[0])}<i></i>{escape(sides[1])}</span>'
        f'{escape(meaning)} <em class="press">{escape(check.press)}</em></p>'
    )


ALIKE, PARTLY = 2 / 3, 1 / 3


def render_agreement(
    teacher: Reasons,
    student: Reasons,
    words: Messages,
    scale: Scale | None = None,
    transfer: CrossTransfer | None = None,
) -> str:
    """The comparison, once both explanations are complete; `transfer` joins it when it is there."""
    if teacher.stage != "done" or student.stage != "done":
        return ""
    if teacher.attribution is None or student.attribution is None:
        return ""
    if not (teacher.attribution.converged and student.attribution.converged):
        return f'<p class="agreement">{escape(words.reasons_unsure)}.</p>'
    agreement = compare(teacher.attribution, student.attribution)
    return (
        '<div class="agreement">'
        f"<p><strong>{escape(_likeness(agreement, scale, words))}</strong>: "
        f"{escape(_measure(agreement, words))}. {escape(_losses(transfer, words))}</p>"
        f"{_picture(agreement, scale.spearman, words) if scale else ''}{_meaning(scale, words)}</div>"
    )


def _likeness(agreement: Agreement, scale: Scale | None, words: Messages) -> str:
    """In words, by the thirds of the scale; without one 0.6 on is called strong, under 0.3 weak."""
    spearman = agreement.spearman or 0.0
    if scale:
        place, alike, partly = scale.spearman.place(spearman), ALIKE, PARTLY
    else:
        place, alike, partly = spearman, 0.6, 0.3
    if place >= alike:
        return words.reasons_alike
    return words.reasons_partly if place >= partly else words.reasons_unlike


def _measure(agreement: Agreement, words: Messages) -> str:
    spearman = "—" if agreement.spearman is None else decimal(agreement.spearman, 2, words)
    return "; ".join(
        (
            words.reasons_common.format(common=agreement.common, strongest=agreement.strongest),
            words.reasons_measure.format(spearman=spearman),
            words.reasons_mass.format(share=rounded_percent(agreement.mass_overlap, words)),
        )
    )


def _losses(transfer: CrossTransfer | None, words: Messages) -> str:
    """What each loses by the other's reasons; nothing of a model that loses too little by its own."""
    if transfer is None:
        return ""
    pairs = (
        (words.reasons_loss_student, transfer.student.ratio),
        (words.reasons_loss_teacher, transfer.teacher.ratio),
    )
    return " ".join(
        text.format(share=rounded_percent(ratio, words)) for text, ratio in pairs if ratio is not None
    )


def _picture(agreement: Agreement, reach: Reach, words: Messages) -> str:
    """Where this excerpt stands from floor to ceiling, and where the pair usually does."""
    if agreement.spearman is None:
        return ""
    named = {
        "floor": words.scale_floor.format(value=decimal(reach.floor, 2, words)),
        "ceiling": words.scale_ceiling.format(value=decimal(reach.ceiling, 2, words)),
        "here": words.scale_here.format(value=decimal(agreement.spearman, 2, words)),
        "typical": words.scale_usual.format(value=decimal(reach.pair, 2, words)),
    }
    label = f"{words.scale_label}: {', '.join(named.values())}"
    here, usual = (f"left:{reach.place(value):.1%}" for value in (agreement.spearman, reach.pair))
    captions = "".join(f'<span class="{name}">{escape(text)}</span>' for name, text in named.items())
    return (
        f'<div class="likeness" role="img" aria-label="{escape(label)}"><div class="line">'
        f'<i class="typical" style="{usual}"></i><i class="here" style="{here}"></i></div>'
        f'<div class="captions" aria-hidden="true">{captions}</div></div>'
    )


def _meaning(scale: Scale | None, words: Messages) -> str:
    parts = list(words.meaning)
    if scale:
        parts.append(words.meaning_scale.format(excerpts=counted(scale.excerpts, words.excerpts, words)))
    body = "".join(f"<p>{escape(part)}</p>" for part in parts)
    return f"<details><summary>{escape(words.meaning_title)}</summary>{body}</details>"
