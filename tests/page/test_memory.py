"""What long work has freed goes back to the system."""

import platform
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from page import turns
from page.memory import give_back_memory
from page.turns import make_turns
from tests.page.own_loop import run_in_own_loop

PIECE, PIECES = 65_536, 3_000
FREED = PIECE * PIECES / 2**20


def resident_megabytes() -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found.group(1)) / 1024


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep little")
def test_freed_memory_goes_back():
    pieces = [b"x" * PIECE for _ in range(PIECES)]
    kept = pieces[::50]  # what lies between them the heap keeps: of itself it gives back its free end alone
    del pieces
    before = resident_megabytes()
    give_back_memory()
    assert before - resident_megabytes() > FREED / 2
    assert len(kept) == PIECES // 50


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
