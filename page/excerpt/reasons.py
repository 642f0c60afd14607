"""Each model's reasons as HTML: how exact they are, the strongest words, the coloured excerpt."""

from collections.abc import Sequence
from html import escape

from authorship.datamodels import Author
from authorship.models.source import Role
from explain.datamodels import Attribution, WordScore
from explain.report.highlights import escape as inert
from explain.report.highlights import render_tokens, render_words
from explain.words import Span
from page.excerpt.results import Reasons
from page.excerpt.verdict import role_name, seconds
from page.i18n.messages import Messages
from page.i18n.wording import check_messages, counted, display_name, percent

STRONGEST = 5


def render_progress(role: Role, reasons: Reasons, words: Messages) -> str:
    """How far the explanation is, or how exact it turned out."""
    name = f"<b>{escape(role_name(role, words))}</b>"
    if reasons.stage == "stranger":
        return f'<p class="progress">{name} <span>{escape(words.stranger)}</span></p>'
    if reasons.stage in ("waiting", "running"):
        return _progress_bar(name, reasons, words)
    if reasons.attribution is None:
        return f'<p class="progress">{name} <span>{escape(words.stopped_early)}</span></p>'
    return _outcome(name, reasons, reasons.attribution, words)


def _progress_bar(name: str, reasons: Reasons, words: Messages) -> str:
    if not reasons.expected:
        text = words.waiting_behind.format(ahead=reasons.ahead) if reasons.ahead else words.waiting
        return f'<p class="progress">{name} <span>{escape(text)}</span></p>'
    text = words.running.format(done=reasons.done, expected=reasons.expected)
    if reasons.attribution:
        text = f"{words.rough} · {text}"
    value = f'<progress max="{reasons.expected}" value="{reasons.done}" aria-hidden="true"></progress>'
    return f'<p class="progress">{name} <span>{escape(text)}</span>{value}</p>'


def _outcome(name: str, reasons: Reasons, attribution: Attribution, words: Messages) -> str:
    exactness = words.exactness.format(
        error=percent(attribution.error, words),
        steps=counted(attribution.n_steps, words.steps, words),
        seconds=seconds(attribution.seconds, words),
    )
    stopped = f"{words.stopped} · " if reasons.stage == "stopped" else ""
    line = f'<p class="progress">{name} <span>{escape(stopped + exactness)}</span></p>'
    if attribution.converged:
        return line
    return line + f'<p class="warning">{escape(words.uncertain)}.</p>'


def render_strongest(
    attribution: Attribution | None,
    words: Messages,
    author: Author | None = None,
    rival: Author | None = None,
) -> str:
    """The words that speak loudest for and against the author, or for the author and for the rival."""
    if attribution is None:
        return ""
    ranked = sorted(attribution.words, key=lambda word: word.score)
    against = [word for word in ranked if word.score < 0]
    for_author = [word for word in reversed(ranked) if word.score > 0]
    return (
        '<dl class="strongest">'
        + _strong(_side(words.speaks_for, author if rival else None, words), "for", for_author)
        + _strong(_side(words.speaks_against, rival, words), "against", against)
        + "</dl>"
    )


def _side(standing: str, author: Author | None, words: Messages) -> str:
    """Whom one colour speaks for: an author by name, else for or against the only one."""
    return display_name(author, words) if author else standing


def _strong(label: str, kind: str, strongest: Sequence[WordScore]) -> str:
    """The first few different words; marks are left to the coloured excerpt."""
    forms: dict[str, str] = {}
    for word in strongest:
        if any(map(str.isalpha, word.text)):
            forms.setdefault(word.text.lower(), word.text)
    items = " ".join(f"<span>{inert(form)}</span>" for form in list(forms.values())[:STRONGEST]) or "—"
    return f'<dt>{escape(label)}</dt><dd class="{kind}">{items}</dd>'


def render_excerpt(
    role: Role,
    text: str,
    author: Author,
    reasons: Reasons,
    pieces: bool,
    words: Messages,
    rival: Author | None = None,
    masked: Sequence[Span] = (),
) -> str:
    """The excerpt, its words or word pieces coloured; plain as long as no score is known."""
    name = display_name(author, words)
    if rival:
        name = check_messages(words.language).between.format(author=name, rival=display_name(rival, words))
    label = words.words_label.format(role=role_name(role, words), author=name)
    attribution = reasons.attribution
    if attribution is None:
        return f'<div class="excerpt"><div class="ig">{inert(text)}</div></div>'
    if pieces:
        body = render_tokens(text, attribution.tokens, masked, words.decimal_mark)
    else:
        body = render_words(text, attribution.words, masked, words.decimal_mark)
    kind = "excerpt" if attribution.converged else "excerpt rough"
    return f'<div class="{kind}" role="group" aria-label="{escape(label)}">{body}</div>'


def render_legend(words: Messages, author: Author | None = None, rival: Author | None = None) -> str:
    """What the colours mean and what pressing a word does, once for both columns."""
    check = check_messages(words.language)
    against = _side(words.speaks_against, rival, words)
    for_author = _side(words.speaks_for, author if rival else None, words)
    hidden = "" if rival else ' aria-hidden="true"'
    question = f"{check.legend} " if rival else ""
    return (
        f'<p class="legend"><span{hidden}>{escape(against)}<i></i>{escape(for_author)}</span>'
        f"{escape(question + words.legend)} {escape(check.press)}</p>"
    )
