"""Whole works of the user's own authors on one side each, overlapping ones together."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from train.errors import DataError
from train.own_books import OwnBook, ReadBook, check_counts

TEST_SHARE = 0.2
SAME_BOOK = 0.5  # of the longer one's wording
# Of the shorter one's. Among 296 works of Russian classics no two share over 1.5 % of their wording.
OVERLAP = 0.05
_MOST_PAIRS = 10


def split_books(read: Sequence[ReadBook], authors: Iterable[str], seed: int = 0) -> dict[OwnBook, str]:
    """The side of each book, "train" or "test": about a fifth of each author's characters is for the test.

    Works that share wording (a story and the collection it stands in) stay on one side.

    Raises:
        DataError: a book stands there twice, or there are too few authors or separate works.
    """
    shared = shared_runs(read)
    _check_twice(read, shared)
    groups = group_works(read, shared)
    writers = [read[group[0]].book.author for group in groups]
    check_counts(authors, writers)
    sides: dict[OwnBook, str] = {}
    for author in sorted(set(writers)):
        own = [group for group, writer in zip(groups, writers, strict=True) if writer == author]
        sizes = [max(read[number].characters for number in group) for group in own]
        chosen = choose_test(sizes, np.random.default_rng([seed, zlib.crc32(author.encode())]))
        for place, group in enumerate(own):
            sides |= {read[number].book: "test" if place in chosen else "train" for number in group}
    return sides


def choose_test(sizes: Sequence[int], generator: np.random.Generator) -> frozenset[int]:
    """The places of the works to test on: near a fifth of the characters, at least one work.

    Three works stay for training, one of which will choose the best epoch; of three works two stay.
    """
    target, most = TEST_SHARE * sum(sizes), max(1, len(sizes) - 3)
    chosen: list[int] = []
    held = 0
    for place in generator.permutation(len(sizes)).tolist():
        nearer = abs(held + sizes[place] - target) < abs(held - target)
        if nearer and len(chosen) < most:
            chosen.append(place)
            held += sizes[place]
    return frozenset(chosen or [int(np.argmin(sizes))])


def shared_runs(read: Sequence[ReadBook]) -> NDArray[np.int64]:
    """How many runs of five words each two books share, `(books, books)`; a book's own in the diagonal."""
    runs = np.concatenate([item.runs for item in read])
    rows = np.repeat(np.arange(len(read)), [len(item.runs) for item in read])
    _, columns = np.unique(runs, return_inverse=True)
    holds = csr_array((np.ones(len(runs), dtype=np.int64), (rows, columns)))
    shared: NDArray[np.int64] = (holds @ holds.T).toarray()
    return shared


def _check_twice(read: Sequence[ReadBook], shared: NDArray[np.int64]) -> None:
    """DataError where two files hold the same book, be it in another edition or form."""
    own = shared.diagonal()
    alike = (shared > 0) & (shared >= SAME_BOOK * np.maximum.outer(own, own))
    same = np.argwhere(np.triu(alike, 1)).tolist()
    if same:
        pairs = "; ".join(
            f"{read[one].book.place} and {read[two].book.place}" for one, two in same[:_MOST_PAIRS]
        )
        raise DataError(f"The same book stands there twice: {pairs}. Remove one of each.")


def group_works(read: Sequence[ReadBook], shared: NDArray[np.int64]) -> list[list[int]]:
    """The numbers of the books, those of one author that share wording in one group."""
    own = shared.diagonal()
    writers = np.array([item.book.author for item in read])
    overlapping = (shared > 0) & (shared >= OVERLAP * np.minimum.outer(own, own))
    linked = overlapping & (writers[:, None] == writers[None, :])
    groups: dict[int, list[int]] = defaultdict(list)
    for number, group in enumerate(connected_components(linked, directed=False)[1].tolist()):
        groups[group].append(number)
    return list(groups.values())
