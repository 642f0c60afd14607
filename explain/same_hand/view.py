"""An answer and its reasons as HTML: the same in the page's tab and in a file to keep; all of it inert."""

from collections.abc import Sequence
from pathlib import PurePath

from authorship.numerals import rounds_to_nothing, signed, whole
from authorship.same_hand.answer import Answer, Candidate, Measured
from authorship.same_hand.phrases import (
    HandPhrases,
    say_answer,
    say_caution,
    say_ratio,
    write_ratio,
    write_share,
)
from authorship.same_hand.results import none_of_them
from explain.datamodels import WordScore
from explain.report.highlights import escape, legend, render_words
from explain.report.html import plain_name
from explain.same_hand.plot import render_plot
from explain.same_hand.reasons import HandReasons, Telling, extremes, strongest
from explain.same_hand.wording import ComparisonWords, comparison_words

MOST_COLOURED = 20_000
"""Characters of a side that are shown in colour; a browser takes seconds to draw many more."""


def render_answer(answer: Answer, words: HandPhrases) -> str:
    """What it comes to, how much likelier, and the drawing; where nothing can be compared only why."""
    head = f'<p class="verdict">{escape(say_answer(answer, words))}.</p>'
    if answer.void:
        return head
    ratio = f'<p class="says">{escape(say_ratio(answer.comparison, words))}</p>'
    return head + ratio


def render_candidates(candidates: Sequence[Candidate], prior: float, words: HandPhrases) -> str:
    """Several candidates by falling probability, "none of these" among them; nothing of one."""
    if not candidates:
        return ""
    rows = [
        (one.probability, one.name, write_ratio(one.answer.comparison.log_ratio, words)) for one in candidates
    ]
    rows.append((none_of_them(candidates), words.nobody, "—"))
    heads = "".join(
        f'<th scope="col">{escape(one)}</th>' for one in (words.candidate, words.likelihood, words.probable)
    )
    body = "".join(
        f'<tr><th scope="row"><bdi>{escape(plain_name(PurePath(name).name))}</bdi></th>'
        f"<td>{escape(ratio)}</td><td>{escape(write_share(share, words))}</td></tr>"
        for share, name, ratio in sorted(rows, key=lambda row: -row[0])
    )
    caption = escape(words.candidates.format(prior=write_share(prior, words)))
    return (
        f'<table class="telling candidates"><caption>{caption}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def render_usual(answer: Answer, words: HandPhrases) -> str:
    """The drawing of what is usual, and what the scale's words mean, folded."""
    if answer.void:
        return ""
    scale = (
        f'<details class="told"><summary>{escape(words.scale_title)}</summary>'
        f"<p>{escape(words.scale)}</p></details>"
    )
    return render_plot(answer.comparison, words) + scale


def render_cautions(answer: Answer, words: HandPhrases) -> str:
    """What makes the answer worth less, as a list; nothing where nothing does."""
    if not answer.cautions:
        return ""
    items = "".join(f"<li>{escape(say_caution(one, words))}</li>" for one in answer.cautions)
    title = escape(comparison_words(words.language).cautions)
    return f'<section class="cautions"><h3>{title}</h3><ul>{items}</ul></section>'


def render_reasons(answer: Answer, reasons: HandReasons | None, words: HandPhrases) -> str:
    """Both sides' texts side by side in colour, then the strongest words and marks of all places."""
    said = comparison_words(words.language)
    if reasons is None:
        return f'<p class="warning">{escape(said.unexplained)}</p>'
    doubt = "" if reasons.converged else f'<p class="warning">{escape(said.uncertain)}</p>'
    base = said.base.format(score=_signed(answer.comparison.log_ratio - reasons.total, words))
    missing = said.missing.format(score=_signed(reasons.missing, words)) if reasons.missing else ""
    error = escape(
        " ".join(filter(None, (base, missing, said.error.format(error=write_share(reasons.error, words)))))
    )
    known = said.known if len(answer.known) > 1 else said.known_one
    sides = (
        _side(known, answer.known, reasons.known, reasons, words)
        + _side(said.disputed, answer.disputed, reasons.disputed, reasons, words)
    )  # fmt: skip
    return (
        f'{doubt}{legend(said.for_one, said.for_two)}<p class="facts">{escape(said.colours)} {error}</p>'
        f'<div class="sides models">{sides}</div>{_strongest(reasons, said, words)}'
    )


def _side(
    head: str,
    texts: Sequence[Measured],
    scored: Sequence[Sequence[WordScore]],
    reasons: HandReasons,
    words: HandPhrases,
) -> str:
    """One side's texts, each under its name, as far as they are shown."""
    said, left = comparison_words(words.language), MOST_COLOURED
    parts: list[str] = []
    for text, one in zip(texts, scored, strict=True):
        if left <= 0:
            break
        parts.append(_coloured(text, one, left, words))
        left -= len(text.text)
    rough = "" if reasons.converged else " rough"
    total = sum(len(text.text) for text in texts)
    cut = escape(said.cut.format(characters=whole(MOST_COLOURED, words))) if total > MOST_COLOURED else ""
    note = f'<p class="facts">{cut}</p>' if cut else ""
    length = escape(head)
    return (
        f'<section><h3>{length}</h3>{note}<div class="hand-text{rough}" role="group" aria-label="{length}">'
        f"{''.join(parts)}</div></section>"
    )


def _coloured(text: Measured, scored: Sequence[WordScore], most: int, words: HandPhrases) -> str:
    """A text's beginning, to a whole word, in the colours of its words."""
    shown = [word for word in scored if word.stop <= most]
    end = len(text.text) if len(text.text) <= most else (shown[-1].stop if shown else most)
    coloured = render_words(text.text[:end], shown, language=words.language)
    return f'<p class="named">{escape(short_name(text))}</p>{coloured}'


def short_name(text: Measured) -> str:
    """A text's name without its folders, control characters made visible."""
    return plain_name(PurePath(text.name).name)


def _strongest(reasons: HandReasons, said: ComparisonWords, words: HandPhrases) -> str:
    kinds = (
        (said.words, strongest(reasons, marks=False)),
        (said.marks, strongest(reasons, marks=True)),
        (said.pairs, extremes(reasons.pairs)),
    )
    heads = [f"{head[0].lower()}{head[1:]}" for head in (said.head_for, said.head_against)]
    rows = (
        "".join(
            _table(f"{title}: {head}", listed, said, words) for head, listed in zip(heads, sides, strict=True)
        )
        for title, sides in kinds
    )
    return "".join(f'<div class="tellings">{row}</div>' for row in rows if row)


def _table(title: str, listed: Sequence[Telling], said: ComparisonWords, words: HandPhrases) -> str:
    """Words or marks with what they add on either side; those that round to nothing left out."""
    listed = [one for one in listed if not (rounds_to_nothing(one.known) and rounds_to_nothing(one.disputed))]
    if not listed:
        return ""
    heads = [said.column_known, said.column_disputed]
    heads += [said.column_count] if listed[0].count else []
    head = "<td></td>" + "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(
        f'<tr><th scope="row"><bdi>{escape(one.text)}</bdi></th><td>{_signed(one.known, words)}</td>'
        f"<td>{_signed(one.disputed, words)}</td>"
        + (f"<td>{whole(one.count, words)}</td></tr>" if one.count else "</tr>")
        for one in listed
    )
    return (
        f'<table class="telling"><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _signed(score: float, words: HandPhrases) -> str:
    """A score with its sign; a dash where there is none."""
    return "—" if score == 0 else signed(score, words)
