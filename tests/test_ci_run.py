"""`.ci/run` notes the commit that passed, and no other."""

import shutil
import subprocess
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
