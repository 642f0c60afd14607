"""The page's handlers as its events call them: each waits its turn, and says so on the screen."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import Any

from page.book.handlers import BookHandlers
from page.desk import BusyError
from page.handlers import Handlers
from page.session import Session
from page.turns import Turns, Updates


def in_turn(turns: Turns, handler: Callable[..., Updates]) -> Callable[..., Awaitable[Updates]]:
    """A handler that predicts and takes a session; where it gets no turn it finds `session.busy` set."""

    async def run(*inputs: Any) -> Updates:
        session = next(value for value in inputs if isinstance(value, Session))
        session.busy = 0
        try:
            return await turns.predict(partial(handler, *inputs))
        except BusyError as error:
            session.busy = error.seconds
            return handler(*inputs)

    return run


def explain_in_turn(turns: Turns, handlers: Handlers) -> Callable[[Session], AsyncIterator[Updates]]:
    """`Handlers.explain`, one at a time; without a turn the verdict stays on screen."""

    async def run(session: Session) -> AsyncIterator[Updates]:
        job = session.job

        def show(ahead: int) -> Updates | None:
            session.stand_behind(ahead)
            return handlers.screen(session) if session.job == job else None

        if not session.explaining:
            yield handlers.screen(session)
            return
        session.trouble = ""
        try:
            line = turns.in_line(turns.explanations, show, handlers.explain(session))
            async with aclosing(line) as steps:
                async for updates in steps:
                    yield updates
        except BusyError as error:
            session.stop()
            session.trouble, session.busy = "busy", error.seconds
        yield handlers.screen(session)

    return run


def read_in_turn(turns: Turns, handlers: BookHandlers) -> Callable[[Session], AsyncIterator[Updates]]:
    """`BookHandlers.read`, two at a time."""

    async def run(session: Session) -> AsyncIterator[Updates]:
        view = session.book
        reading, job = handlers.books.find(view.token), view.job

        def show(ahead: int) -> Updates | None:
            if reading is not None:
                reading.ahead = ahead
            return handlers.screen(session) if view.job == job else None

        if reading is None or reading.stage != "waiting":
            yield handlers.screen(session)
            return
        try:
            async with aclosing(turns.in_line(turns.books, show, handlers.read(session))) as steps:
                async for updates in steps:
                    yield updates
        except BusyError as error:
            reading.interrupt()
            view.trouble, view.busy = "busy", error.seconds
        finally:
            if reading.stage == "waiting" and view.job == job:  # gone before its turn
                reading.interrupt()
        yield handlers.screen(session)

    return run
