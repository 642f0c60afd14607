"""What was freed goes back to the system."""

import platform
import re
from pathlib import Path

import pytest

from authorship.engines.engine import give_back_memory

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
