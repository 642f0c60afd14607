"""Some excerpts of each author of a CSV, the same for the same seed."""

import hashlib
from heapq import heappush, heappushpop
from itertools import chain, zip_longest
from pathlib import Path

from authorship.datamodels import Excerpt
from authorship.errors import AuthorshipError
from authorship.excerpt_table import read_excerpts

_Ranked = tuple[int, int, Excerpt]


def sample_excerpts(file: Path, count: int, seed: int) -> list[Excerpt]:
    """Up to `count` excerpts, one of each author in turn, chosen by a hash of seed and row.

    A larger count only adds to a smaller one's. The file is read once and never held whole.

    Raises:
        AuthorshipError: the file is missing, is no such CSV, or holds no text.
    """
    kept: dict[str, list[_Ranked]] = {}
    for row, excerpt in enumerate(read_excerpts(file)):
        mine = kept.setdefault(excerpt.author, [])
        entry = (-_lot(seed, row), row, excerpt)  # a heap gives up its smallest: the highest lot
        if len(mine) < count:
            heappush(mine, entry)
        else:
            heappushpop(mine, entry)
    if not kept:
        raise AuthorshipError(f"{file} holds no excerpt: name a CSV with the columns writer, book, text.")
    ranked = [sorted(kept[author], reverse=True) for author in sorted(kept)]
    turns = chain.from_iterable(zip_longest(*ranked))
    return [entry[2] for entry in turns if entry][:count]


def _lot(seed: int, row: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed} {row}".encode()).digest()[:8])
