"""Where the books lie: a folder, a file or an fsspec address, opened alike by the driver and every actor."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from authorship.library.shipping import LibraryError
from authorship.text.files import is_book


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file below the source: its path there and its size in bytes."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Source:
    """A folder or file, local or on any filesystem that fsspec knows."""

    filesystem: AbstractFileSystem
    root: str

    def files(self) -> list[SourceFile]:
        """Every book and Parquet file, sorted.

        Raises:
            LibraryError: there is none.
        """
        found = self.filesystem.find(self.root, detail=True)
        files = [SourceFile(self._below(path), int(facts["size"])) for path, facts in found.items()]
        wanted = [file for file in sorted(files, key=lambda file: file.path) if self._is_wanted(file.path)]
        if not wanted:
            raise LibraryError(f"There is no book and no Parquet file in {self.root}: name a place of some.")
        return wanted

    def shown(self, path: str) -> str:
        """The path below the source; a source that is one file has that file's name."""
        return path or PurePosixPath(self.root).name

    def open(self, path: str) -> BinaryIO:
        """Open a file of the source to read its bytes."""
        stream: BinaryIO = self.filesystem.open(self._full(path), "rb")
        return stream

    @contextmanager
    def local(self, path: str) -> Iterator[Path]:
        """A file of the source as one on this machine, under its own name."""
        if isinstance(self.filesystem, LocalFileSystem):
            yield Path(self._full(path))
            return
        with tempfile.TemporaryDirectory(prefix="whose-prose-") as folder:
            copy = Path(folder, PurePosixPath(self._full(path)).name)
            self.filesystem.get_file(self._full(path), str(copy))
            yield copy

    def holds(self, filesystem: AbstractFileSystem, root: str) -> bool:
        """Whether a place on some filesystem is this source or lies within it."""
        return filesystem == self.filesystem and PurePosixPath(root).is_relative_to(self.root)

    def _is_wanted(self, path: str) -> bool:
        """A single file is wanted whatever its name; a zip must be opened to know."""
        if not path or path.lower().endswith(".parquet") or is_book(path):
            return True
        if not path.lower().endswith((".zip", ".xml")):
            return False
        with self.open(path) as stream:
            return is_book(path, stream)

    def _below(self, path: str) -> str:
        return path.removeprefix(self.root).lstrip("/")

    def _full(self, path: str) -> str:
        return f"{self.root.rstrip('/')}/{path}" if path else self.root


@contextmanager
def open_source(address: str) -> Iterator[Source]:
    """The source at a path or an fsspec address such as `s3://bucket/books`.

    `memory://` is this process's own: the actors, which are others, get a copy in a temporary folder.

    Raises:
        LibraryError: there is nothing there, or no way to get there.
    """
    filesystem, root = open_address(address)
    if not filesystem.exists(root):
        raise LibraryError(f"There is nothing at {address}: name a folder, a file or an address.")
    if not isinstance(filesystem, MemoryFileSystem):
        yield Source(filesystem, root)
        return
    with tempfile.TemporaryDirectory(prefix="whose-prose-") as folder:
        copy = Path(folder, PurePosixPath(root).name)
        filesystem.get(root, str(copy), recursive=True)
        yield Source(LocalFileSystem(), str(copy))


def open_address(address: str) -> tuple[AbstractFileSystem, str]:
    """A filesystem and the path on it.

    Raises:
        LibraryError: the address has a form that fsspec does not know, or needs a package of its own.
    """
    try:
        filesystem, root = url_to_fs(str(Path(address).expanduser()) if "://" not in address else address)
    except (ImportError, ValueError) as error:
        raise LibraryError(f"{address} cannot be opened: {error}") from error
    return filesystem, root
