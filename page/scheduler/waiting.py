"""The page's handlers as its events call them: each waits its turn, and says so on the screen."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import Any

from page.book.handlers import BookHandlers
from page.book.screen import nothing as no_news_of_book
from page.handlers import Handlers
from page.scheduler.fair_queue import BusyError, Wish, client_here
from page.scheduler.turns import Turns, Updates
from page.screen import nothing
from page.session import Session


def in_turn(turns: Turns, handler: Callable[..., Updates]) -> Callable[..., Awaitable[Updates]]:
    """A handler that predicts and takes a session; where it gets no turn it finds `session.busy` set."""

    async def run(*inputs: Any) -> Updates:
        session = next(value for value in inputs if isinstance(value, Session))
        session.busy = 0
        try:
            return await turns.predict(partial(handler, *inputs), _longest(session, inputs))
        except BusyError as error:
            session.busy = error.seconds
            return await turns.aside(partial(handler, *inputs))

    return run


def _longest(session: Session, inputs: tuple[Any, ...]) -> int:
    """Characters of the longest text that a handler may ask about: one that comes, or one that was read."""
    read = session.reading.text if session.reading else ""
    return max(len(text) for text in (read, *inputs) if isinstance(text, str))


def open_in_turn(
    turns: Turns, handler: Callable[..., Updates], put_off: Callable[[Session, int], Updates]
) -> Callable[..., Awaitable[Updates]]:
    """A handler that takes a file or a long text in; without a turn `put_off` draws when to try again.

    Files take long to read, so who brings many waits behind who brings one.
    """

    async def run(session: Session, *inputs: Any) -> Updates:
        try:
            return await turns.run(turns.openings, client_here(), partial(handler, session, *inputs))
        except BusyError as error:
            return await turns.aside(partial(put_off, session, error.seconds))

    return run


def explain_in_turn(turns: Turns, handlers: Handlers) -> Callable[[Session], AsyncIterator[Updates]]:
    """`Handlers.explain`, one at a time; without a turn the verdict stays on screen.

    A new choice is explained in place of the last one; a choice that is told again while its explanation is
    under way (Gradio's dropdowns tell of one twice) leaves the screen to that.
    """

    async def run(session: Session) -> AsyncIterator[Updates]:
        wish = Wish(session, session.job)

        def show(ahead: int) -> Updates:
            if wanted():
                session.stand_behind(ahead)
            return handlers.screen(session)

        def wanted() -> bool:
            return session.job == wish.number

        if turns.explanations.serves(wish):
            yield nothing()
            return
        screen = partial(handlers.screen, session)
        if not session.explaining:
            yield await turns.aside(screen)
            return
        session.trouble = ""
        try:
            steps_of = handlers.explain(session, wish.number)
            line = turns.in_line(turns.explanations, wish, wanted, show, steps_of)
            async with aclosing(line) as steps:
                async for updates in steps:
                    yield updates
        except BusyError as error:
            session.stop()
            session.trouble, session.busy = "busy", error.seconds
        yield await turns.aside(screen)

    return run


def read_in_turn(turns: Turns, handlers: BookHandlers) -> Callable[[Session], AsyncIterator[Updates]]:
    """`BookHandlers.read`, two at a time; a book that is opened is read in place of the last one."""

    async def run(session: Session) -> AsyncIterator[Updates]:
        view = session.book
        reading, job = handlers.books.find(view.token), view.job
        wish = Wish(session, job)

        def show(ahead: int) -> Updates:
            if reading is not None:
                reading.ahead = ahead
            return handlers.screen(session)

        def wanted() -> bool:
            return view.job == job and handlers.books.find(view.token) is reading

        screen = partial(handlers.screen, session)
        if turns.books.serves(wish):
            yield no_news_of_book()
            return
        if reading is None or reading.stage != "waiting":
            yield await turns.aside(screen)
            return
        try:
            line = turns.in_line(turns.books, wish, wanted, show, handlers.read(session))
            async with aclosing(line) as steps:
                async for updates in steps:
                    yield updates
        except BusyError as error:
            await turns.aside(reading.interrupt)
            view.trouble, view.busy = "busy", error.seconds
        finally:
            if reading.stage == "waiting" and view.job == job:  # gone before its turn
                turns.threads.submit(reading.interrupt)  # it sums up what was read, which may take long
        yield await turns.aside(screen)

    return run
