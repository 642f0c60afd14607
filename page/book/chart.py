"""The chart along a book as HTML: a panel for each model, drawn for the part of the book in view.

Lines are SVG stretched to the panel's width, words are HTML over it, so that no letter is ever stretched
and a phone gets the same chart. Pointing, zooming and opening a passage are page/book/book.js.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from authorship.datamodels import Author
from explain.view import escape
from page.book.geometry import Span, ticks
from page.book.messages import BookMessages
from page.book.panel import Panel, attribute, make_panel, render_panel
from page.book.reading import BookReading
from page.book.thinning import breadth
from page.book.wording import hand_name
from page.messages import Messages
from page.readings import ROLES
from page.wording import decimal, display_name, whole


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
