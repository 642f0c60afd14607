"""Three pastiches written for this project: in the manner of an author, no sentence is theirs."""

from collections.abc import Iterable
from pathlib import Path

from authorship.datamodels import Author

EXAMPLES = ("gogol", "chekhov", "dostoevsky")
_SURNAMES = {"gogol": "гоголь", "chekhov": "чехов", "dostoevsky": "достоевский"}


def is_known(name: str, authors: Iterable[Author]) -> bool:
    """Whether the author of this manner is among these, by key or by surname."""
    known = {word.casefold() for author in authors for word in (author.key, *author.name.split())}
    return not known.isdisjoint((name, _SURNAMES[name]))


def example(name: str) -> str:
    """The pastiche in the manner of the author named."""
    return (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").strip()
