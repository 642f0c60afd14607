"""No traceback reaches a user: every end of a command is a status and at most one line."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from authorship.commandline import run
from authorship.errors import TextError

PROJECT = Path(__file__).resolve().parents[2]


def raising(error: BaseException):
    def main(_: object) -> int:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TextError("empty", "Nothing\nhere."), "error: Nothing here.\n"),
        (
            FileNotFoundError(2, "No such file or directory", "a.csv"),
            "error: a.csv: No such file or directory\n",
        ),
        (OSError("disk"), "error: disk\n"),
        (KeyError("x"), "error: unexpected KeyError: 'x' (set AUTHORSHIP_TRACEBACK=1 to see where)\n"),
    ],
)
def test_an_error_is_one_line_and_status_one(error: Exception, said: str, capsys) -> None:
    assert run(raising(error)) == 1
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", said)


def test_interruption_is_130(capsys) -> None:
    assert run(raising(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_status_and_a_usage_error_pass() -> None:
    assert run(lambda _: 0) == 0
    with pytest.raises(SystemExit) as usage:
        run(raising(SystemExit(2)))
    assert usage.value.code == 2


def test_the_traceback_can_be_asked_for(monkeypatch) -> None:
    monkeypatch.setenv("AUTHORSHIP_TRACEBACK", "1")
    with pytest.raises(KeyError):
        run(raising(KeyError("x")))


def test_an_interrupt_while_a_command_is_loaded_leaves_no_traceback(tmp_path: Path) -> None:
    """Loading takes seconds; a module in the way tells when it is under way."""
    (tmp_path / "torch.py").write_text("print(flush=True)\nimport time\ntime.sleep(60)")
    (tmp_path / "captum.py").write_text((tmp_path / "torch.py").read_text())
    for module in ("authorship", "explain", "explain.study", "train.own"):
        with subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        ) as process:
            assert process.stdout and process.stderr
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert process.wait() == -signal.SIGINT and process.stderr.read() == b"", module


def test_closed_streams_are_told() -> None:
    code = "from sys import exit, stdin; from authorship.commandline import run; exit(run(lambda _: len(stdin.read())))"
    command = f"{sys.executable} -c '{code}'"
    for closed, status, said in (("<&-", 0, ""), (">&-", 1, "standard output is closed")):
        done = subprocess.run(f"{command} {closed}", shell=True, cwd=PROJECT, capture_output=True, text=True)
        assert done.returncode == status and said in done.stderr and "Traceback" not in done.stderr, closed


def test_a_closed_pipe_is_quiet() -> None:
    code = (
        "import sys\nfrom authorship.commandline import run\n"
        "def main(_):\n for _ in range(100000): print('строка', flush=True)\n return 0\n"
        "sys.exit(run(main))"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1
