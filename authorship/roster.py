"""Whom a person means by a name: a key, or a name as the tables print it, in Russian or in English."""

from collections.abc import Sequence

from authorship.datamodels import Author
from authorship.errors import BundleError


def find_author(authors: Sequence[Author], named: str) -> Author:
    """The author of this key, else the only one whose name holds all of the words; case and ё are not heeded.

    Raises:
        BundleError: nobody, or more than one.

    >>> gogol = Author("Gogol", 0, "Гоголь Н. В.", "Nikolai Gogol")
    >>> find_author([gogol], "гоголь").key
    'Gogol'
    """
    wanted = _words(named)
    for author in authors:
        if _words(author.key) == wanted:
            return author
    found = [author for author in authors if wanted and wanted <= _words(f"{author.name} {author.name_en}")]
    if len(found) == 1:
        return found[0]
    several = ", ".join(f"{author.name} ({author.key})" for author in found or authors)
    problem = f"{named!r} may be any of these: name one" if found else f"No author {named!r}; known are"
    raise BundleError(f"{problem}: {several}." if found else f"{problem} {several}.")


def _words(name: str) -> set[str]:
    """The words of a name, folded; initials are words too."""
    folded = name.casefold().replace("ё", "е").replace(".", " ").replace(",", " ")
    return set(folded.split())
