"""Failures are named in the log, and never with the text that they quote."""

import logging
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from functools import wraps
from types import SimpleNamespace
from typing import ParamSpec, TypeVar

import gradio as gr
import gradio.queueing
import gradio.routes

logger = logging.getLogger(__name__)
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
_REMEMBERED = 1_000  # lines
_OURS = ("page", "explain", "authorship", "train")


class KindsOnly(logging.Formatter):
    """Records of our own packages as they are; of any other who wrote it, where, and the kind of error.

    Other packages quote requests in their messages: the server of `--mcp` whole ones.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        if record.name.partition(".")[0] in _OURS:
            return f"{record.levelname}: {record.getMessage()}"
        kind = record.exc_info[0] if record.exc_info else None
        named = f" {kind.__name__}" if kind else ""
        return f"{record.levelname}: {record.name}, {record.module}:{record.lineno}{named}"


class OnceASecond(logging.Filter):
    """Lets the same line through once a second at most: strangers can cause thousands."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self._formatter = formatter
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record's line was not written within the last second."""
        line, now = self._formatter.format(record), time.monotonic()
        if now - self._last.get(line, -1.0) < 1.0:
            return False
        if len(self._last) >= _REMEMBERED:
            self._last.clear()
        self._last[line] = now
        return True


def log_kinds_only() -> None:
    """Make this process write warnings and errors as `KindsOnly` has them, to standard error.

    Gradio's own tracebacks too, which it prints where no endpoint of ours could catch the error.
    """
    brief = SimpleNamespace(print_exc=_log_kind)
    gradio.queueing.traceback = gradio.routes.traceback = brief  # type: ignore[assignment,attr-defined]
    handler = logging.StreamHandler(sys.stderr)
    formatter = KindsOnly()
    handler.setFormatter(formatter)
    handler.addFilter(OnceASecond(formatter))
    handler.setLevel(logging.WARNING)
    logging.basicConfig(handlers=[handler], force=True)


def _log_kind() -> None:
    """What `traceback.print_exc` would print, without the text that it quotes."""
    kind, _, where = sys.exc_info()
    line = traceback.extract_tb(where)[-1] if where else None
    place = f" in {line.name}, line {line.lineno}" if line else ""
    logger.error("Gradio met %s%s", kind and kind.__name__, place)


def quiet(endpoint: Callable[Arguments, Awaitable[Result]]) -> Callable[Arguments, Awaitable[Result]]:
    """Log only the kind of an unforeseen error: Gradio would print it with the text that it quotes."""

    @wraps(endpoint)
    async def answer(*values: Arguments.args, **named: Arguments.kwargs) -> Result:
        try:
            return await endpoint(*values, **named)
        except gr.Error:
            raise
        except Exception as error:
            logger.error("An endpoint could not answer: %s", type(error).__name__)
            raise gr.Error("Something went wrong here; try once more.", print_exception=False) from None

    return answer
