"""`--resume`: nothing done twice, nothing lost, whatever moment a run was killed at."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from authorship import __main__ as command
from authorship.commandline import run
from authorship.errors import AuthorshipError
from authorship.predict.results import Record

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def shelf(sample_text: str, tmp_path: Path) -> Path:
    """Six books."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(sample_text[number:], encoding="utf-8")
    return folder


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the books that were read, as they are."""
    names: list[str] = []
    real = command.texts_at

    def texts_at(path: str, *rest):
        names.append(Path(path).name)
        return real(path, *rest)

    monkeypatch.setattr(command, "texts_at", texts_at)
    return names


def recorded(out: Path) -> list[str]:
    return [Path(json.loads(line)["path"]).name for line in out.read_text(encoding="utf-8").splitlines()]


def names(shelf: Path) -> list[str]:
    return sorted(file.name for file in shelf.iterdir())


def test_a_second_run_reads_only_what_is_new_or_changed(
    shelf: Path, pair: list[str], read: list[str], tmp_path: Path, capsys
) -> None:
    out = tmp_path / "out.jsonl"
    arguments = [str(shelf), *pair, "--resume", str(out), "--format", "json"]
    assert run(command.main, arguments) == 0
    assert recorded(out) == read == names(shelf)
    assert capsys.readouterr().out == out.read_text(encoding="utf-8")
    assert run(command.main, arguments) == 0
    assert (read, capsys.readouterr().out) == (names(shelf), "")
    (shelf / "3.txt").write_text((shelf / "3.txt").read_text(encoding="utf-8") * 2, encoding="utf-8")
    (shelf / "new.txt").write_text((shelf / "2.txt").read_text(encoding="utf-8"), encoding="utf-8")
    assert run(command.main, arguments) == 0
    assert read[6:] == ["3.txt", "new.txt"]


def test_a_book_is_recognised_from_another_folder(
    shelf: Path, pair: list[str], read: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.jsonl"
    monkeypatch.chdir(tmp_path)
    assert run(command.main, ["shelf", *pair, "--resume", "out.jsonl"]) == 0
    monkeypatch.chdir(shelf)
    assert run(command.main, [".", "0.txt", str(shelf), *pair, "--resume", str(out)]) == 0
    assert read == names(shelf)


def test_lines_of_a_run_without_resume_count_by_their_path(
    shelf: Path, pair: list[str], read: list[str], tmp_path: Path, capsys
) -> None:
    assert run(command.main, [str(shelf / "1.txt"), *pair, "--format", "json"]) == 0
    out = tmp_path / "out.jsonl"
    out.write_text(capsys.readouterr().out, encoding="utf-8")
    assert "file" not in json.loads(out.read_text(encoding="utf-8"))
    assert run(command.main, [str(shelf), *pair, "--resume", str(out)]) == 0
    assert sorted(recorded(out)) == sorted(read) == names(shelf)


@pytest.mark.parametrize("kept", [0, 1, 9, 30, -2])
def test_half_a_line_is_dropped_and_done_again(
    shelf: Path, pair: list[str], read: list[str], tmp_path: Path, kept: int
) -> None:
    out = tmp_path / "out.jsonl"
    arguments = [str(shelf), *pair, "--resume", str(out)]
    assert run(command.main, arguments) == 0
    whole = out.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    out.write_bytes(whole[:start] + whole[start:][:kept])
    assert run(command.main, arguments) == 0
    assert read == [*names(shelf), "5.txt"]
    assert out.read_bytes() == whole


@pytest.mark.parametrize("tail", [b'{"path": "a", "cha\n', b"\0\0\0\0", b"\0\0\n", b'{"pa\0\0', b"\n"])
def test_what_a_crash_leaves_at_the_end_is_cut(
    shelf: Path, pair: list[str], read: list[str], tmp_path: Path, tail: bytes
) -> None:
    out = tmp_path / "out.jsonl"
    arguments = [str(shelf), *pair, "--resume", str(out)]
    assert run(command.main, arguments) == 0
    whole = out.read_bytes()
    out.write_bytes(whole + tail)
    assert run(command.main, arguments) == 0
    assert out.read_bytes() == whole and read == names(shelf)
    out.write_bytes(tail + whole)
    if tail.strip():
        assert run(command.main, arguments) == 1
        assert out.read_bytes() == tail + whole


def test_a_bad_book_is_tried_again(shelf: Path, pair: list[str], read: list[str], tmp_path: Path) -> None:
    bad = shelf / "4.txt"
    good = bad.read_bytes()
    bad.write_bytes(b"")
    arguments = [str(shelf), *pair, "--resume", str(tmp_path / "out.jsonl")]
    assert [run(command.main, arguments), run(command.main, arguments)] == [1, 1]
    bad.write_bytes(good)
    assert run(command.main, arguments) == 0
    assert read == [*names(shelf), "4.txt", "4.txt"]


@pytest.mark.parametrize("content", [b"prose", b"prose\n", b'{"path": "a"}\n', b"[1]\n", b"\0\0\0\n"])
def test_a_file_that_is_no_record_is_left_alone(
    shelf: Path, pair: list[str], tmp_path: Path, content: bytes, capsys
) -> None:
    out = tmp_path / "out.jsonl"
    out.write_bytes(content)
    assert run(command.main, [str(shelf), *pair, "--resume", str(out)]) == 1
    assert f"{out}: line 1 is not a result" in capsys.readouterr().err
    assert out.read_bytes() == content


def test_two_runs_at_one_record_are_refused(shelf: Path, pair: list[str], tmp_path: Path, capsys) -> None:
    out = tmp_path / "out.jsonl"
    with command.Record(out):
        assert run(command.main, [str(shelf), *pair, "--resume", str(out)]) == 1
    assert "in use by another run" in capsys.readouterr().err
    assert run(command.main, [str(shelf), *pair, "--resume", str(out)]) == 0


def test_other_models_do_not_go_on(
    shelf: Path, pair: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(shelf), "--resume", str(tmp_path / "out.jsonl"), *pair[:3]]
    assert run(command.main, [*arguments, pair[3]]) == 0
    before = (tmp_path / "out.jsonl").read_bytes()
    assert run(command.main, [*arguments, pair[1]]) == 1
    assert "other models" in capsys.readouterr().err and (tmp_path / "out.jsonl").read_bytes() == before


def test_any_name_is_recorded_and_a_pipe_is_refused(
    pair: list[str], sample_text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for name in (b"a.txt", b"\xff\xfe.txt", b"c\x1b[31m\n.txt"):
        Path(os.fsdecode(os.path.join(os.fsencode(shelf), name))).write_text(sample_text, encoding="utf-8")
    for read in (3, 0):
        assert run(command.main, [str(shelf), *pair, "--resume", str(tmp_path / "out.jsonl")]) == 0
        told = capsys.readouterr()
        assert f"{read} read" in told.err and "\x1b" not in told.out + told.err
    os.mkfifo(tmp_path / "pipe")
    assert run(command.main, [str(shelf), *pair, "--resume", str(tmp_path / "pipe")]) == 1
    assert "pipe: " not in capsys.readouterr().out


def test_standard_input_cannot_be_resumed() -> None:
    with pytest.raises(SystemExit) as usage:
        command.main(["-", "--resume", "out.jsonl"])
    assert usage.value.code == 2


def test_a_killed_run_is_gone_on_with(
    pair: list[str], read: list[str], sample_text: str, tmp_path: Path
) -> None:
    """The process is killed as soon as it has done three of twenty books, wherever it then is."""
    shelf, out = tmp_path / "shelf", tmp_path / "out.jsonl"
    shelf.mkdir()
    for number in range(20):
        (shelf / f"{number:02}.txt").write_text(sample_text * 20, encoding="utf-8")
    arguments = [str(shelf), *pair, "--resume", str(out)]
    command_line = [sys.executable, "-m", "authorship", *arguments]
    process = subprocess.Popen(command_line, cwd=PROJECT, stdout=subprocess.DEVNULL)
    while process.poll() is None and (not out.exists() or out.read_bytes().count(b"\n") < 3):
        time.sleep(0.01)
    process.kill()
    process.wait()
    before = out.read_bytes()
    whole = before[: before.rindex(b"\n") + 1]
    assert 3 <= whole.count(b"\n") < 20
    assert run(command.main, arguments) == 0
    assert out.read_bytes().startswith(whole)
    assert recorded(out) == names(shelf)
    assert read == names(shelf)[whole.count(b"\n") :]


def test_a_record_of_something_else_is_refused_with_its_line(tmp_path: Path) -> None:
    strange = (
        "[1]",
        '{"models": {"a": 1}, "path": ["a.txt"]}',
        '{"models": {"a": 1}, "file": []}',
        '{"models": {"a": 1}, "file": {"path": ["a"], "bytes": 1, "modified": ""}}',
        '{"models": {"a": 1}, "file": {"path": "a", "bytes": 1, "modified": {}}}',
        "[" * 100_000,
    )
    for number, line in enumerate(strange):
        out = tmp_path / f"{number}.jsonl"
        out.write_text(f"{line}\n")
        with pytest.raises(AuthorshipError, match="line 1 is not a result"):
            Record(out)
        assert out.read_text() == f"{line}\n"
