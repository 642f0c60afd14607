"""A stranger's file or long text read in a process of its own, with a deadline and a memory limit.

The process loads the readers and nothing else: no model, no PyTorch, no variable of the environment but what
Python needs. One waits ready, so that a small file is read at once; each reads one file and ends.

`python -m authorship.text.isolated` is that process: a line of JSON, then the file, on standard input, and
on standard output a line of JSON, then the text, or what a function that was named made of the file.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from itertools import accumulate, pairwise
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import IO, Any

from authorship.datamodels import Book, Heading, Notice
from authorship.errors import AuthorshipError, TextError
from authorship.text.decode import check_size
from authorship.text.formats.archive import PackedBooks, PackedText
from authorship.text.formats.limits import LARGEST_BOOK, Limits, hostile
from authorship.text.headings import settle_headings
from authorship.text.letters.folding import Findings, examine, letter_notices, remember_findings

# The largest books take some 450 MB and 8 s; the clock may stand still on a busy machine, so it gets more.
MEMORY = 700_000_000
PROCESSOR_SECONDS = 20
SECONDS = 60.0
AT_ONCE = 2
_LOOK_EVERY = 0.25
_LONG = 300_000  # characters: examining fewer takes no longer than asking another process
_PATIENT = 10  # how nice to the page, which answers meanwhile
_REMEMBERED = 1_000  # addresses
_PROJECT = Path(__file__).resolve().parents[2]
_KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "LD_LIBRARY_PATH")


class ReadingEnded(AuthorshipError):
    """Nobody wants the file any more that was being read."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one file may cost: bytes of memory, seconds of the processor and of the clock."""

    memory: int = MEMORY
    processor_seconds: int = PROCESSOR_SECONDS
    seconds: float = SECONDS


_BOUNDS = Bounds()


class Places:
    """Places for readings, shared between addresses: none ever holds all of them, where there are several.

    A place that becomes free goes to the address whose last turn is longest ago, so that who brings many
    files has no more turns than who brings one. Safe to share between threads.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._most = max(1, places - 1)
        self._held: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()
        self._served: dict[str, int] = {}
        self._turns = 0
        self._changed = Condition()

    @contextmanager
    def place(self, address: str, wanted: Callable[[], bool]) -> Iterator[None]:
        """Wait for a place and hold it; `wanted` is asked several times a second whether to wait on.

        Raises:
            ReadingEnded: it is wanted no longer.
        """
        self._enter(address, wanted)
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._held -= Counter([address])
                self._changed.notify_all()

    def _enter(self, address: str, wanted: Callable[[], bool]) -> None:
        with self._changed:
            self._waiting[address] += 1
            try:
                while not self._changed.wait_for(lambda: self._is_next(address), _LOOK_EVERY):
                    _check_wanted(wanted)
                self._count(address)
            finally:
                self._waiting -= Counter([address])
                self._changed.notify_all()

    def _is_next(self, address: str) -> bool:
        able = [one for one in self._waiting if self._held[one] < self._most]
        return self._free > 0 and address in able and address == min(able, key=self._last)

    def _last(self, address: str) -> int:
        return self._served.get(address, 0)

    def _count(self, address: str) -> None:
        """Note a turn; who has had none for long is forgotten, and counts as new."""
        self._free -= 1
        self._held[address] += 1
        self._turns += 1
        self._served[address] = self._turns
        if len(self._served) > _REMEMBERED:
            self._served = {
                one: turn for one, turn in self._served.items() if 2 * (self._turns - turn) < _REMEMBERED
            }


def plain_book(text: str, title: str = "") -> Book:
    """A text that lies in no file: what is odd about its letters, and its headings."""
    return Book(text, "txt", None, title, letter_notices(text), settle_headings(text, ()))


class IsolatedReader:
    """Reads files like `read_book`, each in a process of its own; one instance serves all threads.

    At most two are read at a time, one for each address, others wait; see `Places`.
    """

    def __init__(self, bounds: Bounds = _BOUNDS, at_once: int = AT_ONCE) -> None:
        self._bounds = bounds
        self._places = Places(at_once)
        self._lock = Lock()
        self._ready: subprocess.Popen[bytes] | None = None

    def read(
        self,
        data: bytes,
        name: str = "",
        encoding: str | None = None,
        limit: int = LARGEST_BOOK,
        wanted: Callable[[], bool] = lambda: True,
        address: str = "",
    ) -> Book:
        """Read a book file; see `read_book`. `wanted` is asked several times a second whether to go on.

        `address` is whose file it is, for the order of those who wait.

        Raises:
            TextError: `read_book` refuses it, or it takes more time or memory than any book.
            ReadingEnded: it is wanted no longer.
        """
        wish = {"name": name, "encoding": encoding}
        return _from_answer(self._ask(wish, data, limit, wanted, address))

    def read_text(
        self, text: str, title: str = "", wanted: Callable[[], bool] = lambda: True, address: str = ""
    ) -> Book:
        """See `plain_book`; a long text is examined as files are read, so that it keeps nobody waiting here.

        Raises:
            TextError, ReadingEnded: see `read`; a short text is never refused.
        """
        if len(text) < _LONG:
            return plain_book(text, title)
        wish = {"plain": True, "name": title}
        return _from_answer(self._ask(wish, text.encode(), LARGEST_BOOK, wanted, address))

    def unpack(
        self,
        data: bytes,
        limit: int = LARGEST_BOOK,
        wanted: Callable[[], bool] = lambda: True,
        address: str = "",
    ) -> PackedBooks:
        """The books of an archive, see `unpack_books`; bounded and ended as `read` is.

        Raises:
            TextError, ReadingEnded: see `read`.
        """
        return _from_unpacked(self._ask({"unpack": True}, data, limit, wanted, address))

    def call(
        self,
        function: Callable[[bytes], bytes],
        data: bytes,
        wanted: Callable[[], bool] = lambda: True,
        address: str = "",
    ) -> bytes:
        """What a `function` of a module makes of a file; bounded and ended as `read` is.

        The process imports the function's module by its name, within its bounds: let it import little.

        Raises:
            TextError: the function refuses the file; else see `read`.
            ReadingEnded: see `read`.
        """
        wish = {"call": [function.__module__, function.__qualname__]}
        return _from_call(self._ask(wish, data, LARGEST_BOOK, wanted, address))

    def _ask(
        self, wish: dict[str, Any], data: bytes, limit: int, wanted: Callable[[], bool], address: str
    ) -> bytes:
        check_size(len(data), Limits(limit).file)
        head = wish | {"limit": limit} | asdict(self._bounds)
        with self._places.place(address, wanted):
            process = self._take()
            answer = self._answer(process, json.dumps(head).encode() + b"\n" + data, wanted)
        self.prepare()
        return answer

    def prepare(self) -> None:
        """Start the process that waits, if none does: the next file is then read at once."""
        with self._lock:
            if self._ready is None or self._ready.poll() is not None:
                self._ready = _start()

    def close(self) -> None:
        """End the process that waits."""
        with self._lock:
            ready, self._ready = self._ready, None
        if ready is not None:
            _finish(ready)

    def _take(self) -> subprocess.Popen[bytes]:
        with self._lock:
            ready, self._ready = self._ready, None
        return ready if ready is not None and ready.poll() is None else _start()

    def _answer(self, process: subprocess.Popen[bytes], request: bytes, wanted: Callable[[], bool]) -> bytes:
        """What the process answers; in any case it has ended then."""
        deadline = time.monotonic() + self._bounds.seconds
        stdin, process.stdin = process.stdin, None  # `communicate` does not go on with a write that timed out
        sender = Thread(target=_send, args=(stdin, request), daemon=True)
        sender.start()
        try:
            while True:
                with suppress(subprocess.TimeoutExpired):
                    answer, _ = process.communicate(timeout=_LOOK_EVERY)
                    break
                _check_wanted(wanted)
                if time.monotonic() > deadline:
                    raise hostile(f"takes more than {self._bounds.seconds:.0f} seconds to read")
        finally:
            _finish(process)
            sender.join()
        if process.returncode or not answer:
            raise hostile("takes more time or memory to read")
        return answer


def _send(stdin: IO[bytes] | None, request: bytes) -> None:
    """Write the request and close the pipe; the process may end before it has read all."""
    if stdin is not None:
        with suppress(OSError), stdin:
            stdin.write(request)


def _check_wanted(wanted: Callable[[], bool]) -> None:
    if not wanted():
        raise ReadingEnded("The file was read no further: nobody wants it any more.")


def _start() -> subprocess.Popen[bytes]:
    variables = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "authorship.text.isolated"],
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


@contextmanager
def _reading_an_answer() -> Iterator[None]:
    """The process is believed in nothing: of what it tells, what is not as it should be is a stranger's."""
    try:
        yield
    except TextError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise hostile("cannot be read") from error


def _head_of(line: bytes) -> dict[str, Any]:
    """What the process tells first.

    Raises:
        TextError: it refuses the file.
    """
    head: dict[str, Any] = json.loads(line)
    if "problem" in head:
        raise TextError(head["problem"], head["message"], **head["fields"])
    return head


@_reading_an_answer()
def _from_answer(answer: bytes) -> Book:
    """The book or the refusal that the process tells."""
    line, _, text = answer.partition(b"\n")
    head = _head_of(line)
    notices = tuple(Notice(**notice) for notice in head["notices"])
    headings = tuple(Heading(**heading) for heading in head["headings"])
    book = Book(text.decode(), head["format"], head["encoding"], head["title"], notices, headings)
    remember_findings(book.text, Findings(**{key: int(count) for key, count in head["findings"].items()}))
    return book


@_reading_an_answer()
def _from_unpacked(answer: bytes) -> PackedBooks:
    """The files that the process tells, or its refusal."""
    end = answer.index(b"\n") + 1
    head = _head_of(answer[:end])
    ends = accumulate((text["size"] for text in head["texts"]), initial=end)
    contents = (answer[start:stop] for start, stop in pairwise(ends))  # copied once: it may be large
    texts = (
        PackedText(text["name"], content, text["whole"])
        for text, content in zip(head["texts"], contents, strict=True)
    )
    return PackedBooks(tuple(texts), tuple(head["others"]), tuple(head["junk"]))


@_reading_an_answer()
def _from_call(answer: bytes) -> bytes:
    """What the function gave, or its refusal."""
    line, _, found = answer.partition(b"\n")
    _head_of(line)
    return found


def _to_unpacked(found: PackedBooks) -> bytes:
    texts = [{"name": one.name, "size": len(one.content), "whole": one.whole} for one in found.texts]
    head = {"texts": texts, "others": found.others, "junk": found.junk}
    contents = (text.content for text in found.texts)
    return json.dumps(head).encode("utf-8", "replace") + b"\n" + b"".join(contents)


def _to_answer(book: Book) -> bytes:
    head: dict[str, Any] = {"format": book.format, "encoding": book.encoding, "title": book.title}
    head["notices"] = [asdict(notice) for notice in book.notices]
    head["headings"] = [asdict(heading) for heading in book.headings]
    head["findings"] = asdict(examine(book.text))
    return json.dumps(head).encode() + b"\n" + book.text.encode("utf-8", "replace")


def _refusal(problem: TextError) -> bytes:
    head = {"problem": problem.code, "message": str(problem), "fields": problem.fields}
    return json.dumps(head).encode() + b"\n"


def _limit(head: dict[str, Any]) -> None:
    """Hold this process to its bounds, and let it give way to others, where the system can."""
    if hasattr(os, "nice"):
        os.nice(_PATIENT)
    try:
        import resource
    except ImportError:  # Windows has none of these limits: there the clock alone counts
        return
    for kind, most in (("RLIMIT_AS", "memory"), ("RLIMIT_CPU", "processor_seconds"), ("RLIMIT_CORE", "")):
        with suppress(ValueError, OSError, AttributeError):
            resource.setrlimit(getattr(resource, kind), (head.get(most, 0), head.get(most, 0)))


def _serve() -> None:
    """Read one file and say what came of it; nothing where the other end is closed before it asks."""
    from authorship.text.formats.reader import read_book, unpack_books

    line = sys.stdin.buffer.readline()
    if not line:
        return
    head = json.loads(line)
    _limit(head)
    try:
        data = sys.stdin.buffer.read()
        if head.get("unpack"):
            answer = _to_unpacked(unpack_books(data, Limits(head["limit"])))
        elif head.get("call"):
            module, name = head["call"]
            answer = b"{}\n" + getattr(import_module(module), name)(data)
        elif head.get("plain"):
            answer = _to_answer(plain_book(data.decode(), head["name"]))
        else:
            answer = _to_answer(read_book(data, head["name"], head["encoding"], head["limit"]))
    except TextError as problem:
        answer = _refusal(problem)
    except (MemoryError, RecursionError):
        answer = _refusal(hostile("takes more memory to read"))
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing is left to tidy up, and that takes longer than a small file


if __name__ == "__main__":
    _serve()
