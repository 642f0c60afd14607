"""A user's folder, in which the project's commands are run as a user runs them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from gradio_client import Client

from tests.e2e.conftest import free_port
from tests.train.forked import python

PROJECT = Path(__file__).resolve().parents[1]


class Workplace:
    """Commands run in the folder, and whatever they write stays in it; nobody is logged in anywhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        foreign = ("WANDB_", "AUTHORSHIP_", "XDG_", "OMP_")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        places = {
            f"WANDB_{name}_DIR": str(folder / "client" / name.lower()) for name in ("DATA", "CACHE", "CONFIG")
        }
        offline = {"HF_HUB_OFFLINE": "1", "PYTHONPATH": str(PROJECT), "HOME": str(folder)}
        self.environment = {**inherited, **places, **offline, "WANDB_DIR": str(folder)}

    def run(self, module: str, *options: str, **environment: str) -> str:
        """`python -m MODULE OPTION...` to its end; what it prints."""
        done = python(["-m", module, *options], self.folder, {**self.environment, **environment})
        assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr[-3000:]
        return done.stdout

    @contextmanager
    def page(self, teacher: str, student: str, app: str = "", **environment: str) -> Iterator[Client]:
        """A client of the page opened on two REFs, the project's or one that lies elsewhere."""
        program = app or str(PROJECT / "app.py")
        command = [sys.executable, program, "--teacher", teacher, "--student", student]
        process = subprocess.Popen(
            [*command, "--port", str(free_port())],
            cwd=self.folder,
            env={**self.environment, **environment},
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield Client(_address(process), verbose=False)
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _address(process: subprocess.Popen[str]) -> str:
    """Where the page says that it is, once it serves."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        if "Whose prose is this? " in line:
            assert all(other.startswith("warning: ") for other in said), said
            return line.split()[-1]
        said.append(line)
    pytest.fail(f"the page ended with status {process.wait()}: {''.join(said)}")
