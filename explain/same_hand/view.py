"""An answer and its reasons as HTML: the same in the page's tab and in a file to keep; all of it inert.

How alike two texts usually are is a small drawing: pairs by one author, pairs by two, and this one. It is
stretched to its place's width; words are HTML beside it, so that no letter is ever stretched.
"""

from collections.abc import Sequence
from math import ceil, floor, log
from pathlib import PurePath

from authorship.numerals import rounds_to_nothing, signed, whole
from authorship.same_hand.answer import Answer, Candidate, Measured
from authorship.same_hand.datamodels import Comparison, quantile
from authorship.same_hand.phrases import (
    HandPhrases,
    say_answer,
    say_caution,
    say_ratio,
    say_usual,
    write_ratio,
    write_share,
)
from authorship.same_hand.results import none_of_them
from explain.datamodels import WordScore
from explain.report.highlights import escape, legend, render_words
from explain.report.html import plain_name
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


_WIDTH = 1000
_LEAST = 2.0  # powers of ten to either side that are always drawn
_MOST = 6.0
_TEN = log(10)

PLOT_STYLE = """
.usual { margin: 1.2rem 0; max-width: 42rem; }
.usual .drawn { position: relative; height: 8.2rem; }
.usual svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.usual svg * { vector-effect: non-scaling-stroke; fill: none; }
.usual .axis { stroke: rgb(128 128 128 / .55); stroke-width: 1px; }
.usual .even { stroke: rgb(128 128 128 / .8); stroke-width: 1px; stroke-dasharray: 3 3; }
.usual .one { stroke: rgb(var(--for, 37 99 235)); } .usual .two { stroke: rgb(var(--against, 217 95 2)); }
.usual .wide { stroke-width: 2px; } .usual .half { stroke-width: 12px; stroke-opacity: .45; }
.usual .median { stroke-width: 3px; } .usual .here { stroke: var(--ink, currentColor); stroke-width: 2.5px; }
.usual .drawn span { position: absolute; font: 13px/1.2 system-ui, sans-serif; white-space: nowrap; }
.usual .name { left: 0; } .usual .tick { top: 90%; transform: translateX(-50%); }
.usual .pair { top: -.2rem; font-weight: 600 !important; padding: 0 .4rem; }
.usual .pair.left { transform: translateX(-100%); }
.usual figcaption { margin-top: .9rem; font: 14px/1.5 system-ui, sans-serif; }
"""


def render_plot(found: Comparison, words: HandPhrases) -> str:
    """The drawing with its caption, which tells all of it to whoever does not see it."""
    scale = _Scale.of(found)
    rows = ((found.usual.same, "one", 34), (found.usual.different, "two", 68))
    drawn = "".join(_row(values, kind, height, scale) for values, kind, height in rows)
    here, even = scale.place(found.log_ratio), scale.place(0.0)
    picture = (
        f'<svg viewBox="0 0 {_WIDTH} 100" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="axis" d="M0 84H{_WIDTH}"/><path class="even" d="M{even:.1f} 14V84"/>{drawn}'
        f'<path class="here" d="M{here:.1f} 2V84"/></svg>'
    )
    left = " left" if here > 0.6 * _WIDTH else ""
    names = ((words.one_author, 19), (words.two_authors, 53))
    labels = "".join(
        f'<span class="name" style="top:{top}%">{escape(name)}</span>' for name, top in names
    ) + "".join(_tick(power, scale, words) for power in scale.ticks)
    pair = f'<span class="pair{left}" style="left:{here / 10:.1f}%">{escape(words.this_pair)}</span>'
    return (
        f'<figure class="usual"><div class="drawn" aria-hidden="true">{picture}{labels}{pair}</div>'
        f"<figcaption>{escape(say_usual(found, words))} {escape(words.plot_key)}</figcaption></figure>"
    )


class _Scale:
    """Log ratios to places from 0 to 1000, by powers of ten."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    @classmethod
    def of(cls, found: Comparison) -> "_Scale":
        """Wide enough for nine pairs of ten of either kind, and for this one."""
        ends = [quantile(values, share) / _TEN for values in _kinds(found) for share in (0.05, 0.95)]
        ends.append(found.log_ratio / _TEN)
        return cls(floor(max(min(*ends, -_LEAST), -_MOST)), ceil(min(max(*ends, _LEAST), _MOST)))

    @property
    def ticks(self) -> range:
        """Powers of ten that are named: few enough for a telephone, 1 among them."""
        step = max(1, ceil((self.high - self.low) / 3))
        return range(-(-self.low // step) * step, self.high + 1, step)

    def place(self, log_ratio: float) -> float:
        """Where it lies; what lies outside is put at the edge."""
        share = (log_ratio / _TEN - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0) * _WIDTH


def _kinds(found: Comparison) -> tuple[Sequence[float], Sequence[float]]:
    return found.usual.same, found.usual.different


def _row(values: Sequence[float], kind: str, height: int, scale: _Scale) -> str:
    """Nine pairs of ten as a thin line, the middle half as a thick one, the median as a stroke."""
    low, first, middle, third, high = (
        scale.place(quantile(values, share)) for share in (0.05, 0.25, 0.5, 0.75, 0.95)
    )
    return (
        f'<path class="{kind} wide" d="M{low:.1f} {height}H{high:.1f}"/>'
        f'<path class="{kind} half" d="M{first:.1f} {height}H{third:.1f}"/>'
        f'<path class="{kind} median" d="M{middle:.1f} {height - 6}V{height + 6}"/>'
    )


def _tick(power: int, scale: _Scale, words: HandPhrases) -> str:
    place = scale.place(power * _TEN) / 10
    shift = "" if 4 < place < 96 else f";transform:translateX({'0' if place <= 4 else '-100%'})"
    return f'<span class="tick" style="left:{place:.1f}%{shift}">{write_ratio(power * _TEN, words)}</span>'
