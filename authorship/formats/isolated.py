"""A stranger's file read in a process of its own, with a deadline and a memory limit, that can be ended.

The process loads the readers and nothing else: no model, no PyTorch, no variable of the environment but what
Python needs. One waits ready, so that a small file is read at once; each reads one file and ends.

`python -m authorship.formats.isolated` is that process: a line of JSON, then the file, on standard input, and
on standard output a line of JSON, then the text.
"""

import json
import os
import subprocess
import sys
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

from authorship.datamodels import Book, Notice
from authorship.errors import AuthorshipError, TextError
from authorship.formats.limits import LARGEST_BOOK, Limits, hostile
from authorship.text import check_size

# The largest books take some 450 MB and 8 s; the clock may stand still on a busy machine, so it gets more.
MEMORY = 700_000_000
PROCESSOR_SECONDS = 20
SECONDS = 60.0
AT_ONCE = 2
_PROJECT = Path(__file__).resolve().parents[2]
_KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "LD_LIBRARY_PATH")


class ReadingEnded(AuthorshipError):
    """The reading of a file was cancelled by its owner."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one file may cost: bytes of memory, seconds of the processor and of the clock."""

    memory: int = MEMORY
    processor_seconds: int = PROCESSOR_SECONDS
    seconds: float = SECONDS


class IsolatedReader:
    """Reads files like `read_book`, each in a process of its own; one instance serves all threads.

    At most two are read at a time, others wait. What an owner opens ends what the same owner opened before.
    """

    def __init__(self, bounds: Bounds = Bounds(), at_once: int = AT_ONCE) -> None:
        self._bounds = bounds
        self._places = BoundedSemaphore(at_once)
        self._lock = Lock()
        self._ready: subprocess.Popen[bytes] | None = None
        self._owned: dict[Hashable, "_Reading"] = {}

    def read(
        self,
        data: bytes,
        name: str = "",
        encoding: str | None = None,
        limit: int = LARGEST_BOOK,
        owner: Hashable | None = None,
    ) -> Book:
        """Read a book file; see `read_book`.

        Raises:
            TextError: `read_book` refuses it, or it takes more time or memory than any book.
            ReadingEnded: its owner opened another file, or cancelled.
        """
        check_size(len(data), Limits(limit).file)
        reading = _Reading()
        self._own(owner, reading)
        head = {"name": name, "encoding": encoding, "limit": limit, "memory": self._bounds.memory}
        head["processor_seconds"] = self._bounds.processor_seconds
        try:
            with self._places:
                answer = reading.run(
                    self._take, json.dumps(head).encode() + b"\n" + data, self._bounds.seconds
                )
        finally:
            self._disown(owner, reading)
        return _from_answer(answer)

    def cancel(self, owner: Hashable) -> None:
        """End what this owner has being read or waiting; its thread gets `ReadingEnded`."""
        with self._lock:
            reading = self._owned.pop(owner, None)
        if reading is not None:
            reading.end()

    def prepare(self) -> None:
        """Start the process that waits, if none does: the first file is then read at once."""
        with self._lock:
            if self._ready is None or self._ready.poll() is not None:
                self._ready = _start()

    def close(self) -> None:
        """End the process that waits, and all that are read."""
        for owner in list(self._owned):
            self.cancel(owner)
        with self._lock:
            ready, self._ready = self._ready, None
        if ready is not None:
            _finish(ready)

    def _take(self) -> subprocess.Popen[bytes]:
        """The process that waits; another is started in its place."""
        with self._lock:
            ready, self._ready = self._ready, None
        if ready is None or ready.poll() is not None:
            ready = _start()
        self.prepare()
        return ready

    def _own(self, owner: Hashable | None, reading: "_Reading") -> None:
        if owner is not None:
            self.cancel(owner)
            with self._lock:
                self._owned[owner] = reading

    def _disown(self, owner: Hashable | None, reading: "_Reading") -> None:
        with self._lock:
            if self._owned.get(owner) is reading:
                del self._owned[owner]


class _Reading:
    """One file being read, which another thread may end."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ended = False
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, take: "Any", request: bytes, seconds: float) -> bytes:
        """The process's answer."""
        with self._lock:
            if self._ended:
                raise ReadingEnded("The reading of the file was cancelled.")
            process = self._process = take()
        try:
            answer, _ = process.communicate(request, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise hostile(f"takes more than {seconds:.0f} seconds to read") from None
        finally:
            _finish(process)
        if self._ended:
            raise ReadingEnded("The reading of the file was cancelled.")
        if process.returncode or not answer:
            raise hostile("takes more time or memory to read")
        return answer

    def end(self) -> None:
        """Kill the process, now or as soon as it is wanted."""
        with self._lock:
            self._ended = True
            if self._process is not None:
                self._process.kill()


def _start() -> subprocess.Popen[bytes]:
    variables = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "authorship.formats.isolated"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_PROJECT,
        env=variables | {"PYTHONPATH": str(_PROJECT), "PYTHONUTF8": "1"},
    )


def _finish(process: subprocess.Popen[bytes]) -> None:
    """End a process for good, its pipes closed and nothing left of it."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    process.wait()


def _from_answer(answer: bytes) -> Book:
    """The book or the refusal that the process tells; it is believed in nothing but this."""
    try:
        line, _, text = answer.partition(b"\n")
        head: dict[str, Any] = json.loads(line)
        if "problem" in head:
            raise TextError(head["problem"], head["message"], **head["fields"])
        notices = tuple(Notice(**notice) for notice in head["notices"])
        return Book(text.decode(), head["format"], head["encoding"], head["title"], notices)
    except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise hostile("cannot be read") from error


def _to_answer(book: Book) -> bytes:
    notices = [asdict(notice) for notice in book.notices]
    head = {"format": book.format, "encoding": book.encoding, "title": book.title, "notices": notices}
    return json.dumps(head).encode() + b"\n" + book.text.encode("utf-8", "replace")


def _refusal(problem: TextError) -> bytes:
    head = {"problem": problem.code, "message": str(problem), "fields": problem.fields}
    return json.dumps(head).encode() + b"\n"


def _limit(head: dict[str, Any]) -> None:
    """Hold this process to its bounds, where the system can."""
    try:
        import resource
    except ImportError:  # Windows has none of these limits: there the clock alone counts
        return
    for kind, most in (("RLIMIT_AS", "memory"), ("RLIMIT_CPU", "processor_seconds"), ("RLIMIT_CORE", "")):
        with suppress(ValueError, OSError, AttributeError):
            resource.setrlimit(getattr(resource, kind), (head.get(most, 0), head.get(most, 0)))


def _serve() -> None:
    """Read one file and say what came of it; nothing where the other end is closed before it asks."""
    from authorship.formats.reader import read_book

    line = sys.stdin.buffer.readline()
    if not line:
        return
    head = json.loads(line)
    _limit(head)
    try:
        book = read_book(sys.stdin.buffer.read(), head["name"], head["encoding"], head["limit"])
        answer = _to_answer(book)
    except TextError as problem:
        answer = _refusal(problem)
    except (MemoryError, RecursionError):
        answer = _refusal(hostile("takes more memory to read"))
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    _serve()
