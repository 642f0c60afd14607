"""The books of a user's own authors, AUTHOR/book in any form: found, read and judged."""

import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from authorship.commandline import describe
from authorship.errors import TextError
from authorship.text.decode import check_text
from authorship.text.excerpts import EXCERPT_CHARACTERS, SHORTEST_SHARE
from authorship.text.files import BOOK_FORMS, find_books
from authorship.text.formats.reader import open_joined
from train.data.audit import shingles
from train.data.sources import AUTHORS_FILE, SPLITS
from train.errors import DataError

LEAST_AUTHORS, LEAST_WORKS = 2, 3
SHORTEST_WORK = int(EXCERPT_CHARACTERS * SHORTEST_SHARE)
_SKETCHED = 8  # every eighth run of five words is kept
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class OwnBook:
    """One file of the user's: whose, under which title, and where it lies."""

    author: str
    title: str
    path: Path

    @property
    def place(self) -> str:
        """The book's name in messages."""
        return f"{self.author}/{self.path.name}"

    def text(self) -> str:
        """What stands in it; TextError or OSError where it cannot be read."""
        return open_joined(self.path).text


@dataclass(frozen=True, slots=True)
class ReadBook:
    """A book's length in characters and some of its runs of five words, ascending, as numbers."""

    book: OwnBook
    characters: int
    runs: NDArray[np.uint32]


def list_books(folder: Path) -> list[OwnBook]:
    """The books of all authors, sorted; DataError where the folder is none or holds none."""
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder: name one that holds AUTHOR/book ({BOOK_FORMS}).")
    names = [path.name for path in sorted(folder.iterdir()) if path.is_dir() and path.name[0] not in "._"]
    if names and set(names) <= set(SPLITS):
        raise DataError(f"{folder} is split already: use `python -m train.corpus {folder} DATA`.")
    books = [book for name in names for book in _author_books(folder / name)]
    if not books and find_books(str(folder)):
        raise DataError(f"{folder} holds books but no folders of authors: name the folder above it.")
    if not books:
        raise DataError(f"{folder} holds no book: put them at AUTHOR/book ({BOOK_FORMS}).")
    _check_depth(folder, books)
    _tell_left_out(folder, books)
    return books


def _check_depth(folder: Path, books: Sequence[OwnBook]) -> None:
    """DataError where the only author is a folder of folders: those may be the authors."""
    places = [book.path.relative_to(folder).parts for book in books]
    only = places[0][0]
    inner = sorted({parts[1] for parts in places if len(parts) > 2})
    if len(inner) > 1 and all(parts[0] == only for parts in places):
        named = ", ".join(inner[:_MOST_NAMED])
        raise DataError(
            f"{folder} holds one folder, {only}. If these are the authors: {named}, name {folder / only}."
        )


def _author_books(folder: Path) -> list[OwnBook]:
    """One author's books, at any depth; those of one name in two forms keep their endings in the title."""
    author = unicodedata.normalize("NFC", folder.name)
    paths = [Path(path) for path in find_books(str(folder))]
    titles = [_title(path.relative_to(folder)) for path in paths]
    common = {title for title, count in Counter(titles).items() if count > 1}
    return [
        OwnBook(author, f"{title}{path.suffix}" if title in common else title, path)
        for path, title in zip(paths, titles, strict=True)
    ]


def _title(path: Path) -> str:
    name = path.name.removesuffix(".zip").removesuffix(".ZIP")
    return unicodedata.normalize("NFC", " - ".join([*path.parent.parts, Path(name).stem]))


def _tell_left_out(folder: Path, books: Sequence[OwnBook]) -> None:
    """Say which files are no books, so that none is missed silently."""
    taken = {book.path for book in books} | {folder / AUTHORS_FILE}
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path not in taken]
    if files:
        names = ", ".join(str(path.relative_to(folder)) for path in files[:_MOST_NAMED])
        more = ", …" if len(files) > _MOST_NAMED else ""
        print(f"left out, being no AUTHOR/book ({BOOK_FORMS}): {names}{more}", file=sys.stderr)


def read_books(books: Sequence[OwnBook]) -> list[ReadBook]:
    """Read every book once; what is damaged, not in Cyrillic letters or too short is left out and named.

    Raises:
        DataError: nothing is left.
    """
    read: list[ReadBook] = []
    for book in tqdm(books, desc="reading", unit="book"):
        try:
            read += _read_book(book)
        except (TextError, OSError) as error:
            tqdm.write(f"left out: {book.place}: {describe(error)}", file=sys.stderr)
    if not read:
        raise DataError("None of the books can be used: above stands why, book by book.")
    return read


def _read_book(book: OwnBook) -> list[ReadBook]:
    """The book, or nothing where it is too short; what its reader noticed goes to standard error."""
    opened = open_joined(book.path)
    for notice in opened.notices:
        tqdm.write(f"{book.place}: {notice.message}", file=sys.stderr)
    if len(opened.text.strip()) < SHORTEST_WORK:
        tqdm.write(f"left out, under {SHORTEST_WORK} characters: {book.place}", file=sys.stderr)
        return []
    check_text(opened.text)
    return [ReadBook(book, len(opened.text), sketch(opened.text))]


def sketch(text: str) -> NDArray[np.uint32]:
    """An eighth of the text's runs of five words, the same eighth in every text, each once, ascending."""
    runs = np.unique(shingles(text))
    kept: NDArray[np.uint32] = runs[runs % _SKETCHED == 0]
    return kept


def check_counts(authors: Iterable[str], works: Iterable[str]) -> None:
    """DataError where there are too few authors or works; `works` names the author of each work."""
    counts = Counter(works)
    every = sorted(set(authors) | set(counts))
    few = [f"{author} has {counts[author]}" for author in every if counts[author] < LEAST_WORKS]
    if few or len(every) < LEAST_AUTHORS:
        found = "; ".join(few) if few else f"there is only {', '.join(every)}"
        spare = len(every) - len(few) >= LEAST_AUTHORS
        raise DataError(
            f"At least {LEAST_AUTHORS} authors with {LEAST_WORKS} separate works each are needed, "
            f"of {SHORTEST_WORK} characters or more: {found}. "
            "Works that share over a twentieth of their wording count as one. "
            f"Add works{', or take those authors out' if spare else ' or authors'}."
        )
