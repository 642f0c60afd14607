"""Teacher and student opened together: a pair knows the same authors, by key or by name."""

import os
import sys
from collections.abc import Sequence, Set
from pathlib import Path

from authorship.commandline import print_warning
from authorship.datamodels import Author
from authorship.errors import BundleError
from authorship.models.bundle import ModelBundle
from authorship.models.source import Role, default_reference, open_bundle

_UNCALIBRATED = "not calibrated: its percentages tell who comes first, not how often such an answer is right"


def open_pair(teacher: str, student: str) -> tuple[ModelBundle, ModelBundle]:
    """Open both bundles; two named ones that know different authors are warned of, and uncalibrated ones.

    Raises:
        BundleError: one cannot be opened, or one was named and the other, left at its default, knows other
            authors.
    """
    pair = open_bundle(teacher), open_bundle(student)
    check_pair(teacher, student, *({author.key for author in bundle.authors} for bundle in pair))
    for reference, bundle in zip((teacher, student), pair, strict=True):
        if not bundle.calibration.chosen:
            print_warning(_UNCALIBRATED, reference)
    return pair


def check_pair(teacher: str, student: str, known: Set[str], others: Set[str]) -> None:
    """Warn where the keys that the teacher knows and those of the student differ.

    Raises:
        BundleError: they do, and only one of the two was named.
    """
    if known != others:
        counts = f"the teacher {teacher} knows {len(known)} authors, the student {student} {len(others)}"
        differ = f"{counts}; both know {len(known & others)}."
        if left := _left_out(teacher, student):
            raise BundleError(f"These are no pair: {differ} {_remedy(left, teacher, student)}")
        print(f"warning: {differ} They will be compared all the same.", file=sys.stderr, flush=True)


def _left_out(teacher: str, student: str) -> Role | None:
    """The one that stands at its default while the other was named; None where both or neither does."""
    defaults = teacher == default_reference("teacher"), student == default_reference("student")
    if defaults == (False, True):
        return "student"
    return "teacher" if defaults == (True, False) else None


def _remedy(left: Role, teacher: str, student: str) -> str:
    """What to add to the command line; a bundle beside the one named is taken for its fellow."""
    named = teacher if left == "student" else student
    variable = f"AUTHORSHIP_{left.upper()}"
    origin = variable if os.environ.get(variable) else "the shipped one"
    beside = Path(named).expanduser().resolve().parent / left
    if (beside / "config.json").is_file():
        fellow = os.path.join(os.path.dirname(named.rstrip(os.sep)), left)
        return f"No --{left} was named, so {origin} was taken: add --{left} {fellow}."
    return (
        f"No --{left} was named, so {origin} was taken: name the {left} of {named} with --{left}, "
        f"or see that model alone with --{left} {named}."
    )


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
