"""Which excerpts are read: as many works of an author as there are, and places spread over each."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from authorship.datamodels import Excerpt
from authorship.errors import AuthorshipError
from authorship.excerpt_table import read_excerpts

Works = tuple[tuple[Excerpt, ...], ...]


def read_works(file: Path, authors: Sequence[str]) -> Works:
    """The excerpts of the known authors, gathered by work, in the file's order.

    Without a `book` column each excerpt is a work of its own.

    Raises:
        AuthorshipError: the file is no CSV of the contract, or holds none of the authors.
        OSError: it cannot be read.
    """
    known, works = set(authors), defaultdict[tuple[str, str], list[Excerpt]](list)
    for excerpt in read_excerpts(file):
        if excerpt.author in known:
            works[excerpt.author, excerpt.work].append(excerpt)
    if not works:
        raise AuthorshipError(f"{file} holds no excerpt of the models' authors: name the CSV they know.")
    return tuple(tuple(excerpts) for excerpts in works.values())


def spread(excerpts: Sequence[Excerpt], count: int) -> tuple[Excerpt, ...]:
    """At most `count` excerpts of a work, at equal distances, never all from its beginning."""
    taken = min(count, len(excerpts))
    return tuple(excerpts[int((index + 0.5) * len(excerpts) / taken)] for index in range(taken))


def choose(works: Works, count: int) -> Iterator[Excerpt]:
    """At most `count` excerpts an author, from as many works as can be; one of each author by turns.

    Whoever stops early has read all authors alike.
    """
    queues = [_queue(list(of_author), count) for of_author in _by_author(works)]
    for turn in range(count):
        yield from (queue[turn] for queue in queues if turn < len(queue))


def _by_author(works: Works) -> list[list[tuple[Excerpt, ...]]]:
    authors = defaultdict[str, list[tuple[Excerpt, ...]]](list)
    for work in works:
        authors[work[0].author].append(work)
    return [authors[key] for key in sorted(authors)]


def _queue(works: list[tuple[Excerpt, ...]], count: int) -> list[Excerpt]:
    """One excerpt of each work by turns, the longest works first."""
    works.sort(key=lambda work: (-len(work), work[0].work))
    shares = _shares([len(work) for work in works], count)
    spreads = [spread(work, share) for work, share in zip(works, shares, strict=True)]
    turns = range(max(shares, default=0))
    return [places[turn] for turn in turns for places in spreads if turn < len(places)]


def _shares(lengths: Sequence[int], count: int) -> list[int]:
    """How many excerpts each work gives, one a round until `count` are found or nothing is left."""
    shares = [0] * len(lengths)
    while sum(shares) < min(count, sum(lengths)):
        for index, length in enumerate(lengths):
            if shares[index] < length and sum(shares) < count:
                shares[index] += 1
    return shares
