"""Where the scores go: `windows/`, `failed/` and, last of all, `works/`, a file of each for a batch.

A work is done when it stands in `works/`. Its file appears there at once or not at all, after the
windows, under a name that the batch's works give: whoever writes a batch a second time writes over it.
"""

import contextlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal
from uuid import uuid4

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from fsspec import AbstractFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from authorship.library.shipping import Failure, LibraryError
from authorship.library.source import Source, open_address

Kind = Literal["windows", "failed", "works"]

_KINDS: tuple[Kind, ...] = ("windows", "failed", "works")
_MODELS_FILE = "models.json"
_OURS = re.compile(r"\.?[0-9a-f]{32}\.parquet(\.[0-9a-f]{32})?")


@dataclass(frozen=True, slots=True)
class Models:
    """Digests of the two models whose scores a folder holds."""

    teacher: str
    student: str


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of results, local or on any filesystem that fsspec knows."""

    filesystem: AbstractFileSystem
    root: str

    def begin(self, models: Models) -> set[str]:
        """Make ready for a run and return the paths of the works that are done.

        What a killed run left half done is removed, and so are the failures, which are tried again.

        Raises:
            LibraryError: the scores here are other models', or cannot be read.
        """
        self._check_models(models)
        for kind in _KINDS:
            self.filesystem.makedirs(f"{self.root}/{kind}", exist_ok=True)
        finished = self._finished()
        for kind in _KINDS:
            for name in self._names(kind, ours=True):
                if name not in finished or kind == "failed":
                    with contextlib.suppress(FileNotFoundError):
                        self.filesystem.rm_file(f"{self.root}/{kind}/{name}")
        return set(self._read("works", "path", finished))

    def works(self) -> set[str]:
        """The paths of the works that are done.

        Raises:
            LibraryError: a table cannot be read.
        """
        return set(self._read("works", "path", self._finished()))

    def holds(self, name: str) -> bool:
        """Whether the batch of this name is done."""
        self.filesystem.invalidate_cache()
        return all(self.filesystem.exists(self._file(kind, name)) for kind in ("works", "windows"))

    def write(self, kind: Kind, name: str, table: pa.Table) -> None:
        """Write a table in one step: no reader ever sees a part of it; an empty one is not written."""
        if not table.num_rows:
            return
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        beside = f"{self.root}/{kind}/.{name}.parquet.{uuid4().hex}"
        self.filesystem.pipe_file(beside, sink.getvalue().to_pybytes())
        self.filesystem.mv(beside, self._file(kind, name))

    def failures(self) -> list[Failure]:
        """What could not be scored, sorted by path."""
        names = self._names("failed")
        columns = (self._read("failed", column, names) for column in ("path", "problem"))
        rows = zip(*columns, strict=True)
        return sorted((Failure(*row) for row in rows), key=lambda failure: failure.path)

    def _check_models(self, models: Models) -> None:
        file = f"{self.root}/{_MODELS_FILE}"
        if not self.filesystem.exists(file):
            self.filesystem.makedirs(self.root, exist_ok=True)
            self.filesystem.pipe_file(file, json.dumps(asdict(models)).encode())
        elif json.loads(self.filesystem.cat_file(file)) != asdict(models):
            raise LibraryError(f"{self.root} holds other models' scores: name another folder for these.")

    def _file(self, kind: Kind, name: str) -> str:
        return f"{self.root}/{kind}/{name}.parquet"

    def _names(self, kind: Kind, ours: bool = False) -> list[str]:
        """The names of the tables of one kind; with `ours`, those that are not yet whole too."""
        paths = self.filesystem.ls(f"{self.root}/{kind}", detail=False, refresh=True)
        names = [str(path).rstrip("/").rsplit("/", 1)[-1] for path in paths]
        return [name for name in names if _OURS.fullmatch(name) and (ours or not name.startswith("."))]

    def _finished(self) -> set[str]:
        """The tables of works whose windows are there too.

        Works are listed first: an actor of a killed run, not dead yet, may add windows, then works.
        """
        works = set(self._names("works"))
        return works & set(self._names("windows"))

    def _read(self, kind: Kind, column: str, names: Iterable[str]) -> list[str]:
        files = [f"{self.root}/{kind}/{name}" for name in sorted(names)]
        if not files:
            return []
        try:
            table = ds.dataset(files, filesystem=self.filesystem, format="parquet").to_table([column])
        except (pa.ArrowException, OSError) as error:
            message = f"{self.root}/{kind} cannot be read: {error}"
            raise LibraryError(f"{message}. Remove the file named and run the command again.") from error
        values: list[str] = table.column(column).to_pylist()
        return values


def open_store(address: str, source: Source) -> Store:
    """The folder at a path or an fsspec address, which need not be there yet.

    Raises:
        LibraryError: the address cannot be written from other processes, or lies within the source.
    """
    filesystem, root = open_address(address)
    root = root.rstrip("/")
    if isinstance(filesystem, MemoryFileSystem):
        raise LibraryError(f"{address} is the memory of one process, and several write: name a folder.")
    if source.holds(filesystem, root):
        raise LibraryError(f"{address} lies within the source, where scores would be taken for books.")
    return Store(filesystem, root)
