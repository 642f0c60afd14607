"""The chart along a book as HTML: a panel for each model, its lines, parts and change points.

Lines are SVG stretched to the panel's width, words are HTML over it, so that no letter is ever stretched
and a phone gets the same chart. Pointing, zooming and opening a passage are page/assets/book.js.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from authorship.datamodels import Author, Stretch
from authorship.models.source import Role
from explain.report.highlights import escape
from page.book.geometry import Span, dots, line, marks, ticks
from page.book.pointing import figures
from page.book.points import Points, breadth, thin
from page.book.reading import BookReading
from page.excerpt.results import ROLES
from page.excerpt.verdict import role_name
from page.i18n.messages import BookMessages, Messages
from page.i18n.wording import decimal, display_name, hand_name, hand_surely, whole


def render_strip(
    stretches: Sequence[Stretch],
    labels: Sequence[int | None],
    span: Span,
    words: Messages,
    book: BookMessages,
) -> str:
    """The stretches in view as blocks with names; `labels` are the drawn authors' places in the model."""
    blocks = "".join(_block(stretch, labels, span, words, book) for stretch in stretches)
    return f'<div class="stretches" aria-hidden="true">{blocks}</div>' if blocks else ""


def _block(
    stretch: Stretch, labels: Sequence[int | None], span: Span, words: Messages, book: BookMessages
) -> str:
    left, right = (min(max(span.place(at), 0.0), 1000.0) for at in (stretch.start, stretch.stop))
    if left >= right:
        return ""
    name, surely = hand_name(None if stretch.unknown else stretch.author, words), hand_surely(stretch, words)
    at = book.characters_at.format(start=whole(stretch.start, words), stop=whole(stretch.stop, words))
    return (
        f'<span class="{_kind(stretch, labels)}" title="{escape(f"{surely}: {at}")}" '
        f'style="left:{left / 10:.2f}%;width:{(right - left) / 10:.2f}%">{escape(name)}</span>'
    )


def _kind(stretch: Stretch, labels: Sequence[int | None]) -> str:
    """The class that decides the block's colour: its author's line, another author, nobody."""
    label = stretch.author.label_id
    if stretch.unknown:
        return "nobody"
    return f"s{list(labels).index(label)}" if label in labels else "other"


MOST_POINTS = 300


@dataclass(frozen=True, slots=True)
class Panel:
    """What one model's panel shows; `labels` are the authors' places among the points, None for strangers."""

    role: Role
    reading: BookReading
    span: Span
    points: Points
    labels: tuple[int | None, ...]


def make_panel(role: Role, reading: BookReading, span: Span, authors: Sequence[Author]) -> Panel:
    """The points in view, as many as a screen can show."""
    track = reading.track(role)
    points = thin(track.curve(), span.start, span.stop, MOST_POINTS)
    return Panel(role, reading, span, points, tuple(track.label(author.key) for author in authors))


def attribute(value: object) -> str:
    """JSON as the value of an attribute, inert."""
    return escape(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def render_panel(panel: Panel, words: Messages, book: BookMessages) -> str:
    """The panel; to a screen reader it is a slider whose value is a passage."""
    name = role_name(panel.role, words)
    found, track = panel.reading.found(panel.role), panel.reading.track(panel.role)
    strip = render_strip(found.stretches if found else (), panel.labels, panel.span, words, book)
    told = figures(panel.reading, track, panel.points, panel.labels, panel.span, words)
    return (
        f'<div class="panel"><h3>{escape(name)}</h3>{strip}'
        f'<div class="plot" data-role="{panel.role}" tabindex="0" '
        f'role="slider" aria-label="{escape(book.plot_label.format(role=name))}" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="0" data-points="{attribute(told)}">'
        f'{_drawing(panel)}{_levels(words)}{_numbers(panel)}<i class="cursor"></i></div></div>'
    )


def _drawing(panel: Panel) -> str:
    cloud = "".join(
        f'<path class="dots s{slot}" d="{dots(panel.points, label, panel.span)}"/>'
        for slot, label in enumerate(panel.labels)
        if label is not None
    )
    lines = "".join(
        f'<polyline class="s{slot}" points="{line(panel.points, label, panel.span)}"/>'
        for slot, label in enumerate(panel.labels)
        if label is not None
    )
    upright = "".join(
        f'<line class="change" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="100"/>' for _, x in _changes(panel)
    )
    return (
        f'<svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="grid" d="M0 0H1000M0 50H1000M0 100H1000"/>{_unread(panel)}'
        f"{cloud}{lines}{upright}</svg>"
    )


def _changes(panel: Panel) -> list[tuple[int, float]]:
    found = panel.reading.found(panel.role)
    return marks(found.changes if found else (), panel.span)


def _numbers(panel: Panel) -> str:
    numbers = "".join(f'<b style="left:{x / 10:.2f}%">{number}</b>' for number, x in _changes(panel))
    return f'<span class="numbers" aria-hidden="true">{numbers}</span>'


def _unread(panel: Panel) -> str:
    """The part in view that was not read, yet or at all."""
    left = min(max(panel.span.place(panel.reading.track(panel.role).reached), 0.0), 1000.0)
    if panel.reading.stage == "done" or left >= 1000:
        return ""
    return f'<rect class="unread" x="{left:.1f}" y="0" width="{1000 - left:.1f}" height="100"/>'


def _levels(words: Messages) -> str:
    levels = "".join(
        f'<i style="top:{100 - level}%">{level}{escape(words.percent_mark)}</i>' for level in (100, 50, 0)
    )
    return f'<span class="levels" aria-hidden="true">{levels}</span>'


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw: a part of a book, and the authors, whose places decide the style of their lines."""

    reading: BookReading
    span: Span
    authors: tuple[Author, ...]
    words: Messages
    book: BookMessages

    @property
    def names(self) -> list[str]:
        """The authors' names as the page says them."""
        return [display_name(author, self.words) for author in self.authors]

    @property
    def length(self) -> int:
        """The characters of the book."""
        return len(self.reading.book.text)


def render_chart(chart: Chart) -> str:
    """Both panels, the legend and the zoom buttons; nothing before the first passage."""
    if not (chart.reading.teacher.passages and chart.reading.student.passages):
        return ""
    panels = [make_panel(role, chart.reading, chart.span, chart.authors) for role in ROLES]
    drawn = "".join(render_panel(panel, chart.words, chart.book) for panel in panels)
    return (
        f'<figure class="chart" {_facts(chart)}><h2>{escape(chart.book.chart_title)}</h2>'
        f"{_legend(chart)}{drawn}{_scale(chart)}{_controls(chart)}"
        f'<figcaption class="aside">{escape(_caption(panels, chart))}</figcaption></figure>'
    )


def _facts(chart: Chart) -> str:
    """What book.js needs to know: the part in view, and how places and names are worded."""
    span, book = chart.span, chart.book
    return (
        f'data-from="{span.start:.0f}" data-to="{span.stop:.0f}" data-length="{chart.length}" '
        f'data-names="{attribute(chart.names)}" data-percent="{escape(chart.words.percent_mark)}" '
        f'data-mean="{escape(book.mean_of)}" data-places="{escape(book.characters_at)}" '
        f'data-nobody="{escape(book.names_nobody)}"'
    )


def _legend(chart: Chart) -> str:
    items = "".join(
        f'<li><svg viewBox="0 0 34 8" aria-hidden="true"><line class="s{slot}" x1="0" x2="34" y1="4" y2="4"/>'
        f"</svg>{escape(name)}</li>"
        for slot, name in enumerate(chart.names)
    )
    extra = f'<li><i class="other"></i>{escape(chart.book.others)}</li>'
    extra += f'<li><i class="nobody"></i>{escape(hand_name(None, chart.words))}</li>'
    return f'<ul class="keys">{items}{extra}</ul>'


def _scale(chart: Chart) -> str:
    """Thousands of characters under the panels."""
    places = ticks(chart.span)
    digits = 0 if all(place % 1000 == 0 for place in places) else 1
    marks = "".join(
        f'<i style="left:{chart.span.place(place) / 10:.2f}%">{_thousands(place, digits, chart.words)}</i>'
        for place in places
    )
    return f'<div class="scale" aria-hidden="true">{marks}<b>{escape(chart.book.thousands)}</b></div>'


def _thousands(place: int, digits: int, words: Messages) -> str:
    return decimal(place / 1000, digits, words) if digits else whole(place // 1000, words)


def _controls(chart: Chart) -> str:
    book, at_start, at_end = chart.book, chart.span.start <= 0, chart.span.stop >= chart.length
    buttons = [
        ("in", book.zoom_in, False),
        ("out", book.zoom_out, at_start and at_end),
        ("back", book.zoom_back, at_start),
        ("on", book.zoom_on, at_end),
        ("whole", book.zoom_whole, at_start and at_end),
    ]
    items = "".join(
        f'<button type="button" data-zoom="{kind}"{" disabled" if idle else ""}>{escape(label)}</button>'
        for kind, label, idle in buttons
    )
    return f'<div class="zoom" role="group" aria-label="{escape(book.zoom_label)}">{items}</div>'


def _caption(panels: Sequence[Panel], chart: Chart) -> str:
    book, size = chart.book, max(panel.points.size for panel in panels)
    wide = round(breadth(chart.span.start, chart.span.stop), -2)
    lines = book.lines_mean.format(count=whole(int(wide), chart.words))
    grain = book.each_mean.format(count=size) if size > 1 else book.each_single
    return f"{lines} {grain} {book.chart_hint}"
