"""`python -m authorship.library` on one machine by itself, and what it says."""

import subprocess
import sys
from pathlib import Path

import fsspec
import pyarrow.parquet as pq
import pytest

from authorship.commandline import run
from authorship.library import __main__ as command

PROJECT = Path(__file__).resolve().parents[3]


def test_a_library_is_scored_without_a_cluster(
    ray_environment: dict[str, str], pair: list[str], sample_text: str, tmp_path, capsys
) -> None:
    """From an address of this process alone; then again with nothing left to do."""
    memory = fsspec.filesystem("memory")
    for number in range(3):
        memory.pipe_file(f"/library/{number}.txt", sample_text[number:].encode())
    memory.pipe_file("/library/few.txt", "Мало.".encode())
    arguments = ["memory://library", str(tmp_path / "out"), *pair, "--top-k", "2", "--actors", "1"]
    assert run(command.main, arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == f"{tmp_path / 'out'}: 3 works scored now, 0 before, 1 failed\n"
    assert captured.err.endswith(
        "error: few.txt: The text has 5 characters; at least 200 are needed, better 2,500.\n"
    )
    works = pq.read_table(tmp_path / "out" / "works").to_pylist()
    assert [work["path"] for work in works] == ["0.txt", "1.txt", "2.txt"]
    assert {len(work["teacher_authors"]) for work in works} == {2}
    memory.rm("/library/few.txt")
    assert run(command.main, arguments) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'out'}: 0 works scored now, 3 before, 0 failed\n"


def test_a_cluster_that_is_not_there_is_one_line(
    ray_environment: dict[str, str], pair: list[str], sample_text: str, tmp_path: Path
) -> None:
    (tmp_path / "book.txt").write_text(sample_text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "authorship.library", str(tmp_path), f"{tmp_path}-out", *pair],
        cwd=PROJECT,
        env={**ray_environment, "RAY_ADDRESS": "127.0.0.1:1"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: Ray at 127.0.0.1:1 cannot be used: ")
    assert done.stderr.count("\n") == 1


def test_without_ray_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "ray" else name)
    assert run(command.main, ["books", "out"]) == 1
    assert capsys.readouterr().err == (
        "error: ray must be installed: pip install -r requirements-cluster.txt\n"
    )


@pytest.mark.parametrize("wrong", [[], ["books"], ["a", "b", "--batch", "0"], ["a", "b", "--actors", "x"]])
def test_wrong_usage_is_status_two(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as usage:
        command.main(wrong)
    assert usage.value.code == 2


def test_a_missing_source_is_one_line(pair: list[str], tmp_path, capsys) -> None:
    assert run(command.main, [str(tmp_path / "none"), str(tmp_path / "out"), *pair]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"error: There is nothing at {tmp_path / 'none'}")
    assert error.count("\n") == 1
