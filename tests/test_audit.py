"""The audit's exit status: a hole fails it, a service out of reach does not, anything else does."""

import importlib.util
import json
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FILE = Path(__file__).resolve().parents[1] / ".ci" / "audit.py"
KNOWN = {"name": "one", "version": "1", "vulns": []}
HOLED = {"name": "two", "version": "2", "vulns": [{"id": "CVE-1"}]}
UNKNOWN = {"name": "three", "skip_reason": "not found"}


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", FILE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("packages", "said", "status"),
    [([KNOWN, UNKNOWN], "", 0), ([KNOWN, HOLED], "", 1), ([UNKNOWN], "", 0),
     (None, "requests.exceptions.ConnectionError: x", 0), (None, "no such requirement", 1)],
    ids=["clean", "hole", "nothing known", "offline", "broken"],
)  # fmt: skip
def test_a_hole_fails_and_silence_does_not(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, packages: list[Any] | None, said: str, status: int
) -> None:
    output = "" if packages is None else json.dumps({"dependencies": packages})
    done = subprocess.CompletedProcess([], 1, output, said)
    monkeypatch.setattr(audit.subprocess, "run", lambda *_, **__: done)
    assert audit.main() == status
