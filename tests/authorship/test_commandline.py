"""No traceback reaches a user: every end of a command is a status and at most one line."""

import subprocess
import sys

import pytest

from authorship.commandline import run
from authorship.errors import TextError


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
