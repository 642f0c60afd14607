"""`.ci/run` notes the commit that passed, and no other; its workers share the files out whole."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


def git(folder: Path, *words: str) -> str:
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *author, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("state", "status", "noted"), [("clean", 0, True), ("changed", 0, False), ("failing", 2, False)]
)
def test_only_a_commit_that_passed_as_it_is_is_noted(tmp_path: Path, state: str, status: int, noted: bool):
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".gitignore").write_text(".venv\n", encoding="utf-8")
    (tmp_path / "Makefile").write_text(f"test:\n\t@{'false' if state == 'failing' else 'true'}\n")
    shutil.copytree(PROJECT / ".ci", tmp_path / ".ci")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "One")
    if state == "changed":
        (tmp_path / "new.py").touch()
    assert subprocess.run([".ci/run"], cwd=tmp_path, capture_output=True).returncode == status
    green = tmp_path / ".venv" / "ci-green"
    assert (green.read_text().strip() if green.exists() else None) == (
        git(tmp_path, "rev-parse", "HEAD") if noted else None
    )


def test_workers_take_whole_files_and_one_that_dies_ends_the_run(tmp_path: Path):
    """By the options of `make`; a worker that is replaced would wait for ever."""
    said = subprocess.run(["make", "--dry-run", "unit"], cwd=PROJECT, capture_output=True, text=True)
    options = next(line for line in said.stdout.splitlines() if " -m pytest " in line).split(" -m pytest ")[1]
    body = "import time, pytest\n@pytest.mark.parametrize('n', range(4))\ndef test(n): time.sleep(0.1)\n"
    for name in ("test_a.py", "test_b.py", "e2e/test_c.py", "e2e/test_d.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(body)
    hook = "from tests.workers import pytest_xdist_make_scheduler\n"
    (tmp_path / "conftest.py").write_text(hook)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")

    def run() -> tuple[int, str]:
        command = [sys.executable, "-m", "pytest", *shlex.split(options), "-v", "-p", "no:cacheprovider"]
        known = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        known["PYTHONPATH"] = str(PROJECT)
        done = subprocess.run(command, cwd=tmp_path, env=known, capture_output=True, text=True, timeout=300)
        return done.returncode, done.stdout

    status, said_well = run()
    workers: dict[str, set[str]] = {}
    for worker, place in re.findall(r"\[(gw\d)\].*PASSED (e2e|test_\w)", said_well):
        workers.setdefault(place, set()).add(worker)
    assert status == 0 and sorted(map(len, workers.values())) == [1, 1, 1], said_well
    (tmp_path / "test_a.py").write_text("import os\ndef test(): os.abort()\n")
    status, said_ill = run()
    assert status == 1 and "crashed while running 'test_a.py::test'" in said_ill, said_ill
