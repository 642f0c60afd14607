"""The record of `--resume`: one JSON line for each file done, which a later run adds to and never repeats."""

import contextlib
import json
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from authorship.errors import AuthorshipError

_HEAD = b'{"path": '


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was when it was read: absolute path, size in bytes, time of the last change (UTC)."""

    path: str
    bytes: int
    modified: str

    @classmethod
    def of(cls, path: str) -> "SourceFile":
        """What the system says of the file.

        Raises:
            OSError: there is none.
        """
        status = os.stat(path)
        modified = datetime.fromtimestamp(status.st_mtime, UTC).isoformat()
        return cls(os.path.abspath(path), status.st_size, modified)


class Record:
    """A file of JSON lines, held open and locked by one process at a time.

    A file counts as done where a line has its absolute path, size and time of change. A line without
    these (from a run without `--resume`) counts by its path alone, a relative one from the current folder.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the record; half a line at its end, left by a crash, is cut off.

        Raises:
            OSError: it cannot be opened for writing.
            AuthorshipError: it holds anything but results, or another process is adding to it.
        """
        self._path = path
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        self._file = os.fdopen(descriptor, "r+b", buffering=0)
        self._lock()
        self._done: dict[str, SourceFile] = {}
        self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def holds(self, source: SourceFile) -> bool:
        """Whether this file, unchanged, was done."""
        known = self._done.get(source.path)
        return known is not None and (known == source or not known.modified)

    def add(self, line: str, source: SourceFile) -> None:
        """Append one line and see it on the disk.

        Raises:
            OSError: there is no room for it; what was written of it is cut off by the next run.
        """
        rest = memoryview(line.encode() + b"\n")
        while rest:
            rest = rest[self._file.write(rest) :]
        os.fsync(self._file.fileno())
        self._done[source.path] = source

    def _lock(self) -> None:
        """Two processes at one record would do everything twice; where the system has no locks, they may."""
        with contextlib.suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AuthorshipError(f"{self._path} is in use by another run: wait for its end.") from error

    def _read(self) -> None:
        """Learn what was done, and place the file's end behind the last whole line."""
        whole, size = 0, os.fstat(self._file.fileno()).st_size
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if whole + len(line) == size and _is_torn(line, first=number == 1):
                    break
                source = self._parse(line, number)
                self._done[source.path] = source
                whole += len(line)
        self._file.truncate(whole)
        self._file.seek(whole)

    def _parse(self, line: bytes, number: int) -> SourceFile:
        try:
            return _to_source(json.loads(line))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            message = f"{self._path}: line {number} is not a result of this command"
            raise AuthorshipError(f"{message}: mend it, or name another file to resume.") from error


def _is_torn(line: bytes, first: bool) -> bool:
    """Whether the last line is an unfinished one of ours, or what a crash of the system leaves behind ours.

    A file whose first line is anything else may be a book, named by mistake: it is never cut.
    """
    if not first and not line.strip(b"\0 \r\n"):
        return True
    head = line[: len(_HEAD)].rstrip(b"\0\r\n")
    if not head or not _HEAD.startswith(head):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return True
    return not line.endswith(b"\n")


def _to_source(value: Any) -> SourceFile:
    """The file that a line is about.

    Raises:
        KeyError, TypeError: it is no line of ours.
    """
    if not value["models"]:
        raise KeyError("models")
    found = SourceFile(**value["file"]) if "file" in value else SourceFile(value["path"], 0, "")
    if not (isinstance(found.path, str) and isinstance(found.bytes, int) and isinstance(found.modified, str)):
        raise TypeError("file")
    return replace(found, path=os.path.abspath(found.path))
