"""A small crowd on the random pair: all answers right, none lost; who floods is told when to try again."""

import os
from collections.abc import Iterator

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from authorship.engines.choice import compile_bundle
from authorship.models.bundle import ModelBundle
from bench.load import Findings, Options, Requests, after, close, crowd, is_busy, prepare, summary
from page.excerpt.pair_service import Reader
from page.scheduler.turns import Gate, make_turns, polite
from tests.page.serving import serving

OPTIONS = Options(clients=5, minutes=0.03, thinking=0.3, teacher=None, student=None)


@pytest.fixture(scope="module")
def compiled(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> tuple[ModelBundle, ModelBundle]:
    return compile_bundle(tiny_bundle), compile_bundle(tiny_student)


@pytest.fixture(scope="module")
def requests(compiled: tuple[ModelBundle, ModelBundle]) -> Requests:
    """Asked of a page of its own, so that the other has nothing in memory."""
    with serving(Reader(*compiled), compiled, make_turns()) as address:
        return prepare(Client(address, verbose=False), 8, length=500, reasons=2, books=1)


@pytest.fixture(scope="module")
def address(compiled: tuple[ModelBundle, ModelBundle]) -> Iterator[str]:
    gate = Gate()
    books = polite(compiled[0], gate), polite(compiled[1], gate)
    with serving(Reader(*compiled, gate), books, make_turns()) as address:
        yield address


def test_a_small_crowd_gets_right_answers(address: str, requests: Requests) -> None:
    findings, _, _ = crowd(address, os.getpid(), requests, OPTIONS)
    found = summary(findings)
    assert found["right"] > 0
    assert (found["wrong"], found["lost"], found["failed"], found["messages"]) == (0, 0, 0, []), found
    assert after(address, requests)


def test_over_its_share_a_client_is_told_when_to_try_again(address: str, sample_text: str) -> None:
    client = Client(address, verbose=False)
    jobs = [client.submit(f"{number} {sample_text * 4}", api_name="/explain") for number in range(4)]
    refusals = []
    for job in jobs:
        try:
            job.result(120)
        except AppError as error:
            refusals.append(error)
    assert refusals and all(map(is_busy, refusals))


def test_another_answer_is_seen() -> None:
    right = {"models": [{"p": 0.5, "seconds": 1.0}], "author": "Alpha"}
    assert close(right, {"models": [{"p": 0.50001, "seconds": 9.0}], "author": "Alpha"})
    assert not close(right, {"models": [{"p": 0.51, "seconds": 1.0}], "author": "Alpha"})
    assert not close(right, {"models": [], "author": "Alpha"})
    assert not close(right, right | {"author": "Beta"})


def test_the_summary_counts_every_outcome() -> None:
    findings = Findings()
    findings.note("attribute", "right", 1.0)
    findings.note("attribute", "wrong")
    findings.note("explain", "failed", message="what")
    found = summary(findings)
    assert (found["right"], found["wrong"], found["failed"], found["busy"]) == (1, 1, 1, 0)
    assert found["latency"]["attribute"]["p95"] == 1.0 and found["messages"] == ["explain: what"]
