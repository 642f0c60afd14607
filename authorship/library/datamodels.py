"""What travels between the driver and the actors of a library: plain values that pickle."""

from dataclasses import dataclass
from hashlib import sha256

from authorship.datamodels import Outside, RollingAttribution
from authorship.errors import AuthorshipError


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
