"""Whole works held out of training, and excerpts that name their own author."""

import re
from functools import cache

import numpy as np
import pandas as pd

MOST_MENTIONS = 1

_ADJECTIVE = re.compile(r"(?:ый|ий|ой)$")
_ADJECTIVE_ENDINGS = "ый|ий|ой|ого|его|ому|ему|ым|им|ом|ем"
_NOUN_ENDINGS = "а|у|ом|ем|ым|е|я|ю"


def surname(name: str) -> str:
    """The surname in a display name like "Пушкин А. С."; empty where it is not Cyrillic."""
    words = re.findall(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?", name)
    return words[0] if words else ""


@cache
def mention_pattern(family: str) -> re.Pattern[str]:
    """Finds a surname in any case, a double one by either part; a longer surname is another one.

    >>> mention_pattern("Грин").findall("О Грине и Гриневе, у Грина")
    ['Грине', 'Грина']
    """
    parts = [_forms(part) for part in family.split("-")]
    double = r"-".join(f"(?:{part})" for part in parts)
    choices = [double, *parts] if len(parts) > 1 else parts
    before = r"(?<![\w-])" if not _ADJECTIVE.search(family) else r"(?<=[а-яё.,(«] )(?<![.!?…—] )(?<![\w-])"
    initials = r"(?:(?<=[А-ЯЁ]\. )|(?<=[А-ЯЁ]\.))" if _ADJECTIVE.search(family) else ""
    whole = "|".join(f"(?:{choice})" for choice in choices)
    return re.compile(rf"(?:{before}{'|' + initials if initials else ''})(?:{whole})(?![\w])")


def _forms(part: str) -> str:
    """A pattern of the case forms of one surname."""
    if _ADJECTIVE.search(part):
        return f"{part[:-2]}(?:{_ADJECTIVE_ENDINGS})"
    stem = part[:-1] if part[-1] in "ьй" else part
    last = part[-1] if part[-1] in "ьй" else ""
    return f"{stem}(?:{last}|{_NOUN_ENDINGS})" if last else f"{stem}(?:{_NOUN_ENDINGS})?"


def names_author(text: str, family: str) -> bool:
    """Whether a text names the surname twice or more; one like an adjective counts within sentences only."""
    return bool(family) and len(mention_pattern(family).findall(text)) > MOST_MENTIONS


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
