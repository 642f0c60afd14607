"""Eight texts to try, our own pastiche or made of it by program; each shows another kind of answer.

No sentence of them is an author's: gogol, chekhov and dostoevsky are in their manner, `book` in two of them.
"""

import random
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from authorship.datamodels import Author

PASTICHES = ("gogol", "chekhov", "dostoevsky")
_SURNAMES = {"gogol": "гоголь", "chekhov": "чехов", "dostoevsky": "достоевский"}
_SHORT = 3  # paragraphs
_FIRST_HAND, _SECOND_HAND = 2, 5  # paragraphs: the two models then differ


def example(name: str) -> str:
    """The text of a file beside this one: a pastiche by its manner, or one of the other examples."""
    return (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").strip()


def _paragraphs(name: str) -> list[str]:
    return example(name).split("\n\n")


def _short() -> str:
    return "\n\n".join(_paragraphs("chekhov")[:_SHORT])


def _two_hands() -> str:
    """The beginning of one pastiche and the end of another, as if one had written on."""
    return "\n\n".join([*_paragraphs("gogol")[:_FIRST_HAND], *_paragraphs("dostoevsky")[-_SECOND_HAND:]])


def _nonsense() -> str:
    """A pastiche whose letters changed places within each word; the same every time."""
    mixed = random.Random(0)
    return "\n\n".join(
        " ".join("".join(mixed.sample(word, len(word))) for word in paragraph.split())
        for paragraph in _paragraphs("gogol")
    )


_TEXTS: dict[str, Callable[[], str]] = {
    "easy": partial(example, "chekhov"),
    "hard": partial(example, "hard"),
    "two_hands": _two_hands,
    "modern": partial(example, "modern"),
    "old_spelling": partial(example, "old_spelling"),
    "nonsense": _nonsense,
    "short": _short,
    "book": partial(example, "book"),
}
_MANNERS = {"two_hands": ("gogol", "dostoevsky"), "book": ("gogol", "dostoevsky")}
_MANNER = ("chekhov",)  # of the others, or the time of which they are or are not
EXAMPLES = tuple(_TEXTS)
BOOK = "book"
"""The example that is read on the book tab."""


def example_text(name: str) -> str:
    """One of `EXAMPLES`."""
    return _TEXTS[name]()


def is_known(name: str, authors: Iterable[Author]) -> bool:
    """Whether the authors in whose manner an example is are among these, by key or by surname."""
    known = {word.casefold() for author in authors for word in (author.key, *author.name.split())}
    return all(not known.isdisjoint((manner, _SURNAMES[manner])) for manner in _MANNERS.get(name, _MANNER))
