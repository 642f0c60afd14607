"""Files and folders to measured texts, and the measure of a pair: what both command lines share."""

import argparse
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from authorship.commandline import describe, print_warning
from authorship.datamodels import Book
from authorship.errors import AuthorshipError
from authorship.models.cohort import COHORT_FILE
from authorship.models.source import FORMS, Role, default_reference, locate_bundle
from authorship.same_hand.answer import Measure, Measured, measure_text
from authorship.same_hand.measure import SAME_HAND_FILE, SameHand
from authorship.text.files import BOOK_FORMS, find_files, find_foreign, remedy
from authorship.text.formats.reader import texts_at
from authorship.text.judge import Judge
from authorship.text.letters.folding import without_words

ROLES: tuple[Role, Role] = ("teacher", "student")
_FILES = (SAME_HAND_FILE, COHORT_FILE)


def load_measure(folder: Path) -> Measure:
    """The measure that a model brings.

    Raises:
        BundleError: it brings none, or a damaged one.
    """
    return SameHand.load(folder)


def find_model(*folders: Path) -> Path | None:
    """The first of these models that brings a measure."""
    return next((folder for folder in folders if (folder / _FILES[0]).is_file()), None)


def locate_model(reference: str | None) -> Path:
    """The folder of the model named, else that of the shipped ones that brings a measure.

    Raises:
        BundleError: it cannot be found or downloaded.
    """
    if reference:
        return locate_bundle(reference)
    shipped = [locate_bundle(default_reference(role)) for role in ROLES]
    return find_model(*shipped) or shipped[0]


def measure_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of the files that a model's measure consists of, by name, as `sha256sum` gives it."""
    files = [folder / name for name in _FILES]
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()}


def add_texts(parser: argparse.ArgumentParser, known: str) -> None:
    """The options that say which texts are compared; `known` is how many works must be named, "*" or "+"."""
    helped = f"a work surely by the author ({BOOK_FORMS}), a folder of them, or - (stdin)"
    parser.add_argument("known", nargs=known, metavar="KNOWN", help=helped)
    disputed = "the text in question, in one or more files"
    parser.add_argument("--disputed", nargs="+", required=True, metavar="FILE", help=disputed)
    prior = (
        "how probable one author was before reading, from 0 to 1 (default: 0.5; of several candidates, how "
        "probable it was that it is one of them, by default each as probable as none)"
    )
    parser.add_argument("--prior", type=_probability, metavar="P", help=prior)
    parser.add_argument(
        "--model",
        metavar="REF",
        help=f"the model that brings the measure: {FORMS} (default: the shipped one)",
    )
    parser.add_argument("--encoding", metavar="NAME", help="such as cp1251 (default: found for each file)")


def _probability(value: str) -> float:
    number = float(value)
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError("must lie between 0 and 1, both excluded")
    return number


class WorkReader:
    """Reads texts and measures them, each once however often it is named."""

    def __init__(self, measure: Measure, judge: Judge | None, encoding: str | None = None) -> None:
        self._measure, self._judge, self._encoding = measure, judge, encoding
        self._read: dict[str, tuple[Measured, ...]] = {}

    def read(self, paths: Sequence[str]) -> tuple[Measured, ...]:
        """Every book in these files and folders; what was mended or left out is told on standard error.

        Raises:
            OSError: a file that is named, or all in a folder, cannot be read.
            AuthorshipError: it is no text, or none that can be compared.
        """
        for path in find_foreign(paths):
            print_warning(f"passed over: {remedy(path)}", path)
        read: list[Measured] = []
        problem: Exception | None = None
        for path in find_files(paths):
            try:
                read += self._of(path)
            except (AuthorshipError, OSError) as error:
                if path in paths:
                    raise
                print_warning(f"passed over: {describe(error).removeprefix(f'{path}: ')}", path)
                problem = error
        if problem and not read:
            raise problem
        return tuple(read)

    def _of(self, path: str) -> tuple[Measured, ...]:
        """The texts of a file, several of an archive of several."""
        if path not in self._read:
            texts = texts_at(path, self._encoding).texts
            self._read[path] = tuple(self._measured(text.path_in(path), text.read()) for text in texts)
        return self._read[path]

    def _measured(self, path: str, book: Book) -> Measured:
        try:
            found = measure_text(path, book.text, self._measure, self._judge, book.notices)
        except AuthorshipError as error:
            raise AuthorshipError(f"{path}: {error}") from error
        for notice in without_words(found.notices, found.judgement.outside):
            print_warning(notice.message, path)
        return found
