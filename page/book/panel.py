"""One model's panel of the chart: whose its parts are, lines, change points, and what pointing tells."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from authorship.datamodels import Author
from authorship.reference import Role
from explain.view import escape
from page.book.geometry import Span, dots, line, marks
from page.book.messages import BookMessages
from page.book.pointing import figures
from page.book.reading import BookReading
from page.book.strip import render_strip
from page.book.thinning import Points, thin
from page.messages import Messages
from page.verdict import role_name

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
