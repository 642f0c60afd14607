"""Where the books come from: folders and tar archives, read one work at a time."""

import json
import tarfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from authorship.errors import AuthorshipError

SPLITS = ("train", "test", "unknown", "unlabelled")
AUTHORS_FILE = "authors.json"
LARGEST_WORK = 50_000_000


@dataclass(frozen=True, slots=True)
class RawWork:
    """One file of the source: its place, its bytes, and how many bytes of the source reading it took."""

    split: str
    author: str
    title: str
    data: bytes
    read: int

    @property
    def place(self) -> str:
        """The work's name in messages."""
        return f"{self.split}/{self.author}/{self.title}"

    def text(self) -> str:
        """The book's text; ValueError where it is not UTF-8."""
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError(f"{self.place}.txt is not UTF-8 ({error.reason}): convert it first") from error


def source_bytes(source: Path) -> int:
    """How many bytes `read_works` will read, for a progress bar."""
    return sum(path.stat().st_size for path in _archives(source)) + sum(
        path.stat().st_size for path in _text_files(source)
    )


def read_works(source: Path) -> Iterator[RawWork]:
    """Every work of a folder SPLIT/AUTHOR/TITLE.txt, of a folder of tar archives, or of one archive."""
    if not source.exists():
        raise ValueError(f"{source} does not exist: give a folder SPLIT/AUTHOR/TITLE.txt or a tar archive")
    for path in _archives(source):
        yield from _read_archive(path)
    for path in _text_files(source):
        split, author, title = _place(PurePosixPath(path.relative_to(source).as_posix()))
        yield RawWork(split, author, title, path.read_bytes(), path.stat().st_size)


def read_authors(source: Path) -> dict[str, dict[str, object]]:
    """The display names and years that stand in authors.json beside the books; empty where there is none."""
    path = authors_path(source)
    if not path.is_file():
        return {}
    try:
        authors = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    if not isinstance(authors, dict) or not all(isinstance(value, dict) for value in authors.values()):
        raise ValueError(f"{path} must hold one object that maps author keys to objects")
    return authors


def authors_path(source: Path) -> Path:
    """Where authors.json stands: in the source folder, or beside the archive."""
    return (source if source.is_dir() else source.parent) / AUTHORS_FILE


def _archives(source: Path) -> list[Path]:
    """The tar archives of a source, those of a folder by its splits' names."""
    if source.is_file():
        return [source]
    return [path for split in SPLITS for path in sorted(source.glob(f"{split}.tar*")) if path.is_file()]


def _text_files(source: Path) -> list[Path]:
    """The books that lie in a folder as files."""
    if not source.is_dir():
        return []
    return [path for split in SPLITS for path in sorted(source.glob(f"{split}/*/*.txt")) if path.is_file()]


def _read_archive(path: Path) -> Iterator[RawWork]:
    """The works of one tar archive, streamed; ValueError for a damaged or a dangerous archive."""
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|*") as archive:
            seen = 0
            for member in archive:
                check_member(member, path)
                if not member.isreg() or not _is_work(PurePosixPath(member.name)):
                    continue
                content = archive.extractfile(member)
                data = content.read() if content else b""
                yield RawWork(*_place(PurePosixPath(member.name)), data, file.tell() - seen)
                seen = file.tell()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ValueError(f"{path} cannot be read as a tar archive: {error}") from error


def check_member(member: tarfile.TarInfo, path: Path) -> None:
    """ValueError for a member that leaves the archive's root, is no plain file or folder, or is too large."""
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts:
        raise ValueError(f"{path}: member {member.name!r} leaves the archive's root")
    if not (member.isreg() or member.isdir()):
        raise ValueError(f"{path}: member {member.name!r} is neither a plain file nor a folder")
    if member.size > LARGEST_WORK:
        raise ValueError(f"{path}: member {member.name!r} is over {LARGEST_WORK // 1_000_000} MB")


def _is_work(name: PurePosixPath) -> bool:
    """Whether a member's name has the shape SPLIT/AUTHOR/TITLE.txt."""
    parts = name.parts
    return len(parts) == 3 and parts[0] in SPLITS and name.suffix == ".txt" and not name.name.startswith(".")


def _place(name: PurePosixPath) -> tuple[str, str, str]:
    """Split, author and title of a path SPLIT/AUTHOR/TITLE.txt, in composed letters."""
    split, author, file = name.parts
    return split, unicodedata.normalize("NFC", author), unicodedata.normalize("NFC", file[: -len(".txt")])


class DataError(AuthorshipError):
    """Training or test data is missing or not as it should be."""
