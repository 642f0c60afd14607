"""Handlers that wait their turn, and give it back whatever happens: done, refused, stopped, gone.

Waiting costs no thread; work runs in a few threads of its own, step by step, and ends between two steps
when its client has gone. Between two steps a long turn is passed on to whoever waits. Predictions go first:
whatever takes longer asks the gate before its next step.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from threading import Condition, local
from typing import Any, TypeVar, cast

import gradio as gr

from authorship.engines.engine import Engine, Ids, Logits, give_back_memory
from authorship.models.bundle import ModelBundle
from authorship.predict.prediction import engine_of
from page.scheduler.fair_queue import Bounds, Client, Desk, Ticket, Wish, client_here, presence_here

Value = TypeVar("Value")


LONG_PREDICTION = 20_000
"""Characters; whoever asks about more than that takes many times as long as most, and gives way to them."""
_LONGEST_PAUSE = 1.0


class Gate:
    """Counts the predictions under way; explanations and books pause while there are any.

    A pause ends after a second, so that a crowd of predictions slows the others down but never stops them. A
    thread that is in a prediction itself never pauses.
    """

    def __init__(self) -> None:
        self._predictions = 0
        self._free = Condition()
        self._mine = local()

    @contextmanager
    def predicting(self) -> Iterator[None]:
        """A prediction is under way in this thread."""
        with self._free:
            self._predictions += 1
        self._mine.predicting = True
        try:
            yield
        finally:
            self._mine.predicting = False
            with self._free:
                self._predictions -= 1
                if not self._predictions:
                    self._free.notify_all()

    def give_way(self, seconds: float = _LONGEST_PAUSE) -> float:
        """Wait until no prediction is under way, `seconds` at most; the seconds waited."""
        if getattr(self._mine, "predicting", False):
            return 0.0
        started = time.monotonic()
        with self._free:
            self._free.wait_for(lambda: not self._predictions, seconds)
        return time.monotonic() - started

    def after_predictions(self, steps: Iterable[Value]) -> Iterator[Value]:
        """The same steps, each begun when no prediction is under way."""
        self.give_way()
        for step in steps:
            yield step
            self.give_way()


class PoliteEngine:
    """An engine that gives way before each window."""

    def __init__(self, engine: Engine, gate: Gate) -> None:
        self._engine = engine
        self._gate = gate

    def read(self, windows: Iterable[Ids]) -> Iterator[Logits]:
        """See `Engine`."""
        return self._engine.read(self._gate.after_predictions(windows))


def polite(bundle: ModelBundle, gate: Gate) -> ModelBundle:
    """The same bundle, for what takes long: it gives way before each window."""
    return replace(bundle, engine=PoliteEngine(engine_of(bundle), gate))


Updates = list[Any]
_THREADS = 13
_LOOK_UP = 0.5
_SLICE, _LONG_SLICE = 2.0, 10.0  # seconds; most explanations take less
_PLACE = "Waiting: {ahead} before you"
_END = object()


@dataclass(frozen=True, slots=True)
class Turns:
    """The kinds of work and the threads that do them; work knows whose request it is for.

    `long_predictions` are of texts that take many times as long as most. `openings` take files and pasted
    books in, `screens` draw what waits or has ended.
    """

    predictions: Desk
    explanations: Desk
    books: Desk
    files: Desk
    long_predictions: Desk
    openings: Desk
    screens: Desk
    threads: ThreadPoolExecutor

    async def predict(self, work: Callable[[], Value], characters: int = 0) -> Value:
        """What `work` returns, when it is the client's turn to ask about a text of so many characters.

        Raises:
            BusyError: the client has its share of places, or there are no more.
        """
        desk = self.predictions if characters <= LONG_PREDICTION else self.long_predictions
        return await self.run(desk, client_here(), work)

    async def run(self, desk: Desk, client: Client, work: Callable[[], Value]) -> Value:
        """What `work` returns, when it is this client's turn at a desk.

        Whoever leaves within it keeps the turn until the thread is free again.

        Raises:
            BusyError: the client has its share of places, or there are no more.
        """
        async with _ticket(desk, client) as ticket:
            await ticket.turn.wait()
            ticket.work = self.threads.submit(copy_context().run, work)
            return await asyncio.wrap_future(ticket.work)

    async def aside(self, work: Callable[[], Value]) -> Value:
        """What `work` returns, which draws a screen or the like: never in the event loop, and in turn."""
        return await self.run(self.screens, client_here(), work)

    async def finish(self, desk: Desk, steps: Generator[object, None, Value]) -> Value:
        """The value of a generator, run to its end when it is the client's turn; who waits is told how long.

        Raises:
            BusyError: see `predict`.
            gr.Error: the client has gone.
        """
        present, progress = presence_here(), gr.Progress()
        async with _ticket(desk, client_here()) as ticket:
            kept: list[Value] = []
            async with aclosing(self.each(_keeping(steps, kept), ticket)) as each:
                while True:
                    while not await desk.wait(ticket, _LOOK_UP):
                        if not present():
                            raise _gone()
                        if not ticket.has_begun:
                            progress(0, desc=_PLACE.format(ahead=desk.ahead(ticket)))
                    if await anext(each, _END) is _END:
                        return kept[0]
                    if not present():
                        raise _gone()
                    desk.pass_on(ticket)

    async def in_line(
        self,
        desk: Desk,
        wish: Wish,
        wanted: Callable[[], bool],
        show: Callable[[int], Updates],
        steps: Generator[Updates | None, None, None],
    ) -> AsyncGenerator[Updates, None]:
        """What `steps` yield, when it is the client's turn; before that what `show` says of the turns ahead.

        A step that yields None has nothing new to show.
        It ends where it is `wanted` no longer, and shows no more where the reader wishes something else of
        this desk; the steps end by themselves then.

        Raises:
            BusyError: see `predict`; never because of what the same reader wished before.
        """
        present, told = presence_here(), -1
        async with _ticket(desk, client_here(), wish) as ticket, aclosing(self.each(steps, ticket)) as each:
            while True:
                while not await desk.wait(ticket, _LOOK_UP):
                    ahead = desk.ahead(ticket)
                    if ticket.superseded or not present() or not wanted():
                        return
                    if ahead != told and not ticket.has_begun:
                        yield await self.aside(partial(show, ahead))
                    told = ahead
                updates = await anext(each, _END)
                if updates is _END:
                    return
                if updates is not None and not ticket.superseded:
                    yield cast(Updates, updates)
                desk.pass_on(ticket)

    async def each(
        self, steps: Generator[Value, None, None], ticket: Ticket | None = None
    ) -> AsyncGenerator[Value, None]:
        """A generator's values, each computed in a thread, where it is closed too once no thread is in it.

        The turn of `ticket` lasts as long as a thread works for it.
        """
        future: Future[Any] | None = None
        context = copy_context()
        try:
            while True:
                future = self.threads.submit(context.run, _advance, steps)
                if ticket is not None:
                    ticket.work = future
                value = await asyncio.wrap_future(future)
                if value is _END:
                    return
                yield value
        finally:
            if future is None:
                steps.close()
            else:  # what it does at its end may take long
                future.add_done_callback(lambda _: self.threads.submit(context.run, steps.close))


def make_turns() -> Turns:
    """Desks for a crowd on two cores: no more waits than can be answered within about a minute."""
    return Turns(
        predictions=Desk(Bounds(running=4, waiting=100, session=4, address=80), seconds=0.2),
        explanations=Desk(Bounds(running=1, waiting=24, session=2, address=20, begun=6), 3.0, _SLICE),
        books=Desk(Bounds(running=2, waiting=12, session=2, address=10), 20.0, _LONG_SLICE),
        files=Desk(Bounds(running=1, waiting=30, session=8, address=8), seconds=1.0),
        long_predictions=Desk(Bounds(running=1, waiting=30, session=2, address=16), seconds=2.0),
        openings=Desk(Bounds(running=2, waiting=40, session=4, address=12, begun=3), seconds=2.0),
        screens=Desk(Bounds(running=2, waiting=1_000, session=1_000, address=1_000), seconds=0.2),
        threads=ThreadPoolExecutor(_THREADS, "work"),
    )


def _advance(steps: Generator[Value, None, None]) -> Value | object:
    """The next value, or `_END`; then what the work has freed goes back to the system."""
    value = next(steps, _END)
    if value is _END:
        give_back_memory()
    return value


def _leave_later(loop: asyncio.AbstractEventLoop, desk: Desk, ticket: Ticket, _: Future[Any]) -> None:
    """Leave a desk out of another thread; nothing where the server has ended meanwhile."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(desk.leave, ticket)


def _gone() -> gr.Error:
    """What ends the work of a client that nobody will read; Gradio keeps it out of the log."""
    return gr.Error("The client has gone.", print_exception=False)


@asynccontextmanager
async def _ticket(desk: Desk, client: Client, wish: Wish | None = None) -> AsyncIterator[Ticket]:
    """A place at a desk, which whoever leaves keeps until the thread that works for it is free again."""
    ticket = desk.draw(client, wish)
    try:
        yield ticket
    finally:
        if ticket.work is None or ticket.work.done():
            desk.leave(ticket)
        else:
            ticket.work.add_done_callback(partial(_leave_later, asyncio.get_running_loop(), desk, ticket))


def _keeping(steps: Generator[object, None, Value], kept: list[Value]) -> Generator[object, None, None]:
    """The same steps; their value is put into `kept` at the end."""
    kept.append((yield from steps))
