"""The chart along a book as HTML: one plot for both models, a thin band for each over it, chapters under it.

Lines are SVG stretched to the plot's width, words are HTML over it, so that no letter is ever stretched
and a phone gets the same chart. Pointing, zooming and opening a passage are page/assets/book.js.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from authorship.datamodels import Author, Heading, Stretch
from authorship.models.source import Role
from authorship.numerals import decimal, localised, whole
from explain.report.highlights import escape
from page.book.author_shares import disputed
from page.book.points import Points, breadth, dots, figures, line, marks, thin, ticks
from page.book.reading import BookReading
from page.book.view import Span
from page.excerpt.results import ROLES
from page.excerpt.verdict import role_name
from page.i18n.messages import BookMessages, Messages
from page.i18n.wording import display_name, hand_name, hand_surely

MOST_POINTS = 300
_MOST_TICKS = 120  # chapters
# Per cent of the width under a chapter's name, on a wide screen and on a narrow one.
_ROOMS = {"fine": 9.0, "coarse": 32.0}


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

    def labels(self, role: Role) -> tuple[int | None, ...]:
        """The authors' places among one model's labels, None for those it does not know."""
        return tuple(self.reading.track(role).label(author.key) for author in self.authors)

    def inside(self, start: float, stop: float) -> tuple[float, float]:
        """Where characters lie in view, as left edge and width in per cent."""
        left, right = (min(max(self.span.place(at), 0.0), 1000.0) for at in (start, stop))
        return left / 10, (right - left) / 10


@dataclass(frozen=True, slots=True)
class Curves:
    """One model's lines: its points in view, and the authors' places among them."""

    role: Role
    points: Points
    labels: tuple[int | None, ...]


def render_chart(chart: Chart) -> str:
    """Legend, bands, plot, chapters, scale and zoom buttons; nothing before both models' first passage."""
    reading = chart.reading
    if not (reading.teacher.passages and reading.student.passages):
        return ""
    curves = [_curves(role, chart) for role in ROLES]
    bands = "".join(_band(one, chart) for one in curves)
    return (
        f'<figure class="chart" {_facts(chart)}><h2>{escape(chart.book.chart_title)}</h2>'
        f'{_legend(chart)}<div class="bands" aria-hidden="true">{bands}</div>{_plot(curves, chart)}'
        f"{_chapters(chart)}{_scale(chart)}{_controls(chart)}"
        f"<figcaption>{_caption(curves, chart)}</figcaption></figure>"
    )


def _curves(role: Role, chart: Chart) -> Curves:
    points = thin(chart.reading.track(role).curve(), chart.span.start, chart.span.stop, MOST_POINTS)
    return Curves(role, points, chart.labels(role))


def attribute(value: object) -> str:
    """JSON as the value of an attribute, inert."""
    return escape(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _facts(chart: Chart) -> str:
    """What book.js needs to know: the part in view, and how places and names are worded."""
    span, book = chart.span, chart.book
    roles = [role_name(role, chart.words) for role in ROLES]
    return (
        f'data-from="{span.start:.0f}" data-to="{span.stop:.0f}" data-length="{chart.length}" '
        f'data-names="{attribute(chart.names)}" data-roles="{attribute(roles)}" '
        f'data-percent="{escape(localised("%", chart.words))}" '
        f'data-mean="{escape(book.mean_of)}" data-places="{escape(book.characters_at)}" '
        f'data-nobody="{escape(book.names_nobody)}"'
    )


def _legend(chart: Chart) -> str:
    items = "".join(
        f'<li><svg viewBox="0 0 34 8" aria-hidden="true"><line class="s{slot}" x1="0" x2="34" y1="4" y2="4"/>'
        f"</svg>{escape(name)}</li>"
        for slot, name in enumerate(chart.names)
    )
    extra = [("other", chart.book.others), ("nobody", hand_name(None, chart.words))]
    extra += [("disputed", chart.book.disputed)] if disputed(chart.reading.parts) else []
    items += "".join(f'<li><i class="{kind}"></i>{escape(said)}</li>' for kind, said in extra)
    return f'<ul class="keys">{items}</ul>'


def _band(curves: Curves, chart: Chart) -> str:
    """Whose each part is to one model: its stretches; while it reads, whoever leads at each point."""
    found = chart.reading.found(curves.role)
    if found is None:
        blocks = "".join(_passing(curves, chart))
    else:
        blocks = "".join(_block(stretch, curves.labels, chart) for stretch in found.stretches)
    name = f"<b>{escape(role_name(curves.role, chart.words))}</b>"
    return f'<div class="band" data-role="{curves.role}">{name}<div class="stretches">{blocks}</div></div>'


def _block(stretch: Stretch, labels: Sequence[int | None], chart: Chart) -> str:
    left, width = chart.inside(stretch.start, stretch.stop)
    if width <= 0:
        return ""
    words = chart.words
    name, surely = _short(None if stretch.unknown else stretch.author, words), hand_surely(stretch, words)
    at = chart.book.characters_at.format(start=whole(stretch.start, words), stop=whole(stretch.stop, words))
    kind = "nobody" if stretch.unknown else _kind(stretch.author.label_id, labels)
    return _span(kind, left, width, name, f"{surely}: {at}")


def _kind(label: int, labels: Sequence[int | None]) -> str:
    """The class that decides a block's colour: its author's line, or another author."""
    return f"s{list(labels).index(label)}" if label in labels else "other"


def _span(kind: str, left: float, width: float, name: str, title: str = "") -> str:
    """A block of a band or a name on the axis; `name` is HTML."""
    told = f' title="{escape(title)}"' if title else ""
    return f'<span class="{kind}"{told} style="left:{left:.2f}%;width:{width:.2f}%">{name}</span>'


def _short(author: Author | None, words: Messages) -> str:
    """An author's name whose first names a narrow screen leaves out."""
    if author is None:
        return escape(hand_name(None, words))
    first, blank, last = re.split(r"^(?:(.*)(\s))?", display_name(author, words), maxsplit=1)[1:]
    return f"<i>{escape(first + blank)}</i>{escape(last)}" if first else escape(last)


def _passing(curves: Curves, chart: Chart) -> Iterator[str]:
    """Runs of points with one leader, each up to the middle between it and the next."""
    points, track = curves.points, chart.reading.track(curves.role)
    names = {author.label_id: _short(author, chart.words) for author in track.authors}
    leaders = points.smoothed.argmax(axis=1).tolist()
    places = points.centres.tolist()
    starts = [0.0, *((one + other) / 2 for one, other in pairwise(places))]
    starts.append(float(track.reached))
    for label, run in groupby(range(len(leaders)), key=leaders.__getitem__):
        numbers = list(run)
        left, width = chart.inside(starts[numbers[0]], starts[numbers[-1] + 1])
        if width > 0:
            yield _span(_kind(label, curves.labels), left, width, names[label])


def _plot(curves: Sequence[Curves], chart: Chart) -> str:
    """The lines; to a screen reader it is a slider whose value is a passage."""
    told = [
        figures(chart.reading, one.role, one.points, one.labels, chart.span, chart.words) for one in curves
    ]
    return (
        f'<div class="plot" tabindex="0" role="slider" aria-label="{escape(chart.book.plot_label)}" '
        f'aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" data-points="{attribute(told)}">'
        f'{_drawing(curves, chart)}{_levels(chart.words)}{_numbers(chart)}<i class="cursor"></i></div>'
    )


def _drawing(curves: Sequence[Curves], chart: Chart) -> str:
    lines = "".join(_lines(one, chart.span) for one in curves)
    uprights = "".join(_upright("change", x) for _, x in _changes(chart))
    uprights += "".join(_upright("chapter", chart.span.place(one.start)) for one in _ticked(chart))
    return (
        f'<svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="grid" d="M0 0H1000M0 50H1000M0 100H1000"/>{_disputed(chart)}{_unread(chart)}'
        f"{uprights}{lines}</svg>"
    )


def _upright(kind: str, x: float) -> str:
    return f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="100"/>'


def _lines(curves: Curves, span: Span) -> str:
    """One model's lines, the student's thinner; pale dots are the points by themselves."""
    known = [(slot, label) for slot, label in enumerate(curves.labels) if label is not None]
    cloud = "".join(
        f'<path class="dots s{slot}" d="{dots(curves.points, label, span)}"/>' for slot, label in known
    )
    drawn = "".join(
        f'<polyline class="s{slot}" points="{line(curves.points, label, span)}"/>' for slot, label in known
    )
    return f'<g class="{curves.role}">{cloud}{drawn}</g>'


def _changes(chart: Chart) -> list[tuple[int, float]]:
    """Where the teacher sees another author begin, numbered as in the list below the chart."""
    found = chart.reading.teacher_found
    return marks(found.changes if found else (), chart.span)


def _numbers(chart: Chart) -> str:
    numbers = "".join(f'<b style="left:{x / 10:.2f}%">{number}</b>' for number, x in _changes(chart))
    return f'<span class="numbers" aria-hidden="true">{numbers}</span>'


def _disputed(chart: Chart) -> str:
    """The parts that the models give to different authors, shaded."""
    spans = (chart.inside(part.start, part.stop) for part in disputed(chart.reading.parts))
    return "".join(
        f'<rect class="disputed" x="{left * 10:.1f}" y="0" width="{width * 10:.1f}" height="100"/>'
        for left, width in spans
        if width > 0
    )


def _unread(chart: Chart) -> str:
    """The part in view that was not read, yet or at all."""
    left, width = chart.inside(
        min(chart.reading.teacher.reached, chart.reading.student.reached), chart.length
    )
    if chart.reading.stage == "done" or width <= 0:
        return ""
    return f'<rect class="unread" x="{left * 10:.1f}" y="0" width="{width * 10:.1f}" height="100"/>'


def _levels(words: Messages) -> str:
    levels = "".join(
        f'<i style="top:{100 - level}%">{level}{escape(localised("%", words))}</i>' for level in (100, 50, 0)
    )
    return f'<span class="levels" aria-hidden="true">{levels}</span>'


def _ticked(chart: Chart) -> list[Heading]:
    """The chapters in view; where there are too many, those of the outer levels."""
    seen = [one for one in chart.reading.book.headings if 0 <= chart.span.place(one.start) < 1000]
    levels = sorted({one.level for one in seen})
    while len(seen) > _MOST_TICKS and len(levels) > 1:
        levels.pop()
        seen = [one for one in seen if one.level in levels]
    return seen if len(seen) <= _MOST_TICKS else seen[:: -(-len(seen) // _MOST_TICKS)]


def named_chapters(chapters: Sequence[Heading], span: Span, room: float = _ROOMS["fine"]) -> list[Heading]:
    """Those chapters under whose marks there are `room` per cent for a name, outer levels first."""
    chosen: list[Heading] = []
    for one in sorted(chapters, key=lambda chapter: (chapter.level, chapter.start)):
        if all(abs(span.place(one.start) - span.place(other.start)) >= 10 * room for other in chosen):
            chosen.append(one)
    return sorted(chosen, key=lambda chapter: chapter.start)


def _chapters(chart: Chart) -> str:
    """Marks of the chapters in view, and their names as far as there is room; all of them to a pointer."""
    seen = _ticked(chart)
    if not seen:
        return ""
    drawn = "".join(
        f'<i title="{escape(one.text)}" style="left:{chart.span.place(one.start) / 10:.2f}%"></i>'
        for one in seen
    )
    told = "".join(_named(seen, kind, room, chart) for kind, room in _ROOMS.items())
    return f'<div class="chapters" lang="ru" aria-hidden="true">{drawn}{told}</div>'


def _named(seen: Sequence[Heading], kind: str, room: float, chart: Chart) -> str:
    """Chapters' names, each up to the next that is named."""
    named = named_chapters(seen, chart.span, room)
    stops = [*(one.start for one in named[1:]), chart.span.stop]
    return "".join(
        _span(kind, *chart.inside(one.start, stop), escape(one.text), one.text)
        for one, stop in zip(named, stops, strict=True)
    )


def _scale(chart: Chart) -> str:
    """Thousands of characters under the plot."""
    places = ticks(chart.span)
    digits = 0 if all(place % 1000 == 0 for place in places) else 1
    drawn = "".join(
        f'<i style="left:{chart.span.place(place) / 10:.2f}%">{_thousands(place, digits, chart.words)}</i>'
        for place in places
    )
    return f'<div class="scale" aria-hidden="true">{drawn}<b>{escape(chart.book.thousands)}</b></div>'


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


def _caption(curves: Sequence[Curves], chart: Chart) -> str:
    """What to do with the chart; how it is to be read, folded."""
    book, size = chart.book, max(one.points.size for one in curves)
    wide = round(breadth(chart.span.start, chart.span.stop), -2)
    lines = book.lines_mean.format(count=whole(int(wide), chart.words))
    grain = book.each_mean.format(count=size) if size > 1 else book.each_single
    return (
        f'<p class="aside">{escape(book.chart_hint)}</p><details class="folded"><summary>'
        f'{escape(book.chart_key)}</summary><p class="aside">{escape(f"{lines} {grain}")}</p></details>'
    )
