"""One model's panel of the chart: lines, change points, the leaders' strip, and what pointing tells."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from authorship.datamodels import Author, Stretch
from authorship.reference import Role
from explain.view import escape
from page.book.geometry import Span, label_places, line, marks, ribbon
from page.book.messages import BookMessages
from page.book.reading import BookReading
from page.book.thinning import Points, thin
from page.book.wording import hand_name
from page.messages import Messages
from page.verdict import role_name

MOST_POINTS = 300
_FIRST_WORDS = 56


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


def render_panel(panel: Panel, names: Sequence[str], words: Messages, book: BookMessages) -> str:
    """The panel; to a screen reader it is a slider whose value is a passage."""
    name = role_name(panel.role, words)
    return (
        f'<div class="panel"><h3>{escape(name)}</h3>{_stretches(panel, words, book)}'
        f'<div class="plot" data-role="{panel.role}" tabindex="0" '
        f'role="slider" aria-label="{escape(book.plot_label.format(role=name))}" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="0" data-points="{attribute(_figures(panel))}">'
        f"{_drawing(panel)}{_levels(words)}{_names(panel, names)}{_numbers(panel)}"
        f'<i class="cursor"></i></div>'
        f'<svg class="ribbon" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">'
        f"{ribbon(panel.points, panel.labels, panel.span)}</svg></div>"
    )


def _stretches(panel: Panel, words: Messages, book: BookMessages) -> str:
    """Whose each part in view is by all of its passages together, once the book is read."""
    found = panel.reading.found(panel.role)
    parts = []
    for stretch in found.stretches if found else ():
        left, right = (min(max(panel.span.place(at), 0.0), 1000.0) for at in (stretch.start, stretch.stop))
        if left < right:
            name = hand_name(None if stretch.unknown else stretch.author, words, book)
            style = f"left:{left / 10:.2f}%;width:{(right - left) / 10:.2f}%"
            parts.append(f'<span class="{_kind(stretch, panel)}" style="{style}">{escape(name)}</span>')
    return f'<div class="stretches" aria-hidden="true">{"".join(parts)}</div>' if parts else ""


def _kind(stretch: Stretch, panel: Panel) -> str:
    label = stretch.author.label_id
    if stretch.unknown:
        return "nobody"
    return f"s{panel.labels.index(label)}" if label in panel.labels else "other"


def _drawing(panel: Panel) -> str:
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
        f'<path class="grid" d="M0 0H1000M0 50H1000M0 100H1000"/>{_unread(panel)}{lines}{upright}</svg>'
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


def _names(panel: Panel, names: Sequence[str]) -> str:
    """Each author's name where the line is highest, as far as there is room."""
    spans = (
        f'<em class="s{slot}" style="left:{x:.1f}%;top:{y:.1f}%">{escape(names[slot])}</em>'
        for slot, x, y in label_places(panel.points, panel.labels, panel.span)
    )
    return f'<span class="names" aria-hidden="true">{"".join(spans)}</span>'


def _figures(panel: Panel) -> list[list[object]]:
    """What pointing at each point tells: place in %, start, stop, passages, first words, percentages."""
    return [_figures_of(index, panel) for index in range(len(panel.points))]


def _figures_of(index: int, panel: Panel) -> list[object]:
    points, text = panel.points, panel.reading.book.text
    passage = panel.reading.track(panel.role).passages[int(points.chosen[index])]
    place = round(panel.span.place(float(points.centres[index])) / 10, 2)
    shares = [None if label is None else _percent(points, index, label) for label in panel.labels]
    return [place, passage.start, passage.stop, points.size, first_words(text, passage.start), *shares]


def _percent(points: Points, index: int, label: int) -> float:
    return round(float(points.probabilities[index, label]) * 100, 1)


def first_words(text: str, start: int, length: int = _FIRST_WORDS) -> str:
    """The words at a place of the book in one line; words cut at either end are left out."""
    cut = start > 0 and text[start - 1 : start + 1].isalpha()
    pieces = text[start : start + 2 * length].split()
    line = " ".join(pieces[1:] if cut else pieces).lstrip(".,;:!?…») ")
    if len(line) <= length:
        return line
    return line[:length].rpartition(" ")[0] or line[:length]
