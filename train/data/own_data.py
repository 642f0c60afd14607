"""From a folder of the user's own books to training and test data: whole works on one side each."""

import json
import logging
import os
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from train.corpus import write_corpus
from train.data.own_books import LEAST_WORKS, OwnBook, ReadBook, check_counts, list_books, read_books
from train.data.sources import RawWork, authors_path, read_authors
from train.data.split import surname
from train.errors import DataError

TEST_SHARE = 0.2
SAME_BOOK = 0.5  # of the longer one's wording
# Of the shorter one's. Among 296 works of Russian classics no two share over 1.5 % of their wording.
OVERLAP = 0.05
_MOST_PAIRS = 10


def split_books(read: Sequence[ReadBook], authors: Iterable[str], seed: int = 0) -> dict[OwnBook, str]:
    """The side of each book, "train" or "test": about a fifth of each author's characters is for the test.

    Works that share wording (a story and the collection it stands in) stay on one side.

    Raises:
        DataError: a book stands there twice, or there are too few authors or separate works.
    """
    shared = shared_runs(read)
    _check_twice(read, shared)
    groups = group_works(read, shared)
    writers = [read[group[0]].book.author for group in groups]
    check_counts(authors, writers)
    sides: dict[OwnBook, str] = {}
    for author in sorted(set(writers)):
        own = [group for group, writer in zip(groups, writers, strict=True) if writer == author]
        sizes = [max(read[number].characters for number in group) for group in own]
        chosen = choose_test(sizes, np.random.default_rng([seed, zlib.crc32(author.encode())]))
        for place, group in enumerate(own):
            sides |= {read[number].book: "test" if place in chosen else "train" for number in group}
    return sides


def choose_test(sizes: Sequence[int], generator: np.random.Generator) -> frozenset[int]:
    """The places of the works to test on: near a fifth of the characters, at least one work.

    Three works stay for training, one of which will choose the best epoch; of three works two stay.
    """
    target, most = TEST_SHARE * sum(sizes), max(1, len(sizes) - 3)
    chosen: list[int] = []
    held = 0
    for place in generator.permutation(len(sizes)).tolist():
        nearer = abs(held + sizes[place] - target) < abs(held - target)
        if nearer and len(chosen) < most:
            chosen.append(place)
            held += sizes[place]
    return frozenset(chosen or [int(np.argmin(sizes))])


def shared_runs(read: Sequence[ReadBook]) -> NDArray[np.int64]:
    """How many runs of five words each two books share, `(books, books)`; a book's own in the diagonal."""
    runs = np.concatenate([item.runs for item in read])
    rows = np.repeat(np.arange(len(read)), [len(item.runs) for item in read])
    _, columns = np.unique(runs, return_inverse=True)
    holds = csr_array((np.ones(len(runs), dtype=np.int64), (rows, columns)))
    shared: NDArray[np.int64] = (holds @ holds.T).toarray()
    return shared


def _check_twice(read: Sequence[ReadBook], shared: NDArray[np.int64]) -> None:
    """DataError where two files hold the same book, be it in another edition or form."""
    own = shared.diagonal()
    alike = (shared > 0) & (shared >= SAME_BOOK * np.maximum.outer(own, own))
    same = np.argwhere(np.triu(alike, 1)).tolist()
    if same:
        pairs = "; ".join(
            f"{read[one].book.place} and {read[two].book.place}" for one, two in same[:_MOST_PAIRS]
        )
        raise DataError(f"The same book stands there twice: {pairs}. Remove one of each.")


def group_works(read: Sequence[ReadBook], shared: NDArray[np.int64]) -> list[list[int]]:
    """The numbers of the books, those of one author that share wording in one group."""
    own = shared.diagonal()
    writers = np.array([item.book.author for item in read])
    overlapping = (shared > 0) & (shared >= OVERLAP * np.minimum.outer(own, own))
    linked = overlapping & (writers[:, None] == writers[None, :])
    groups: dict[int, list[int]] = defaultdict(list)
    for number, group in enumerate(connected_components(linked, directed=False)[1].tolist()):
        groups[group].append(number)
    return list(groups.values())


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
