"""Whether both models argue from the same words: in plain words, on a scale, and what that means."""

from html import escape

from authorship.numerals import decimal, rounded_percent
from explain.agreement import Agreement, CrossTransfer, Reach, Scale, compare
from page.excerpt.results import Reasons
from page.i18n.messages import Messages
from page.i18n.wording import counted

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
