"""Endpoints whose failures say nothing of what they were asked."""

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import gradio as gr

logger = logging.getLogger(__name__)
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


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
