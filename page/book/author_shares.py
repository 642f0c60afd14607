"""Who leads a book and whose its parts are, by what was read."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from authorship.datamodels import Author, RollingAttribution
from authorship.models.source import Role
from page.book.reading import BookReading
from page.excerpt.results import ROLES


def leading(reading: BookReading, most: int) -> tuple[str, ...]:
    """The keys of the authors likeliest over all that both models have read, likeliest first."""
    means: dict[str, float] = {}
    for role in ROLES:
        track = reading.track(role)
        if track.passages:
            for author, mean in zip(track.bundle.authors, track.curve().means, strict=True):
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

    Those who have a part of it come first, by length in both models' eyes; then the first authors of the
    whole; then the likeliest.
    """
    held: Counter[str] = Counter()
    found = [one for one in map(reading.found, ROLES) if one is not None]
    for one in found:
        for hand in hands(one):
            if hand.author:
                held[hand.author.key] += round(hand.share * 1e6)
    firsts = [one.whole.top_k(1)[0].author.key for one in found]
    owners = sorted(held, key=lambda key: (-held[key], key))
    everyone = dict.fromkeys([*owners, *firsts, *leading(reading, most)])
    return tuple(everyone)[:most]
