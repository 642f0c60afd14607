"""The record of `--resume`: one JSON line for each file done, which a later run adds to and never repeats."""

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from authorship.errors import AuthorshipError
from authorship.json_lines import JsonLines


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


@dataclass(frozen=True, slots=True)
class _Done:
    """A file, and the hashes of the teacher and the student that read it; "" where a line has none."""

    source: SourceFile
    teacher: str
    student: str


class Record(JsonLines[_Done]):
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
        super().__init__(path, b'{"path": ', _to_done)
        self._done = {done.source.path: done.source for done in self.values}

    def check_models(self, teacher: str, student: str) -> None:
        """Refuse to go on by other models than those that read the files before; the arguments are hashes.

        Raises:
            AuthorshipError: a line was made by others.
        """
        if any(done.teacher and (done.teacher, done.student) != (teacher, student) for done in self.values):
            message = "was made by other models: name these with --teacher and --student"
            raise AuthorshipError(f"{self.path} {message}, or another file to resume.")

    def holds(self, source: SourceFile) -> bool:
        """Whether this file, unchanged, was done."""
        known = self._done.get(source.path)
        return known is not None and (known == source or not known.modified)

    def add(self, line: str, source: SourceFile) -> None:
        """Append one line and see it on the disk.

        Raises:
            OSError: there is no room for it; what was written of it is cut off by the next run.
        """
        self.append(line)
        self._done[source.path] = source


def _to_done(value: Any) -> _Done:
    """The file that a line is about, and who read it.

    Raises:
        KeyError, TypeError: it is no line of ours.
    """
    if not value["models"]:
        raise KeyError("models")
    found = SourceFile(**value["file"]) if "file" in value else SourceFile(value["path"], 0, "")
    if not (isinstance(found.path, str) and isinstance(found.bytes, int) and isinstance(found.modified, str)):
        raise TypeError("file")
    hashes = value.get("hashes") or {"teacher": "", "student": ""}
    return _Done(replace(found, path=os.path.abspath(found.path)), hashes["teacher"], hashes["student"])
