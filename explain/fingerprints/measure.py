"""Which excerpts are read, and what comes of reading and explaining them."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from authorship.datamodels import Excerpt
from authorship.encode import encode
from authorship.errors import AuthorshipError
from authorship.models.bundle import ModelBundle
from authorship.models.source import Role
from authorship.predict.prediction import predict
from authorship.text.excerpts import read_excerpts
from explain.attribution import attribute
from explain.datamodels import CONFIDENT_ERROR
from explain.fingerprints.datamodels import AuthorFingerprint, Confusion
from explain.fingerprints.tally import Explained, Record, Tally, Task, find_occurrences

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


MOST_CONFUSED = 3
# An excerpt's error is small beside what excerpts differ by, and half the gradients are enough for it.
TOLERANCE = CONFIDENT_ERROR


@dataclass(frozen=True, slots=True)
class Subject:
    """A model to be measured, its hash, and its report's F1 by author, empty without a report."""

    role: Role
    bundle: ModelBundle
    model: str
    f1: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Read:
    """An excerpt and the logits that a model gives it, in label order."""

    excerpt: Excerpt
    logits: tuple[float, ...]


class Deadline:
    """When to stop; `minutes` None for never."""

    def __init__(self, minutes: float | None) -> None:
        self._end = None if minutes is None else time.monotonic() + minutes * 60

    @property
    def passed(self) -> bool:
        """Whether nothing more should be begun."""
        return self._end is not None and time.monotonic() >= self._end


def reading(subject: Subject, excerpts: Iterable[Excerpt], record: Record) -> Iterator[Read]:
    """Ask the model about each excerpt that was not read before."""
    for excerpt in excerpts:
        task = Task(subject.model, excerpt.text)
        if record.logits(task) is None:
            record.keep_logits(task, predict(subject.bundle, excerpt.text).logits)
        yield Read(excerpt, record.logits(task) or ())


def explain_excerpt(subject: Subject, excerpt: Excerpt, record: Record) -> Explained:
    """Why the model gives the excerpt to its author, computed once."""
    task = Task(subject.model, excerpt.text, excerpt.author)
    known = record.explained(task)
    if known is None:
        encoded = encode(excerpt.text, subject.bundle.tokenizer)
        author = subject.bundle.author(excerpt.author)
        known = Explained.of(attribute(subject.bundle, encoded, author, TOLERANCE))
        record.keep_explained(task, known)
    return known


def fingerprints(
    subject: Subject, excerpts: Iterable[Excerpt], reads: Iterable[Read], record: Record
) -> tuple[AuthorFingerprint, ...]:
    """The fingerprint of every author of whom an excerpt stands explained in the record."""
    tallies, left_out = defaultdict[str, Tally](Tally), Counter[str]()
    for excerpt in excerpts:
        explained = record.explained(Task(subject.model, excerpt.text, excerpt.author))
        if explained is not None and explained.converged:
            tallies[excerpt.author].add(excerpt.work, find_occurrences(excerpt.text, explained))
        left_out[excerpt.author] += explained is not None and not explained.converged
    confusions = _Confusions(subject, reads)
    return tuple(
        _fingerprint(key, tallies[key], left_out[key], subject, confusions) for key in sorted(tallies)
    )


def _fingerprint(
    key: str, tally: Tally, left_out: int, subject: Subject, confusions: "_Confusions"
) -> AuthorFingerprint:
    return AuthorFingerprint(
        author=key,
        explained=tally.excerpts,
        works=tally.works,
        left_out=left_out,
        names_share=tally.names_share(),
        f1=subject.f1.get(key),
        words=tally.strongest("word"),
        marks=tally.strongest("mark"),
        endings=tally.strongest("ending"),
        pieces=tally.strongest("piece"),
        taken_for=confusions.taken_for(key),
        given=confusions.given(key),
    )


class _Confusions:
    """To whom the excerpts of each author were given."""

    def __init__(self, subject: Subject, reads: Iterable[Read]) -> None:
        keys = [author.key for author in subject.bundle.authors]
        self._verdicts: dict[str, Counter[str]] = defaultdict(Counter)
        for read in reads:
            first = max(range(len(keys)), key=read.logits.__getitem__)
            self._verdicts[read.excerpt.author][keys[first]] += 1

    def taken_for(self, key: str) -> tuple[Confusion, ...]:
        """To whom this author's excerpts go."""
        return _most(self._share(key, other) for other in self._verdicts[key] if other != key)

    def given(self, key: str) -> tuple[Confusion, ...]:
        """Whose excerpts come to this author."""
        others = [other for other, verdicts in self._verdicts.items() if verdicts[key] and other != key]
        return _most(Confusion(other, self._share(other, key).share) for other in others)

    def _share(self, author: str, other: str) -> Confusion:
        verdicts = self._verdicts[author]
        return Confusion(other, verdicts[other] / verdicts.total())


def _most(confusions: Iterable[Confusion]) -> tuple[Confusion, ...]:
    return tuple(sorted(confusions, key=lambda one: (-one.share, one.author))[:MOST_CONFUSED])
