"""Attacks on the running page while five visitors work: is anybody kept waiting, does memory stay?

`python -m bench.attack [--seconds 20] [--only NAME ...] [--teacher REF] [--student REF]` starts the page as
`make demo` would and mounts one attack after another from other addresses of the loopback (Linux), each for
so many seconds. Meanwhile five visitors ask for predictions, one answer after another. One JSON object a
line is printed for each attack: the visitors' longest wait in seconds, alone and attacked; the peak memory
of the page's processes together, in megabytes; the longest pause of the event loop, in seconds, as the
slowest health check tells it, alone and attacked; and whether all kinds of requests are answered afterwards.
The exit status is 1 where a visitor waited over 3 seconds longer than alone, memory rose over 2,500
megabytes, or something was not answered.
"""

import argparse
import http.client
import io
import itertools
import json
import resource
import socket
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from typing import Any

import psutil

from authorship.commandline import run
from bench.book import make_book
from bench.load import Options, page

VISITORS = 5
LONGER, MOST_MEGABYTES = 3.0, 2_500.0
ATTACKERS = tuple(f"127.0.1.{number}" for number in range(1, 5))
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=x"}
JOIN = "/gradio_api/queue/join"


@dataclass(frozen=True, slots=True)
class Target:
    """The page that is attacked: its port, and the numbers of its events by the kinds of their inputs."""

    port: int
    opening: int

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        source: str = "",
    ) -> tuple[int, bytes]:
        """Status and body of one request over a connection of its own, from an address of the loopback."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=120, source_address=(source or "127.0.0.1", 0)
        )
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def call(self, endpoint: str, data: list[Any], source: str = "") -> bytes:
        """An endpoint's events up to its end."""
        body = json.dumps({"data": data}, ensure_ascii=False).encode()
        status, joined = self.ask("POST", f"/gradio_api/call/{endpoint}", body, JSON, source)
        if status != 200:
            raise OSError(f"{status}: {joined[:100]!r}")
        event = json.loads(joined)["event_id"]
        return self.ask("GET", f"/gradio_api/call/{endpoint}/{event}", source=source)[1]

    def open(self, source: str) -> socket.socket:
        """A connection that says nothing yet."""
        return socket.create_connection(("127.0.0.1", self.port), 30, (source, 0))

    def upload(self, data: bytes, source: str, name: str = "book.txt") -> tuple[int, bytes]:
        """Send a file; where it is kept, if it was."""
        head = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
        return self.ask("POST", "/gradio_api/upload", head + data + b"\r\n--x--\r\n", FORM, source)

    def read(self, name: str, data: bytes, source: str, session: str) -> None:
        """Upload a file and let the page read it, as its button does."""
        status, kept = self.upload(data, source, name)
        if status == 200:
            file = {"path": json.loads(kept)[0]}
            body = {"data": [None, file], "fn_index": self.opening, "session_hash": session}
            self.ask("POST", JOIN, json.dumps(body).encode(), JSON, source)
            self.ask("GET", f"/gradio_api/queue/data?session_hash={session}", source=source)


Strike = Callable[[Target, str, int], Any]
"""One blow: at a target, from an address, the how manieth; what it returns stays open until the end."""


def body_of_quotes(target: Target, source: str, _: int) -> None:
    """1: a string that never ends, with as many quotes as letters."""
    target.ask("POST", JOIN, b'{"data":["' + b'\\"' * 50_000, JSON, source)


def spine_of_references(target: Target, source: str, number: int) -> None:
    """2: an EPUB whose spine names one item sixty thousand times, by a name of a hundred thousand letters."""
    name = "a" * 100_000
    item = f'<item id="x" href="{name}" media-type="application/xhtml+xml"/>'
    spine = '<itemref idref="x"/>' * 60_000
    package = f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{item}</manifest><spine>{spine}</spine></package>'
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="a.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    files = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "a.opf": package}
    target.read("a.epub", _zip(files), source, f"epub{number}{source.replace('.', '')}")


def stalled_body(target: Target, source: str, _: int) -> socket.socket:
    """3: twenty megabytes of a body, and then nothing."""
    connection = target.open(source)
    head = f"POST {JOIN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 24000000"
    with suppress(OSError):
        connection.sendall(head.encode() + b'\r\n\r\n{"data":["' + b"x" * 20_000_000)
    return connection


def heartbeat(target: Target, source: str, number: int) -> socket.socket:
    """4: a heartbeat, or a connection that says nothing."""
    connection = target.open(source)
    if number % 2:
        path = f"/gradio_api/heartbeat/h{number}{source.replace('.', '')}"
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return connection


def upload_and_silence(target: Target, source: str, number: int) -> socket.socket | None:
    """5: a large file that nobody reads, or an upload that says nothing."""
    if number % 8 == 0:
        target.upload(b"x" * 59_000_000, source)
        return None
    connection = target.open(source)
    head = "POST /gradio_api/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n"
    connection.sendall(f"{head}Content-Type: {FORM['Content-Type']}\r\n\r\n--x\r\n".encode())
    return connection


def light_book_of_a_heavy_file(target: Target, source: str, number: int) -> None:
    """6: a book of one letter with a large picture, in a session of its own; or a long text that waits."""
    if number % 3 == 0:
        text = json.dumps({"data": ["ж" * 9_000_000]}, ensure_ascii=False).encode()
        target.ask("POST", "/gradio_api/call/book", text, JSON, source)
        return
    picture = f'<binary id="a">{"QUJD" * 5_000_000}</binary>'
    book = f"<FictionBook><body><section><p>ж</p></section></body>{picture}</FictionBook>"
    target.read("a.fb2", book.encode(), source, f"s{number}{source.replace('.', '')}")


def long_explanation(target: Target, source: str, number: int) -> None:
    """7: the reasons for a text of almost a hundred thousand characters."""
    target.call("explain", [make_book(99_000, seed=number), ""], source)


def work_unseen(target: Target, source: str, number: int) -> None:
    """8: files that are small and take long: a title of millions of letters, millions of entities."""
    session = f"w{number}{source.replace('.', '')}"
    if number % 2:
        title = f"<title-info><book-title>{'жу ' * 1_600_000}</book-title></title-info>"
        body = "<body><section><p>Слово за слово.</p></section></body>"
        book = f"<FictionBook><description>{title}</description>{body}</FictionBook>"
        target.read("a.fb2", book.encode(), source, session)
    else:
        target.read("a.html", b"<html><body><p>" + b"&amp;&" * 9_000_000, source, session)


def page_itself(target: Target, source: str, _: int) -> None:
    """9: the page, which is made anew each time, again and again."""
    target.ask("GET", "/", source=source)


def long_prediction(target: Target, source: str, number: int) -> None:
    """10: who wrote a text of almost a hundred thousand characters, asked by forty at once."""
    target.call("attribute", [make_book(99_000, seed=number % 7) + str(number), 3], source)


def long_texts_compared(target: Target, source: str, number: int) -> None:
    """11: two texts as long as may be, who wrote them?"""
    known, disputed = (f"{number}. " + make_book(49_000, seed=side) * 100 for side in (0, 1))
    target.call("same_hand", [[known], disputed], source)


def _zip(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


@dataclass(frozen=True, slots=True)
class Attack:
    """What is done again and again, by so many at once at most, so many times at most."""

    name: str
    strike: Strike
    at_once: int = 4
    times: int = 10**9


ATTACKS = (
    Attack("1-quotes", body_of_quotes),
    Attack("2-epub", spine_of_references, 2),
    Attack("3-stalled", stalled_body, 4, 40),
    Attack("4-connections", heartbeat, 4, 2_400),
    Attack("5-uploads", upload_and_silence, 4, 200),
    Attack("6-memory", light_book_of_a_heavy_file, 4, 300),
    Attack("7-explain", long_explanation, 4),
    Attack("8-work", work_unseen, 4),
    Attack("9-page", page_itself, 60),
    Attack("10-predictions", long_prediction, 40),
    Attack("11-two-texts", long_texts_compared, 4),
)


@dataclass(slots=True)
class Finding:
    """What was measured during one attack."""

    attack: str
    alone: float = 0.0
    attacked: float = 0.0
    megabytes: float = 0.0
    pause_alone: float = 0.0
    pause: float = 0.0
    strikes: int = 0
    errors: list[str] = field(default_factory=list)
    answers_afterwards: bool = False

    def missed(self) -> bool:
        """Whether a bar was missed."""
        late = self.attacked > self.alone + LONGER
        return late or self.megabytes > MOST_MEGABYTES or bool(self.errors) or not self.answers_afterwards


class Watch:
    """Visitors and gauges that go on until they are told to stop."""

    def __init__(self, target: Target, pid: int) -> None:
        self.target = target
        self.process = psutil.Process(pid)
        self.command = self.process.cmdline()
        self.waits: list[float] = []
        self.pauses: list[float] = [0.0]
        self.megabytes: list[float] = [0.0]
        self.errors: list[str] = []
        self._stopped = threading.Event()

    @contextmanager
    def going(self) -> Iterator[None]:
        """Let the visitors work for as long as the context lasts, then wait for their last answers."""
        work = [lambda number=number: self._visit(number) for number in range(VISITORS)]
        threads = [threading.Thread(target=one) for one in (*work, self._gauge, self._weigh)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            for thread in threads:
                thread.join()

    def _visit(self, number: int) -> None:
        for count in itertools.count():
            if self._stopped.wait(0.5):
                return
            began = time.monotonic()
            text = make_book(2_500, seed=1_000 * number + count % 50)
            try:
                answer = self.target.call("attribute", [text, 2])
                if b"event: complete" not in answer:
                    self.errors.append(f"a visitor: {answer[:100]!r}")
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(f"a visitor: {error!r}"[:200])
            self.waits.append(time.monotonic() - began)

    def _gauge(self) -> None:
        """The health check twenty times a second, on one connection while it lasts."""
        connection = http.client.HTTPConnection("127.0.0.1", self.target.port, timeout=120)
        while not self._stopped.wait(0.05):
            began = time.monotonic()
            try:
                connection.request("GET", "/health")
                connection.getresponse().read()
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(f"the health check: {error!r}"[:200])
                connection.close()
            self.pauses.append(time.monotonic() - began)
        connection.close()

    def _weigh(self) -> None:
        while not self._stopped.wait(0.1):
            with suppress(psutil.Error):
                children = self.process.children(recursive=True)
                begun = [one for one in children if one.cmdline() != self.command]  # before, it is the page's
                family = [self.process, *begun]
                self.megabytes.append(sum(one.memory_info().rss for one in family) / 2**20)


def mount(target: Target, attack: Attack, seconds: float) -> int:
    """Strike until the time is over; how often it was done."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8_192) if hard > 0 else 8_192, hard))
    until, numbers = time.monotonic() + seconds, itertools.count()
    kept: list[socket.socket | None] = []

    def go_on(source: str) -> None:
        while time.monotonic() < until and (number := next(numbers)) < attack.times:
            with suppress(OSError, http.client.HTTPException):
                kept.append(attack.strike(target, source, number))

    threads = [
        threading.Thread(target=go_on, args=(ATTACKERS[number % len(ATTACKERS)],), daemon=True)
        for number in range(attack.at_once)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()) + 1)
    time.sleep(max(0.0, until - time.monotonic()))
    for connection in kept:
        if connection is not None:
            connection.close()
    return len(kept)


def answers(target: Target) -> bool:
    """Whether an excerpt, an explanation, a book and an upload are answered."""
    text = make_book(2_500, seed=3)
    asked: list[tuple[str, list[Any]]] = [
        ("attribute", [text, 2]),
        ("explain", [text, ""]),
        ("book", [make_book(12_000, seed=4)]),
    ]
    try:
        done = all(b"event: complete" in target.call(endpoint, data) for endpoint, data in asked)
        return done and target.upload(text.encode(), "127.0.0.1")[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def try_attack(options: Options, attack: Attack, seconds: float) -> Finding:
    """A page of its own: visitors alone, then attacked, then asked for everything."""
    found = Finding(attack.name)
    with page(options) as (address, pid, _):
        target = find(int(address.rpartition(":")[2]))
        alone, attacked = Watch(target, pid), Watch(target, pid)
        with alone.going():
            time.sleep(seconds / 2)
        # a process of their own, so that the visitors' clocks are not the attackers'
        with ProcessPoolExecutor(1, get_context("spawn")) as apart, attacked.going():
            found.strikes = apart.submit(mount, target, attack, seconds).result()
        found.alone, found.attacked = max(alone.waits, default=0.0), max(attacked.waits, default=0.0)
        found.megabytes = max(attacked.megabytes)
        found.pause_alone, found.pause = max(alone.pauses), max(attacked.pauses)
        found.errors = [*alone.errors, *attacked.errors][:5]
        found.answers_afterwards = answers(target)
    return found


def find(port: int) -> Target:
    """The page at a port, and the event with which its button opens a file."""
    target = Target(port, 0)
    config = json.loads(target.ask("GET", "/config")[1])
    kinds = {component["id"]: component["type"] for component in config["components"]}
    opening = next(
        event["id"]
        for event in config["dependencies"]
        if [kinds[one] for one in event["inputs"]] == ["state", "uploadbutton"]
    )
    return Target(port, opening)


def main(argv: Sequence[str] | None = None) -> int:
    """Print what was found, one JSON object an attack."""
    names = [attack.name for attack in ATTACKS]
    parser = argparse.ArgumentParser(prog="python -m bench.attack", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="for each attack")
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--teacher", default=None)
    parser.add_argument("--student", default=None)
    given = parser.parse_args(argv)
    options = Options(VISITORS, 0.0, 0.0, given.teacher, given.student)
    missed = False
    for attack in ATTACKS:
        if attack.name in given.only:
            found = try_attack(options, attack, given.seconds)
            missed |= found.missed()
            print(json.dumps(asdict(found) | {"missed": found.missed()}), flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(run(main))
