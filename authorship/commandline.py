"""The edge that all command lines share: errors become one line on standard error, never a traceback."""

import argparse
import io
import os
import re
import signal
import sys
import warnings
from collections.abc import Callable, Sequence

from authorship.errors import AuthorshipError

Main = Callable[[Sequence[str] | None], int]

_TRACEBACK = "AUTHORSHIP_TRACEBACK"
# What a terminal obeys: control characters, and marks that turn the direction of writing.
_OBEYED = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def run(main: Main, arguments: Sequence[str] | None = None, quiet: bool = True) -> int:
    """Call `main` and return the exit status: its own, 1 after an error, 130 after Ctrl-C.

    Wrong usage leaves by argparse's own way, with status 2. `quiet` silences the model libraries'
    progress and advice, which training wants to show. With AUTHORSHIP_TRACEBACK=1 in the environment
    errors are not caught.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # as `authorship` left it while all was loaded
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.stdout is None:  # closed by whoever called
        print_error(AuthorshipError("There is nowhere to write to: standard output is closed."))
        return 1
    sys.stdin = sys.stdin or io.TextIOWrapper(io.BytesIO())
    write_utf8()
    if quiet:
        quiet_libraries()
    try:
        return main(arguments)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        _silence_stdout()
        return 1
    except Exception as error:
        if os.environ.get(_TRACEBACK):
            raise
        print_error(error)
        return 1


def print_error(error: Exception, subject: str = "") -> None:
    """Write one line `error: SUBJECT: MESSAGE` to standard error."""
    message = " ".join(describe(error).split())
    prefix = f"{subject}: " if subject and not message.startswith(f"{subject}: ") else ""
    print(visible(f"error: {prefix}{message}"), file=sys.stderr, flush=True)


def print_warning(message: str, subject: str = "") -> None:
    """Write one line `warning: SUBJECT: MESSAGE` to standard error."""
    prefix = f"{subject}: " if subject else ""
    print(visible(f"warning: {prefix}{message}"), file=sys.stderr, flush=True)


def visible(line: str) -> str:
    """A line with escapes for what a terminal would obey: names of files may hold anything.

    >>> visible("a\x1b[31m.txt")
    'a\\x1b[31m.txt'
    """
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), line)


def positive(value: str) -> int:
    """An option's whole number from 1 up, for argparse."""
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def describe(error: Exception) -> str:
    """What a person should read of an error: the text of ours, the file of the system's."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, (ValueError, OSError)) and str(error):
        return str(error)
    return f"unexpected {type(error).__name__}: {error} (set {_TRACEBACK}=1 to see where)"


def quiet_libraries() -> None:
    """Silence progress bars and advice of the model libraries; their errors still come as exceptions."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # transformers' own too
    if "transformers" in sys.modules:  # it has read the environment already
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def write_utf8() -> None:
    """Let both streams take any path and any text, whatever the terminal's locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _silence_stdout() -> None:
    """Point standard output at nothing, so that the interpreter's last flush cannot fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
