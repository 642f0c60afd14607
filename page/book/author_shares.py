"""Who leads a book and whose its parts are, by what was read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from authorship.datamodels import Author, RollingAttribution
from authorship.models.source import Role
from authorship.predict.hands import LARGE, Part, several_hands
from page.book.reading import BookReading
from page.excerpt.results import ROLES


def leading(reading: BookReading, most: int) -> tuple[str, ...]:
    """The keys of the authors likeliest over all that both models have read, likeliest first."""
    means: dict[str, float] = {}
    for role in ROLES:
        track = reading.track(role)
        if track.passages:
            for author, mean in zip(track.authors, track.curve().means, strict=True):
                means[author.key] = means.get(author.key, 0.0) + mean
    return tuple(sorted(means, key=lambda key: -means[key])[:most])


@dataclass(frozen=True, slots=True)
class Hand:
    """An author of some stretches, None where the model names nobody, and their share of what was read."""

    author: Author | None
    share: float


def hands(found: RollingAttribution) -> tuple[Hand, ...]:
    """Whose how much of a book is, in order of appearance."""
    lengths: dict[Author | None, int] = {}
    for stretch in found.stretches:
        author = None if stretch.unknown else stretch.author
        lengths[author] = lengths.get(author, 0) + stretch.stop - stretch.start
    total = sum(lengths.values())
    return tuple(Hand(author, length / total) for author, length in lengths.items())


def hand_keys(reading: BookReading, role: Role) -> list[str | None]:
    """Whose stretch each passage's middle stands in, as a key; None where nobody's or not known yet."""
    curve, found = reading.track(role).curve(), reading.found(role)
    if found is None:
        return [None] * len(curve)
    stretches = found.stretches
    stops = np.array([stretch.stop for stretch in stretches])
    places = np.searchsorted(stops, curve.centres, side="right").clip(0, len(stretches) - 1)
    owners = [None if stretch.unknown else stretch.author.key for stretch in stretches]
    return [owners[place] for place in places.tolist()]


def same_leader(reading: BookReading) -> float | None:
    """The share of passages for which both models name the same author first; None before any is read."""
    if not (reading.teacher.passages and reading.student.passages):
        return None
    ours, others = reading.teacher.curve(), reading.student.curve()
    nearest = np.searchsorted(others.centres, ours.centres).clip(0, len(others) - 1)
    same = reading.teacher.leaders(ours) == reading.student.leaders(others)[nearest]
    return float(same.mean())


def settled(reading: BookReading, most: int) -> tuple[str, ...]:
    """The keys of the authors to draw once a book is read: the same for the same book, whenever it was drawn.

    Those who have most of it in both models' eyes are chosen, then the first authors of the whole, then the
    likeliest. Those who have a part stand in the order in which they first appear.
    """
    held: Counter[str] = Counter()
    places: dict[str, int] = {}
    found = [one for one in map(reading.found, ROLES) if one is not None]
    for one in found:
        for stretch in (stretch for stretch in one.stretches if not stretch.unknown):
            key = stretch.author.key
            held[key] += stretch.stop - stretch.start
            places[key] = min(stretch.start, places.get(key, stretch.start))
    firsts = [one.whole.top_k(1)[0].author.key for one in found]
    owners = sorted(held, key=lambda key: (-held[key], key))
    everyone = tuple(dict.fromkeys([*owners, *firsts, *leading(reading, most)]))[:most]
    return tuple(sorted(everyone, key=lambda key: places.get(key, len(reading.book.text))))


# Of the text: where the models change their minds so near to each other, they mean the same border.
_SLACK = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """The characters `start` to `stop` of a book, all of one hand; None is nobody known."""

    author: Author | None
    start: int
    stop: int


def stretch_runs(found: RollingAttribution) -> tuple[Run, ...]:
    """Whose the parts are to one model, in the book's order."""
    return tuple(Run(None if one.unknown else one.author, one.start, one.stop) for one in found.stretches)


def agreed_runs(parts: Sequence[Part]) -> tuple[Run, ...]:
    """The parts that both models give to the same of the `several_hands`, in the book's order.

    Where they see a border some characters apart, it is told as one, halfway.
    """
    wanted = set(map(_key, several_hands(parts)))
    runs: list[Run] = []
    for part in parts:
        key = _key(part.teacher)
        if key != _key(part.student) or key not in wanted:
            continue
        run = Run(part.teacher, part.start, part.stop)
        if runs and part.start - runs[-1].stop <= _SLACK * (parts[-1].stop - parts[0].start):
            run = _meet(runs, run)
        runs.append(run)
    return tuple(runs)


def _meet(runs: list[Run], run: Run) -> Run:
    """The run without a gap before it: the last of one hand joins it, another's is moved up to it."""
    last = runs.pop()
    if _key(last.author) == _key(run.author):
        return replace(run, start=last.start)
    border = (last.stop + run.start) // 2
    runs.append(replace(last, stop=border))
    return replace(run, start=border)


def large_hands(found: RollingAttribution) -> tuple[Hand, ...]:
    """The hands, nobody known among them, of a tenth of the book or more."""
    return tuple(hand for hand in hands(found) if hand.share >= LARGE)


def disputed(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts that the models give to different hands."""
    return tuple(part for part in parts if _key(part.teacher) != _key(part.student))


def _key(author: Author | None) -> str:
    return author.key if author else ""
