"""Clenshaw-Curtis rules on [0, 1] whose nodes nest, so that refining repeats no work.

A node is named by a whole number out of `FINEST`, which makes "the same node" exact.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from math import cos, pi

LEVELS = (5, 9, 17, 33, 65)
FINEST = 64


def level_nodes(size: int) -> tuple[int, ...]:
    """The names of the `size` nodes of one level, from the baseline's 0 to the input's `FINEST`.

    Raises:
        ValueError: `size` is not one more than a divisor of `FINEST`.
    """
    if size < 2 or FINEST % (size - 1):
        raise ValueError(f"{size} nodes do not nest; choose among {', '.join(map(str, LEVELS))}.")
    return tuple(range(0, FINEST + 1, FINEST // (size - 1)))


def position(node: int) -> float:
    """Where a node lies between the baseline, 0, and the input, 1."""
    return (1 - cos(pi * node / FINEST)) / 2


def schedule(levels: Sequence[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each level's size and the nodes that it adds to those before; the ends come first."""
    known: set[int] = set()
    for size in levels:
        fresh = set(level_nodes(size)) - known
        yield size, tuple(sorted(fresh, key=lambda node: (node not in (0, FINEST), node)))
        known |= fresh


@cache
def weights(size: int) -> tuple[float, ...]:
    """The weights of `level_nodes(size)`: they add up to one.

    Exact for polynomials of degree `size - 1` (Clenshaw and Curtis 1960, doi 10.1007/BF01386223).

    >>> weights(3)
    (0.16666666666666666, 0.6666666666666666, 0.16666666666666666)
    """
    last = size - 1
    return tuple(_weight(index, last) for index in range(size))


def _weight(index: int, last: int) -> float:
    terms = sum(
        (1 if 2 * k == last else 2) / (4 * k * k - 1) * cos(2 * pi * k * index / last)
        for k in range(1, last // 2 + 1)
    )
    return (1 - terms) / (2 * last if index in (0, last) else last)
