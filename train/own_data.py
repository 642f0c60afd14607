"""From a folder of the user's own books to training and test data."""

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from train.corpus import write_corpus
from train.errors import DataError
from train.own_books import LEAST_WORKS, OwnBook, check_counts, list_books, read_books
from train.own_split import split_books
from train.sources import RawWork, authors_path, read_authors
from train.surnames import surname

logger = logging.getLogger(__name__)
MANIFEST = "books.json"
_WORD = re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?")


def prepare_data(folder: Path, out: Path, seed: int) -> Path:
    """Split, clean and audit the books into OUT/data, unless these very books are there already.

    Raises:
        DataError: the books cannot be used, are too few, or `out` is of other books.
    """
    if out.resolve().is_relative_to(folder.resolve()):
        raise DataError(f"{out} lies among the books: name an OUT outside {folder}.")
    books = list_books(folder)
    manifest, data = out / MANIFEST, out / "data"
    listed = _listing(books, folder, seed)
    if manifest.is_file():
        if manifest.read_text(encoding="utf-8") != listed:
            raise DataError(
                f"{out} was made from other books than {folder} holds now: name another OUT, or remove it."
            )
        return data
    if any((out / role).exists() for role in ("teacher", "student")):
        raise DataError(f"{out} holds models that were not made here: name another OUT.")
    authors = {book.author for book in books}
    check_counts(authors, [book.author for book in books])
    sides = split_books(read_books(books), authors, seed)
    size = sum(book.path.stat().st_size for book in sides)
    write_corpus(_works(sides), size, families(folder, authors), authors_path(folder), data)
    _check_kept(data)
    part = manifest.with_suffix(".part")
    part.write_text(listed, encoding="utf-8")
    os.replace(part, manifest)
    _tell_test_works(sides)
    return data


def _tell_test_works(sides: Mapping[OwnBook, str]) -> None:
    tested = sorted(f"{book.author}: {book.title}" for book, side in sides.items() if side == "test")
    logger.warning("Kept to test on, and never read in training: %s.", "; ".join(tested))


def _listing(books: Sequence[OwnBook], folder: Path, seed: int) -> str:
    """What tells one set of books from another: their names and sizes."""
    sizes = {book.path.relative_to(folder).as_posix(): book.path.stat().st_size for book in books}
    return json.dumps({"seed": seed, "books": sizes}, ensure_ascii=False, indent=1) + "\n"


def _works(sides: Mapping[OwnBook, str]) -> Iterator[RawWork]:
    """The books as the corpus takes them, read one at a time."""
    for book, side in sides.items():
        yield RawWork(side, book.author, book.title, book.text().encode(), book.path.stat().st_size)


def families(folder: Path, authors: set[str]) -> dict[str, str]:
    """Each author's surname, by which prefaces are known; "" where a name does not say which word it is.

    Of "Полев А. Б." it is Полев, of "Иван Полев" it might be either, and Иван stands in any book.
    """
    known = read_authors(folder)
    names = {author: str(known.get(author, {}).get("name", author)) for author in authors}
    return {author: surname(name) if len(_WORD.findall(name)) == 1 else "" for author, name in names.items()}


def _check_kept(data: Path) -> None:
    """DataError where cleaning left an author fewer works than are needed."""
    works = json.loads((data / "audit.json").read_text(encoding="utf-8"))["works"]
    sides: dict[str, list[str]] = {}
    for place, report in works.items():
        side, author, _ = place.split("/", 2)
        sides.setdefault(author, []).extend([side] if report["excerpts"] else [])
    few = [f"{author} has {len(kept)}" for author, kept in sides.items() if len(kept) < LEAST_WORKS]
    few += [f"{author} has none to test on" for author, kept in sides.items() if "test" not in kept]
    if few:
        raise DataError(
            f"Cleaning left too few works with prose, {LEAST_WORKS} are needed: {'; '.join(few)}. Add works; "
            f"{data / 'audit.json'} says what became of each."
        )
