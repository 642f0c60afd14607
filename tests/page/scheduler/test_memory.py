"""What long work has freed goes back to the system."""

from collections.abc import Iterator

import pytest

from page.scheduler import turns
from page.scheduler.turns import make_turns
from tests.page.own_loop import run_in_own_loop


def test_it_does_so_after_the_work(monkeypatch: pytest.MonkeyPatch):
    told: list[str] = []
    monkeypatch.setattr(turns, "give_back_memory", lambda: told.append("given back"))

    def steps() -> Iterator[str]:
        yield "first"
        told.append("done")
        yield "last"

    async def run() -> list[str]:
        return [value async for value in make_turns().each(steps())]

    assert run_in_own_loop(run()) == ["first", "last"]
    assert told == ["done", "given back"]
