"""Which files are books: every file in a folder is judged by its name, a zip by what it holds."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

STDIN = "-"
BOOK_SUFFIXES = (".txt", ".fb2", ".epub", ".docx")
BOOK_FORMS = ".txt, .fb2, .fb2.zip, .epub or .docx"
FOREIGN_SUFFIXES = (
    ".pdf", ".djvu", ".djv", ".doc", ".rtf", ".odt", ".mobi", ".prc", ".azw", ".azw3", ".fb3",
)  # fmt: skip


def find_files(paths: Sequence[str]) -> Iterator[str]:
    """The paths themselves, a folder's as all books in it, sorted.

    A folder without any stays, and so does one that may not be listed: reading it says what is wrong.
    """
    for path in paths:
        if path != STDIN and Path(path).is_dir():
            yield from find_books(path) or [path]
        else:
            yield path


def find_books(folder: str) -> list[str]:
    """The books at any depth of `folder`, and the folders that may not be listed, sorted by their parts."""
    unlisted: list[str] = []
    found = [
        str(Path(place, name))
        for place, _, names in os.walk(folder, onerror=lambda error: unlisted.append(str(error.filename)))
        for name in names
        if _is_book_file(Path(place, name))
    ]
    return sorted(found + unlisted, key=lambda path: Path(path).parts)


def find_foreign(paths: Sequence[str]) -> list[str]:
    """The books in folders among `paths` that are in a format not read here, by their suffixes, sorted."""
    found = [
        Path(place, name)
        for path in paths
        if path != STDIN and Path(path).is_dir()
        for place, _, names in os.walk(path)
        for name in names
        if name.lower().endswith(FOREIGN_SUFFIXES)
    ]
    return [str(path) for path in sorted(found, key=lambda path: path.parts)]


def _is_book_file(file: Path) -> bool:
    if not file.is_file():
        return False
    if file.suffix.lower() != ".zip":
        return is_book(file.name)
    try:
        with file.open("rb") as stream:
            return is_book(file.name, stream)
    except OSError:
        return True


def is_book(name: str, zipped: BinaryIO | None = None) -> bool:
    """Whether a file of this name is a book; `zipped` is its content where the name says only .zip.

    A zip whose contents cannot be listed counts as one, so that whoever reads it says so.
    """
    lower = name.lower()
    if lower.endswith((*BOOK_SUFFIXES, ".fb2.zip")):
        return True
    return lower.endswith(".zip") and zipped is not None and _holds_fb2(zipped)


def _holds_fb2(zipped: BinaryIO) -> bool:
    try:
        with ZipFile(zipped) as archive:
            return any(name.lower().endswith(".fb2") for name in archive.namelist())
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return True
