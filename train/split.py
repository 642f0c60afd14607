"""Whole works held out of training, so that choices are never made on the test set."""

import numpy as np
import pandas as pd

HELD_OUT_SHARE = 0.12
LARGEST_SHARE = 0.2


def held_out_works(frame: pd.DataFrame, seed: int = 0) -> frozenset[tuple[str, str]]:
    """Works `(writer, book)` to validate on: about an eighth of each author's excerpts.

    An author keeps at least two works and four fifths of the excerpts for training; one who cannot
    spare a work is not held out at all, and so is absent from the validation's macro-F1.
    """
    generator = np.random.default_rng(seed)
    chosen: set[tuple[str, str]] = set()
    for writer, sizes in frame.groupby(["writer", "book"]).size().groupby(level=0):
        works = [(str(book), int(size)) for (_, book), size in sizes.items()]
        chosen.update((str(writer), book) for book in _choose(works, generator))
    return frozenset(chosen)


def _choose(works: list[tuple[str, int]], generator: np.random.Generator) -> list[str]:
    total, held = sum(size for _, size in works), 0
    books: list[str] = []
    if len(works) < 3:
        return []
    for index in generator.permutation(len(works)):
        book, size = works[index]
        fits = held + size <= LARGEST_SHARE * total and len(works) - len(books) > 2
        if fits and held < HELD_OUT_SHARE * total:
            books.append(book)
            held += size
    return books


def split_frame(
    frame: pd.DataFrame, held_out: frozenset[tuple[str, str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Excerpts to train on and excerpts of the held-out works."""
    inside = pd.Series(
        [work in held_out for work in zip(frame["writer"], frame["book"], strict=True)], dtype=bool
    )
    return frame[~inside].reset_index(drop=True), frame[inside].reset_index(drop=True)
