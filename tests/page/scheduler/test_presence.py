"""A real server: who goes away, in whatever way, leaves no work behind."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from gradio_client import Client

from authorship.engines.engine import TorchEngine
from authorship.models.bundle import ModelBundle
from page.excerpt.pair_service import Reader
from page.scheduler.turns import Turns, make_turns
from tests.page.serving import serving


class Slow:
    """Takes a while for each window: a book lasts for minutes."""

    def __init__(self, bundle: ModelBundle) -> None:
        self._engine = TorchEngine(bundle.model)

    def read(self, windows):
        for window in windows:
            time.sleep(0.2)
            yield from self._engine.read([window])


@pytest.fixture(scope="module")
def turns() -> Turns:
    return make_turns()


@pytest.fixture(scope="module")
def address(tiny_bundle: ModelBundle, tiny_student: ModelBundle, turns: Turns) -> Iterator[str]:
    slow = tuple(replace(bundle, engine=Slow(bundle)) for bundle in (tiny_bundle, tiny_student))
    with serving(Reader(tiny_bundle, tiny_student), slow, turns) as address:
        yield address


def until(turns: Turns, held: int) -> None:
    """Wait until so many books are read or wait."""
    deadline = time.monotonic() + 60
    while turns.books.held != held and time.monotonic() < deadline:
        time.sleep(0.02)
    assert turns.books.held == held


def test_a_program_that_hangs_up_ends_its_book(address: str, turns: Turns, sample_text: str) -> None:
    call = httpx.post(f"{address}/gradio_api/call/book", json={"data": [sample_text * 30]}).json()
    with httpx.stream("GET", f"{address}/gradio_api/call/book/{call['event_id']}", timeout=60):
        until(turns, 1)
    until(turns, 0)


def test_a_client_that_closes_ends_its_book(address: str, turns: Turns, sample_text: str) -> None:
    joined = {"fn_index": named(address, "book"), "session_hash": "closing", "data": [sample_text * 31]}
    httpx.post(f"{address}/gradio_api/queue/join", json=joined).raise_for_status()
    with httpx.stream("GET", f"{address}/gradio_api/queue/data?session_hash=closing", timeout=60) as stream:
        next(stream.iter_lines())
        until(turns, 1)
    until(turns, 0)


def test_a_job_given_up_ends_its_book(address: str, turns: Turns, sample_text: str) -> None:
    job = Client(address, verbose=False).submit(sample_text * 32, api_name="/book")
    until(turns, 1)
    while job.communicator.event_id is None:  # a request without a number cannot be given up
        time.sleep(0.02)
    job.cancel()
    until(turns, 0)


def test_who_waits_is_told_how_many_are_before(address: str, turns: Turns, sample_text: str) -> None:
    clients = [Client(address, verbose=False) for _ in range(3)]
    jobs = []
    for number, client in enumerate(clients):
        jobs.append(client.submit(sample_text * (33 + number), api_name="/book"))
        until(turns, number + 1)
    deadline, told = time.monotonic() + 30, ""
    while "before you" not in told and time.monotonic() < deadline:
        time.sleep(0.05)
        told = json.dumps([unit.desc for unit in jobs[-1].status().progress_data or []])
    assert "2 before you" in told
    for job in jobs:
        job.cancel()
    until(turns, 0)


def named(address: str, name: str) -> int:
    """The number of an endpoint."""
    config = httpx.get(f"{address}/config").json()
    return next(fn["id"] for fn in config["dependencies"] if fn["api_name"] == name)
