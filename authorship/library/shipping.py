"""What travels between the driver and the actors of a library: plain values, and bundles as bytes."""

import json
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from authorship.datamodels import Outside, RollingAttribution
from authorship.errors import AuthorshipError
from authorship.models.bundle import REPORT_FILE, ModelBundle, load_bundle

_SUFFIXES = (".json", ".safetensors", ".txt")


class LibraryError(AuthorshipError):
    """A corpus cannot be scored: its address, the place for the results, or the cluster."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a part of a work's text stands: a whole book, or the rows `start` to `stop` of a Parquet file.

    `file` is the path below the source, empty where the source is that file itself.
    """

    file: str
    start: int = 0
    stop: int = 0

    @property
    def is_rows(self) -> bool:
        """Whether this is rows of a Parquet file; a book has none."""
        return self.stop > self.start


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """A work by its path, which tells it from all others, its pieces in order and its size in bytes."""

    path: str
    pieces: tuple[Piece, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Batch:
    """The works that are scored and written at once, into files of one name."""

    works: tuple[WorkPlan, ...]

    @property
    def name(self) -> str:
        """The same for the same works, so that what is written twice stands there once."""
        return sha256("\0".join(work.path for work in self.works).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Failure:
    """A work, or a file of works, that could not be read, and why."""

    path: str
    problem: str


@dataclass(frozen=True, slots=True)
class WorkScore:
    """A work that was scored, its length in characters, and what went wrong in reading it."""

    path: str
    characters: int
    teacher: RollingAttribution
    student: RollingAttribution
    outside: Outside | None
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of a bundle by its name."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class PackedBundle:
    """All files that a bundle is opened from."""

    files: tuple[PackedFile, ...]

    @property
    def digest(self) -> str:
        """What tells this model's scores from any other's."""
        total = sha256()
        for file in self.files:
            total.update(f"{file.name} {len(file.data)}\n".encode())
            total.update(file.data)
        return total.hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(len(file.data) for file in self.files)

    @property
    def authors(self) -> frozenset[str]:
        """The keys of the authors it knows."""
        config = next(file.data for file in self.files if file.name == "config.json")
        return frozenset(json.loads(config)["id2label"].values())

    def open(self) -> ModelBundle:
        """Unpack into a temporary folder and open the bundle there.

        Raises:
            BundleError: the files are no bundle.
        """
        with tempfile.TemporaryDirectory(prefix="whose-prose-") as folder:
            for file in self.files:
                Path(folder, file.name).write_bytes(file.data)
            return load_bundle(Path(folder))


def pack_bundle(folder: Path) -> PackedBundle:
    """Read a bundle's folder, once it has proved to be one.

    Raises:
        BundleError: the folder is missing, incomplete or not a classifier.
    """
    load_bundle(folder)
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.suffix in _SUFFIXES)
    return PackedBundle(
        tuple(PackedFile(file.name, file.read_bytes()) for file in files if file.name != REPORT_FILE)
    )
