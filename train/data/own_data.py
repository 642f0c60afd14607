"""From a folder of the user's own books to training and test data: whole works on one side each.

The books lie as AUTHOR/book in any form: they are found, read and judged.
"""

import json
import logging
import os
import re
import sys
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from tqdm import tqdm

from authorship.commandline import describe
from authorship.errors import TextError
from authorship.text.decode import check_text
from authorship.text.excerpts import EXCERPT_CHARACTERS, SHORTEST_SHARE
from authorship.text.files import BOOK_FORMS, find_books
from authorship.text.formats.reader import open_joined
from train.corpus import write_corpus
from train.data.audit import shingles
from train.data.sources import AUTHORS_FILE, SPLITS, DataError, RawWork, authors_path, read_authors
from train.data.split import surname

logger = logging.getLogger(__name__)
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
