"""A crowd on the page: are all answers right, is nothing lost, does memory stay, how long does it take?

`python -m bench.load [--clients 50] [--minutes 5] [--thinking 10] [--teacher REF] [--student REF]` starts the
page as `make demo` would, and lets clients of `gradio_client` ask it on the loopback, each thinking for a
while before the next request: 80 % excerpts, the rest explanations, books, explanations given up and clients
that vanish in the middle of one. A page of its own has answered each text before, alone; an answer that
differs is wrong. Afterwards the page must answer each kind of request again. One JSON object is printed:
latencies in seconds, refusals, wrong and lost answers, and the server's memory (Linux) after a fifth of the
time and at the end. The exit status is 1 where an answer was wrong or lost, an error was not "busy", or
memory grew by over a tenth.
"""

import argparse
import contextlib
import json
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from gradio_client import Client

from authorship.commandline import run
from bench.book import make_book

ROOT = Path(__file__).parents[1]
EXCERPT, BOOK, REASONS, BOOKS = 2_500, 30_000, 16, 4
KINDS = {"attribute": 80, "explain": 10, "book": 4, "cancel": 3, "vanish": 3}
PATIENCE = 120.0
TOLERANCE = 1e-4
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """How large a crowd, for how long, before which pair; `thinking` in seconds."""

    clients: int
    minutes: float
    thinking: float
    teacher: str | None
    student: str | None


@dataclass(slots=True)
class Findings:
    """What the clients saw, put together by all of their threads."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    messages: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, outcome: str, seconds: float = 0.0, message: str = "") -> None:
        """One request's outcome."""
        with self.lock:
            self.counts[outcome] += 1
            if outcome == "right":
                self.seconds.setdefault(kind, []).append(seconds)
            if message:
                self.messages.add(f"{kind}: {message}")


@dataclass(frozen=True, slots=True)
class Requests:
    """Texts, and the right answer to each by endpoint."""

    texts: dict[str, list[str]]
    right: dict[tuple[str, str], Answer]

    def pick(self, endpoint: str, chance: random.Random) -> str:
        """One of the texts for an endpoint."""
        return chance.choice(self.texts[endpoint])


def close(one: Any, other: Any) -> bool:
    """Whether two answers are equal, numbers within 1e-4 of their size, times not compared."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = one.keys() - {"seconds"}
        return keys == other.keys() - {"seconds"} and all(close(one[key], other[key]) for key in keys)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(close, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return bool(abs(one - other) <= TOLERANCE * max(1.0, abs(one)))
    return bool(one == other)


def prepare(
    client: Client, count: int, length: int = EXCERPT, reasons: int = REASONS, books: int = BOOKS
) -> Requests:
    """Texts, `count` excerpts of so many characters among them, each asked once, one after another.

    So many `reasons` of the excerpts are asked for, and so many `books` beside them.
    """
    whole = make_book(length * count + BOOK * books, seed=7)
    excerpts = [whole[start : start + length] for start in range(0, length * count, length)]
    long = [whole[-BOOK * (number + 1) :][:BOOK] for number in range(books)]
    texts = {"attribute": excerpts, "explain": excerpts[:reasons], "book": long}
    asked = [(endpoint, text) for endpoint, some in texts.items() for text in some]
    return Requests(
        texts, {(endpoint, text): client.predict(text, api_name=f"/{endpoint}") for endpoint, text in asked}
    )


def is_busy(error: BaseException) -> bool:
    """Whether the page refused for want of a turn, and said when to try again."""
    return bool(re.search(r"[Bb]usy: try again in \d+ seconds", str(error)))


class Visitor:
    """One client: thinks, asks, checks, until the time is over."""

    def __init__(self, address: str, requests: Requests, findings: Findings, seed: int) -> None:
        self._address = address
        self._requests = requests
        self._findings = findings
        self._chance = random.Random(seed)
        self._client = Client(address, verbose=False)

    def stay(self, thinking: float, until: float) -> None:
        """Ask until the time is over; `thinking` is the mean of the pauses in seconds."""
        while True:
            pause = self._chance.expovariate(1 / thinking)
            if time.monotonic() + pause > until:
                return
            time.sleep(pause)
            (kind,) = self._chance.choices(list(KINDS), list(KINDS.values()))
            self._ask(kind)

    def _ask(self, kind: str) -> None:
        acts: dict[str, Callable[[], None]] = {"cancel": self._cancel, "vanish": self._vanish}
        try:
            acts.get(kind, lambda: self._answered(kind))()
        except Exception as error:
            lost = isinstance(error, (TimeoutError, CancelledError))
            outcome = "busy" if is_busy(error) else "lost" if lost else "failed"
            self._findings.note(kind, outcome, message="" if outcome == "busy" else repr(error)[:200])

    def _answered(self, endpoint: str) -> None:
        """One request whose answer is awaited and checked."""
        text = self._requests.pick(endpoint, self._chance)
        began = time.monotonic()
        answer = self._client.submit(text, api_name=f"/{endpoint}").result(PATIENCE)
        right = close(answer, self._requests.right[endpoint, text])
        self._findings.note(endpoint, "right" if right else "wrong", time.monotonic() - began)

    def _cancel(self) -> None:
        """An explanation given up."""
        self._begin(self._client).cancel()
        self._findings.note("cancel", "given_up")

    def _vanish(self) -> None:
        """Another client that asks for an explanation and is gone."""
        guest = Client(self._address, verbose=False)
        self._begin(guest)
        guest.close()
        self._findings.note("vanish", "given_up")

    def _begin(self, client: Client) -> Any:
        """A request that nobody has asked yet, so that there is work to give up."""
        text = f"{self._chance.random()} {self._requests.pick('explain', self._chance)}"
        job = client.submit(text, api_name="/explain")
        time.sleep(self._chance.uniform(0.05, 1.0))
        return job


@contextlib.contextmanager
def page(options: Options) -> Iterator[tuple[str, int, float]]:
    """The page's address, its process, and the seconds from the start to the first answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    named = [("--teacher", options.teacher), ("--student", options.student)]
    references = [part for name, value in named if value for part in (name, value)]
    command = [sys.executable, "app.py", "--port", str(port), *references]
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        client = _connect(address, process)
        client.predict(make_book(EXCERPT, seed=1), api_name="/attribute")
        took = time.monotonic() - began
        client.close()
        yield address, process.pid, took
    finally:
        process.terminate()
        process.wait(30)


def _connect(address: str, process: subprocess.Popen[bytes]) -> Client:
    deadline = time.monotonic() + 300
    while True:
        try:
            return Client(address, verbose=False)
        except Exception:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def megabytes(pid: int) -> float:
    """The server's resident memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found.group(1)) / 1024 if found else float("nan")


def crowd(address: str, pid: int, requests: Requests, options: Options) -> tuple[Findings, float, float]:
    """Let the clients come; what they saw, and the memory after a fifth of the time and at the end."""
    findings = Findings()
    visitors = [Visitor(address, requests, findings, seed) for seed in range(options.clients)]
    seconds = options.minutes * 60
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=one.stay, args=(options.thinking, until)) for one in visitors]
    for thread in threads:
        thread.start()
    time.sleep(seconds / 5)
    warm = megabytes(pid)
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()) + 2 * PATIENCE)
        if thread.is_alive():
            findings.note("client", "lost", message="a client never came back")
    return findings, warm, megabytes(pid)


def summary(findings: Findings) -> dict[str, Any]:
    """Latencies by endpoint, and what became of the requests."""
    latencies = {
        kind: {
            "answers": len(some),
            **{f"p{share}": round(float(np.percentile(some, share)), 3) for share in (50, 95, 99)},
        }
        for kind, some in sorted(findings.seconds.items())
    }
    outcomes = {
        name: findings.counts[name] for name in ("right", "wrong", "lost", "failed", "busy", "given_up")
    }
    return {"latency": latencies, **outcomes, "messages": sorted(findings.messages)[:10]}


def after(address: str, requests: Requests) -> bool:
    """Whether the page, left alone, answers each kind of request rightly."""
    client = Client(address, verbose=False)
    asked = [(endpoint, texts[0]) for endpoint, texts in requests.texts.items()]
    return all(
        close(client.submit(text, api_name=f"/{endpoint}").result(PATIENCE), requests.right[endpoint, text])
        for endpoint, text in asked
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Print what was found as one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--thinking", type=float, default=10.0, help="seconds, on average")
    parser.add_argument("--teacher", default=None)
    parser.add_argument("--student", default=None)
    options = Options(**vars(parser.parse_args(argv)))
    expected = options.clients * options.minutes * 60 / options.thinking
    with page(options) as (address, _, _):
        requests = prepare(Client(address, verbose=False), max(2 * REASONS, round(expected / 2)))
    with page(options) as (address, pid, ready):
        findings, warm, end = crowd(address, pid, requests, options)
        well = after(address, requests)
    found = summary(findings)
    memory = {"warm_megabytes": round(warm), "end_megabytes": round(end)}
    print(json.dumps({"clients": options.clients, "first_answer": round(ready, 1), **found, **memory}))
    grown = end > 1.1 * warm
    return int(not well or grown or any(found[name] for name in ("wrong", "lost", "failed")))


if __name__ == "__main__":
    sys.exit(run(main))
