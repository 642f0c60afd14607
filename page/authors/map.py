"""The map of works as SVG: shapes and colours for the author chosen, a star for the excerpt, and a table.

Places are per cent of the drawing, sizes are dots of the screen, so that a phone's points are no smaller.
Pointing and arrows are authors.js.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from authorship.numerals import percent
from explain.fingerprints.datamodels import MappedWork, ModelFingerprint, Projection, WorkMap
from explain.report.highlights import escape
from page.authors.view import View
from page.excerpt.results import Reading
from page.excerpt.verdict import role_name

MARGIN = 0.06
_FLATTEST, _TALLEST = 0.45, 1.1
_GROWTH = 0.3
_WIDTH, _LETTER, _LINE = 1000.0, 8.2, 17.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the plane in view: its lower left corner, its width, and its height as a share of that."""

    x: float
    y: float
    width: float
    ratio: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Per cent from the left and from the top, kept within the frame."""
        left = (x - self.x) / self.width
        top = 1 - (y - self.y) / (self.width * self.ratio)
        return min(max(left, 0.02), 0.98) * 100, min(max(top, 0.03), 0.97) * 100

    def holds(self, x: float, y: float) -> bool:
        """Whether a place needs no moving."""
        inside = self.x <= x <= self.x + self.width
        return inside and self.y <= y <= self.y + self.width * self.ratio


def frame(works: Sequence[MappedWork], excerpt: tuple[float, float] | None = None) -> Frame:
    """A frame around all works, one scale for both directions, a margin about.

    It grows to hold an excerpt beyond them, by at most `_GROWTH` of their extent on each side.
    """
    places = np.array([(work.x, work.y) for work in works])
    low, high = places.min(axis=0), places.max(axis=0)
    if excerpt is not None:
        room = (high - low) * _GROWTH
        there = np.clip(np.array(excerpt), low - room, high + room)
        low, high = np.minimum(low, there), np.maximum(high, there)
    width, height = (float(size) for size in np.maximum(high - low, 1e-6))
    width = max(width, height / _TALLEST) * (1 + 2 * MARGIN)
    height = min(max(height * (1 + 2 * MARGIN), width * _FLATTEST), width * _TALLEST)
    x, y = ((low + high) / 2 - np.array([width, height]) / 2).tolist()
    return Frame(x, y, width, height / width)


def excerpt_place(projection: Projection, reading: Reading | None, role: str) -> tuple[float, float] | None:
    """Where the excerpt that was read lies; None without one, or where the model knows other authors."""
    if reading is None:
        return None
    prediction = reading.teacher if role == "teacher" else reading.student
    if tuple(author.key for author in prediction.authors) != projection.labels:
        return None
    x, y = projection.place(np.array(prediction.logits)).tolist()
    return x, y


def beside(works: Sequence[MappedWork], place: tuple[float, float], count: int) -> list[MappedWork]:
    """The works drawn beside a place, the closest first; the map is a picture and says no more than that."""
    return sorted(works, key=lambda work: (work.x - place[0]) ** 2 + (work.y - place[1]) ** 2)[:count]


@dataclass(frozen=True, slots=True)
class Label:
    """A text to be written at a place in per cent; `kind` is its class."""

    text: str
    left: float
    top: float
    kind: str


def roomy(labels: Sequence[Label], ratio: float) -> Iterator[Label]:
    """The labels that have room on a map a thousand dots wide, those named first before the rest."""
    taken: list[tuple[float, float, float, float]] = []
    for label in labels:
        half = len(label.text) * _LETTER / 2
        x, y = label.left / 100 * _WIDTH, label.top / 100 * _WIDTH * ratio
        box = (x - half, y - _LINE, x + half, y)
        outside = box[0] < 0 or box[2] > _WIDTH or box[1] < 0
        if not outside and all(_apart(box, other) for other in taken):
            taken.append(box)
            yield label


def _apart(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


BESIDE = 3
_SHAPES = {
    "own": '<path d="M0-7L7 0L0 7L-7 0Z"/>',
    "rival": '<path d="M0-6L6 5H-6Z"/>',
    "other": '<circle r="3.5"/>',
    "star": '<path d="M0-14L3.6-4.6L13.3-4.3L5.8 1.8L8.2 11.3L0 6L-8.2 11.3L-5.8 1.8L-13.3-4.3L-3.6-4.6Z"/>',
}


def render_map(view: View) -> str:
    """The map of one model, where the excerpt lies, how good the map is, and the same as a table."""
    found = view.prints.of(view.role)
    if found is None or found.map is None:
        return f'<p class="none">{escape(view.messages.map_none)}</p>' if found else ""
    place = excerpt_place(found.map.projection, view.reading, view.role)
    return (
        f'<figure class="atlas">{_legend(view, place is not None)}{_drawing(found, found.map, view, place)}'
        f"<figcaption>{_excerpt_note(found.map, view, place)}"
        f'<p class="aside">{escape(_quality(found.map, view))}</p></figcaption></figure>'
        f"{_table(found.map, view, place)}"
    )


def _drawing(found: ModelFingerprint, drawn: WorkMap, view: View, place: tuple[float, float] | None) -> str:
    box = frame(drawn.works, place)
    order = {"other": 0, "rival": 1, "own": 2}
    works = sorted(drawn.works, key=lambda work: order[_kind(work, view)])
    stop = next((work for work in works if _kind(work, view) == "own"), works[-1]) if place is None else None
    points = "".join(_point(work, box, view, work is stop) for work in works)
    label = view.messages.map_label.format(role=role_name(found.role, view.words))
    return (
        f'<div class="plane" style="aspect-ratio:{1 / box.ratio:.4f}">'
        f'<svg width="100%" height="100%" role="group" aria-label="{escape(label)}" data-arrows>'
        f"{points}{_star(box, view, place)}{_labels(drawn, box, view)}</svg></div>"
    )


def _kind(work: MappedWork, view: View) -> str:
    if work.author == view.chosen.key:
        return "own"
    return "rival" if work.author in view.rivals else "other"


def _point(work: MappedWork, box: Frame, view: View, stop: bool) -> str:
    """A work; `stop` makes it the one that the tabulator reaches."""
    kind = _kind(work, view)
    left, top = box.place(work.x, work.y)
    said = escape(f"{work.title} — {view.name(work.author)}")
    return (
        f'<svg class="work {kind}" x="{left:.2f}%" y="{top:.2f}%" overflow="visible" role="button" '
        f'tabindex="{0 if stop else -1}" aria-label="{said}" data-said="{said}" '
        f'data-author="{escape(work.author)}">'
        f'{_SHAPES[kind]}<circle class="reach" r="11"/></svg>'
    )


def _star(box: Frame, view: View, place: tuple[float, float] | None) -> str:
    if place is None:
        return ""
    left, top = box.place(*place)
    said = escape(view.messages.excerpt)
    return (
        f'<svg class="work star" x="{left:.2f}%" y="{top:.2f}%" overflow="visible" role="img" tabindex="0" '
        f'aria-label="{said}" data-said="{said}">{_SHAPES["star"]}<circle class="reach" r="14"/></svg>'
    )


def _labels(drawn: WorkMap, box: Frame, view: View) -> str:
    """The titles of the author's works, then the authors' names, as far as there is room."""
    titles = [
        Label(work.title, *_above(box, work.x, work.y, 2.2), "title")
        for work in drawn.works
        if work.author == view.chosen.key
    ]
    rivals = (*view.rivals, *(author.key for author in view.authors if author.key not in view.rivals))
    names = [_name(key, drawn, box, view) for key in rivals if key != view.chosen.key]
    labels = roomy([*titles, *filter(None, names)], box.ratio)
    return "".join(
        f'<text class="{label.kind}" x="{label.left:.2f}%" y="{label.top:.2f}%" aria-hidden="true">'
        f"{escape(label.text)}</text>"
        for label in labels
    )


def _above(box: Frame, x: float, y: float, by: float) -> tuple[float, float]:
    left, top = box.place(x, y)
    return left, top - by


def _name(key: str, drawn: WorkMap, box: Frame, view: View) -> Label | None:
    """An author's name amid their works."""
    works = [work for work in drawn.works if work.author == key]
    if not works:
        return None
    x, y = (sum(place) / len(works) for place in ([work.x for work in works], [work.y for work in works]))
    kind = "name rival" if key in view.rivals else "name"
    return Label(view.name(key), *_above(box, x, y, -1.2), kind)


def _legend(view: View, with_excerpt: bool) -> str:
    messages = view.messages
    keys = [
        ("own", messages.key_own.format(author=view.name(view.chosen.key))),
        ("rival", messages.key_rival),
        ("other", messages.key_other),
    ]
    keys += [("star", messages.key_excerpt)] if with_excerpt else []
    items = "".join(
        f'<li><svg viewBox="-12 -12 24 24" overflow="visible" class="work {kind}" '
        f'aria-hidden="true">{_SHAPES[kind]}</svg>'
        f"{escape(said)}</li>"
        for kind, said in keys
    )
    return f'<ul class="keys">{items}</ul>'


def _excerpt_note(drawn: WorkMap, view: View, place: tuple[float, float] | None) -> str:
    messages = view.messages
    if place is None:
        return f'<p class="aside">{escape(messages.excerpt_wanted)}</p>'
    said = [messages.excerpt_placed]
    said += [] if frame(drawn.works, place).holds(*place) else [messages.excerpt_edge]
    near = view.reading.of(view.role).nearest if view.reading else None
    if near:
        works = "; ".join(f"{work.title} ({view.name(work.author)})" for work in near.works[:BESIDE])
        said.append(messages.excerpt_nearest.format(works=works))
    return f'<p class="near">{escape(" ".join(said))}</p>'


def _said(works: Sequence[MappedWork], view: View) -> str:
    return "; ".join(f"{work.title} ({view.name(work.author)})" for work in works)


def _quality(drawn: WorkMap, view: View) -> str:
    found = next(one.neighbours for one in drawn.methods if one.name == drawn.method)
    shares = [percent(share, view.words) for share in (found, drawn.chance, drawn.ceiling)]
    return view.messages.map_quality.format(found=shares[0], chance=shares[1], ceiling=shares[2])


def _table(drawn: WorkMap, view: View, place: tuple[float, float] | None) -> str:
    messages = view.messages
    columns = (messages.column_author, messages.column_work, messages.column_near)
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    works = sorted(drawn.works, key=lambda work: (view.name(work.author), work.title))
    rows = [(view.name(work.author), work.title, _said(_others(work, drawn), view)) for work in works]
    if place is not None:
        rows.insert(0, ("", messages.excerpt, _said(beside(drawn.works, place, BESIDE), view)))
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<details class="map-table"><summary>{escape(messages.table)}</summary><div tabindex="0" '
        f'role="group" aria-label="{escape(messages.table)}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></details>"
    )


def _others(work: MappedWork, drawn: WorkMap) -> list[MappedWork]:
    return [other for other in beside(drawn.works, (work.x, work.y), BESIDE + 1) if other != work][:BESIDE]
