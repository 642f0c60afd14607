"""The page's handlers as its events call them: each waits its turn, and says so on the screen."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import Any

from page.book.handlers import BookHandlers
from page.book.updates import nothing as no_news_of_book
from page.desk import BusyError, Wish
from page.handlers import Handlers
from page.session import Session
from page.turns import Turns, Updates
from page.updates import nothing


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
    """`Handlers.explain`, one at a time; without a turn the verdict stays on screen.

    A new choice is explained in place of the last one; a choice that is told again while its explanation is
    under way (Gradio's dropdowns tell of one twice) leaves the screen to that.
    """

    async def run(session: Session) -> AsyncIterator[Updates]:
        wish = Wish(session, session.job)

        def show(ahead: int) -> Updates | None:
            if session.job != wish.number:
                return None
            session.stand_behind(ahead)
            return handlers.screen(session)

        if turns.explanations.serves(wish):
            yield nothing()
            return
        if not session.explaining:
            yield handlers.screen(session)
            return
        session.trouble = ""
        try:
            line = turns.in_line(turns.explanations, wish, show, handlers.explain(session, wish.number))
            async with aclosing(line) as steps:
                async for updates in steps:
                    yield updates
        except BusyError as error:
            session.stop()
            session.trouble, session.busy = "busy", error.seconds
        yield handlers.screen(session)

    return run


def read_in_turn(turns: Turns, handlers: BookHandlers) -> Callable[[Session], AsyncIterator[Updates]]:
    """`BookHandlers.read`, two at a time; a book that is opened is read in place of the last one."""

    async def run(session: Session) -> AsyncIterator[Updates]:
        view = session.book
        reading, job = handlers.books.find(view.token), view.job
        wish = Wish(session, job)

        def show(ahead: int) -> Updates | None:
            if reading is not None:
                reading.ahead = ahead
            return handlers.screen(session) if view.job == job else None

        if turns.books.serves(wish):
            yield no_news_of_book()
            return
        if reading is None or reading.stage != "waiting":
            yield handlers.screen(session)
            return
        try:
            line = turns.in_line(turns.books, wish, show, handlers.read(session))
            async with aclosing(line) as steps:
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
