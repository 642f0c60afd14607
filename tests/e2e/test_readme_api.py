"""The README's examples for programs, run as they stand but for the address and the authors of the pair."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.fixture
def folder(tmp_path: Path, sample_text: str) -> Path:
    """A folder with the files that the examples read."""
    (tmp_path / "chapter.txt").write_text(sample_text, encoding="utf-8")
    (tmp_path / "book.txt").write_text(sample_text * (12_000 // len(sample_text) + 1), encoding="utf-8")
    return tmp_path


def example(language: str, server: str) -> str:
    """The example in one language, for the page that runs here."""
    section = README.read_text(encoding="utf-8").partition("## For programs")[2].partition("\n## ")[0]
    (found,) = re.findall(rf"```{language}\n(.*?)```", section, flags=re.DOTALL)
    assert "http://127.0.0.1:7860" in found
    return found.replace("http://127.0.0.1:7860", server.rstrip("/")).replace('"Gogol"', '"Beta"')


def run(command: list[str], folder: Path) -> str:
    """What a command printed; it must succeed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_python(server: str, folder: Path) -> None:
    printed = run([sys.executable, "-c", example("python", server)], folder)
    assert re.search(r"False|True", printed) and "'score':" in printed and "'probability':" in printed


def test_curl(server: str, folder: Path) -> None:
    printed = run(["bash", "-euc", example("sh", server)], folder)
    assert printed.startswith("event: complete") and printed.count('"probability"') == 6
