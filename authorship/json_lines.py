"""A file of JSON lines to which a run adds what is done, and from which a later run goes on."""

import contextlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Generic, Self, TypeVar

from authorship.errors import AuthorshipError

Value = TypeVar("Value")


def take_lock(file: IO[bytes], path: Path) -> None:
    """Hold an open file until it is closed, where the system has locks; `path` names what it stands for.

    Raises:
        AuthorshipError: another run holds it.
    """
    with contextlib.suppress(ImportError):
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AuthorshipError(f"{path} is in use by another run: wait for its end.") from error


class JsonLines(Generic[Value]):
    """Held open, and locked where the system has locks: two runs would do everything twice.

    `values` are those of its lines as it was opened.
    """

    def __init__(self, path: Path, head: bytes, parse: Callable[[Any], Value]) -> None:
        """Open or create the file; half a line at its end, left by a crash, is cut off.

        `head` is what every line begins with, and `parse` makes a value of what a line holds; it may raise
        ValueError, KeyError and TypeError.

        Raises:
            OSError: it cannot be opened for writing.
            AuthorshipError: a line is something else, another process is adding to the file, or it is a pipe.
        """
        self.path, self._head = path, head
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        self._file = os.fdopen(descriptor, "r+b", buffering=0)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise AuthorshipError(f"{path} is a pipe or a device: name a file, which can be read again.")
            take_lock(self._file, path)
            self.values = list(self._read(parse))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let another run have the file."""
        self._file.close()

    def append(self, line: str) -> None:
        """Append one line and see it on the disk.

        Raises:
            OSError: there is no room for it; what was written of it is cut off by the next run.
        """
        # A name of a file may have bytes that are no letters: half characters, which JSON writes so.
        rest = memoryview(line.encode(errors="backslashreplace") + b"\n")
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            error.filename = str(self.path)
            raise

    def _read(self, parse: Callable[[Any], Value]) -> Iterator[Value]:
        """Each whole line's value; then the file's end is placed behind the last of them."""
        whole, size = 0, os.fstat(self._file.fileno()).st_size
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if whole + len(line) == size and self._is_torn(line, first=number == 1):
                    break
                try:
                    value = parse(json.loads(line))
                except (ValueError, KeyError, TypeError, RecursionError) as error:
                    message = f"{self.path}: line {number} is not a result of this command"
                    raise AuthorshipError(f"{message}: mend it, or name another file to resume.") from error
                yield value
                whole += len(line)
        self._file.truncate(whole)
        self._file.seek(whole)

    def _is_torn(self, line: bytes, first: bool) -> bool:
        """Whether the last line is an unfinished one of ours, or what a crash of the system leaves behind.

        A file whose first line is anything else may be a book, named by mistake: it is never cut.
        """
        if not first and not line.strip(b"\0 \r\n"):
            return True
        head = line[: len(self._head)].rstrip(b"\0\r\n")
        if not head or not self._head.startswith(head):
            return False
        try:
            json.loads(line)
        except (ValueError, RecursionError):
            return True
        return not line.endswith(b"\n")
