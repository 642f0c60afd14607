"""Each model's reasons as HTML: how exact they are, the strongest words, the coloured excerpt."""

from collections.abc import Sequence
from html import escape

from authorship.datamodels import Author
from authorship.reference import Role
from explain.datamodels import Attribution, WordScore
from explain.view import escape as inert
from explain.view import render_tokens, render_words
from page.messages import Messages
from page.readings import Reasons
from page.verdict import role_name, seconds
from page.wording import counted, display_name, percent

STRONGEST = 5
UNDERLINED = 10


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
        return f'<p class="progress">{name} <span>{escape(words.waiting)}</span></p>'
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


def render_strongest(attribution: Attribution | None, words: Messages) -> str:
    """The words that speak loudest for and against the author."""
    if attribution is None:
        return ""
    ranked = sorted(attribution.words, key=lambda word: word.score)
    against = [word for word in ranked if word.score < 0]
    for_author = [word for word in reversed(ranked) if word.score > 0]
    return (
        '<dl class="strongest">'
        + _strong(words.speaks_for, "for", for_author)
        + _strong(words.speaks_against, "against", against)
        + "</dl>"
    )


def _strong(label: str, kind: str, strongest: Sequence[WordScore]) -> str:
    """The first few different words; marks are left to the coloured excerpt."""
    forms: dict[str, str] = {}
    for word in strongest:
        if any(map(str.isalpha, word.text)):
            forms.setdefault(word.text.lower(), word.text)
    items = " ".join(f"<span>{inert(form)}</span>" for form in list(forms.values())[:STRONGEST]) or "—"
    return f'<dt>{escape(label)}</dt><dd class="{kind}">{items}</dd>'


def render_excerpt(
    role: Role, text: str, author: Author, reasons: Reasons, pieces: bool, words: Messages
) -> str:
    """The excerpt, its words or word pieces coloured; plain as long as no score is known."""
    label = words.words_label.format(role=role_name(role, words), author=display_name(author, words))
    attribution = reasons.attribution
    if attribution is None:
        return f'<div class="excerpt"><div class="ig">{inert(text)}</div></div>'
    if pieces:
        body = render_tokens(text, attribution.tokens, tab_stops=UNDERLINED)
    else:
        body = render_words(text, attribution.words, tab_stops=UNDERLINED)
    kind = "excerpt" if attribution.converged else "excerpt rough"
    return f'<div class="{kind}" role="group" aria-label="{escape(label)}">{body}</div>'


def render_legend(words: Messages) -> str:
    """What the colours mean, once for both columns."""
    return (
        f'<p class="legend"><span aria-hidden="true">{escape(words.speaks_against)}<i></i>'
        f"{escape(words.speaks_for)}</span>{escape(words.legend)}</p>"
    )
