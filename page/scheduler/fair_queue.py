"""Who waits for what: a bounded queue, fair between clients, for each kind of work.

Who asks, and whether they are still there, is what Gradio knows of the request under way. It tells a
generator that its client has gone at the next `yield`, and a plain function never; what its queue knows is
read here, as `gr.Progress` reads it.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Any

import gradio as gr
from gradio.context import LocalContext
from starlette.requests import Request
from starlette.types import Scope

from authorship.errors import AuthorshipError
from page.request_filter.addresses import client_address


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks: an address, and a browser tab or program behind it."""

    address: str
    session: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a kind of work may be under way: running at once, and running or waiting.

    `session` and `address` are the most for one of each, so that none fills the queue alone. Work that has
    passed its turn on keeps what it has in memory: no more than `begun` may have, all but two of one address.
    """

    running: int
    waiting: int
    session: int
    address: int
    begun: int = 1000


class BusyError(AuthorshipError):
    """A client asks for more than its share, or too many ask; `seconds` is when to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Busy: try again in {seconds} seconds.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader at the page wants now, in place of their last wish, which had another `number`."""

    reader: object = field(repr=False)  # may hold the reader's text
    number: int


@dataclass(slots=True, eq=False)
class Ticket:
    """One client's place in a queue; `superseded` where the reader wants something else by now.

    `began` is when its turn did, on the monotonic clock, `spent` the seconds of its turns before. One that
    has passed its turn on gets the next after turn number `due`, whoever comes meanwhile. `work` is what a
    thread does for it.
    """

    client: Client
    wish: Wish
    superseded: bool = False
    turn: asyncio.Event = field(default_factory=asyncio.Event)
    began: float = 0.0
    spent: float = 0.0
    due: int = 0
    work: Future[Any] | None = None

    @property
    def has_begun(self) -> bool:
        """Whether it had a turn before."""
        return self.began > 0


class Desk:
    """Gives turns to those who wait: first to the client whose last turn is longest ago.

    A turn may be passed on before the work is done: long work never keeps others waiting for its end.

    Addresses go before sessions: who opens many sessions has no more turns than who opens one.
    """

    def __init__(self, bounds: Bounds, seconds: float = 1.0, slice_seconds: float = inf) -> None:
        """`seconds` is how long a piece of work takes until it is known better.

        What takes longer than `slice_seconds` passes its turn on when another waits.
        """
        self.bounds = bounds
        self._seconds = seconds
        self._slice = slice_seconds
        self._waiting: list[Ticket] = []
        self._running: list[Ticket] = []
        self._turns = 0
        self._served: dict[str | Client, int] = {}

    @property
    def held(self) -> int:
        """How many wait or run."""
        return len(self._waiting) + len(self._running)

    def draw(self, client: Client, wish: Wish | None = None) -> Ticket:
        """A place in the queue; `leave` must follow.

        A reader's wish takes the place of their last one, so it is never refused because of that: one that
        waits is out of the queue at once; one that has its turn keeps it until it leaves, but counts no more.

        Raises:
            BusyError: the client has its share of places, or there are no more.
        """
        ticket = Ticket(client, wish or Wish(object(), 0))
        last = self._last(ticket.wish)
        tickets = [other for other in self._counted() if other is not last]
        mine = sum(ticket.client == client for ticket in tickets)
        near = sum(ticket.client.address == client.address for ticket in tickets)
        bounds = self.bounds
        full = len(tickets) >= bounds.waiting + bounds.running
        if full or mine >= bounds.session or near >= bounds.address:
            raise BusyError(self._estimate(mine if mine >= bounds.session else len(tickets)))
        self._waiting.append(ticket)
        if last is not None:
            last.superseded = True
            if last in self._waiting:
                self._waiting[self._waiting.index(last)] = self._waiting.pop()
        self._next()
        return ticket

    def serves(self, wish: Wish) -> bool:
        """Whether this very wish waits or has its turn."""
        last = self._last(wish)
        return last is not None and last.wish.number == wish.number

    def _counted(self) -> list[Ticket]:
        return [ticket for ticket in (*self._waiting, *self._running) if not ticket.superseded]

    def _last(self, wish: Wish) -> Ticket | None:
        """The place that this reader's last wish still has."""
        return next((ticket for ticket in self._counted() if ticket.wish.reader is wish.reader), None)

    def leave(self, ticket: Ticket) -> None:
        """Give the place up, whether waiting or running; a second time does nothing."""
        if ticket in self._waiting:
            self._waiting.remove(ticket)
        elif ticket in self._running:
            self._running.remove(ticket)
            self._seconds += 0.2 * (ticket.spent + time.monotonic() - ticket.began - self._seconds)
        self._next()

    def pass_on(self, ticket: Ticket) -> None:
        """Give the turn to the next and queue up again, if the slice is used up and another may begin.

        Call it between two steps; where `ticket.turn` is not set afterwards, `wait` for it again.
        """
        used = time.monotonic() - ticket.began
        if ticket not in self._running or used < self._slice or not self._waiting:
            return
        self._running.remove(ticket)
        self._waiting.append(ticket)
        ticket.spent += used
        ticket.due = self._turns + len(self._waiting) - 1
        ticket.turn.clear()
        self._next()

    async def wait(self, ticket: Ticket, seconds: float) -> bool:
        """Whether the ticket has its turn, after so many seconds at most."""
        with suppress(TimeoutError):
            await asyncio.wait_for(ticket.turn.wait(), seconds)
        return ticket.turn.is_set()

    def ahead(self, ticket: Ticket) -> int:
        """How many turns end before this one begins, as far as known now; 0 for one that has its turn."""
        if ticket not in self._waiting:
            return 0
        return self._order().index(ticket) + len(self._running)

    def _next(self) -> None:
        while self._waiting and len(self._running) < self.bounds.running:
            ticket = next(filter(self._may_begin, self._order()), None)
            if ticket is None:
                return
            self._waiting.remove(ticket)
            self._running.append(ticket)
            self._count(ticket.client)
            ticket.began = time.monotonic()
            ticket.turn.set()

    def _may_begin(self, ticket: Ticket) -> bool:
        """Whether there is room in memory for this work beside what has begun already."""
        if ticket.has_begun:
            return True
        begun = [*self._running, *(other for other in self._waiting if other.has_begun)]
        near = sum(other.client.address == ticket.client.address for other in begun)
        return len(begun) < self.bounds.begun and near < max(1, self.bounds.begun - 2)

    def _count(self, client: Client) -> None:
        """Note a turn; who has had none for long is forgotten, and counts as new."""
        self._turns += 1
        self._served |= {client: self._turns, client.address: self._turns}
        if len(self._served) > 4096:
            self._served = {who: turn for who, turn in self._served.items() if turn > self._turns - 1024}

    def _order(self) -> list[Ticket]:
        """Those who wait, the next one first: as if each had its turn and went behind the others."""
        crowded = len({ticket.client.address for ticket in self._waiting}) > 1
        rounds: Counter[str | Client] = Counter()
        keys: dict[Ticket, tuple[int, ...]] = {}
        for ticket in self._waiting:
            client, address = ticket.client, ticket.client.address
            far = (rounds[address], self._served.get(address, 0)) if crowded else (0, 0)
            late = ticket.has_begun and ticket.due <= self._turns
            keys[ticket] = (not late, far[0], rounds[client], far[1], self._served.get(client, 0))
            rounds.update((client, address))
        return sorted(self._waiting, key=keys.__getitem__)

    def _estimate(self, turns: int) -> int:
        return max(1, ceil(self._seconds * turns / self.bounds.running))


_asking: ContextVar[str] = ContextVar("asking", default="")


def client_here() -> Client:
    """The client of the request under way, see `client_address`; call it in the handler itself."""
    request = LocalContext.request.get(None)
    if request is None:
        return Client("", "")
    return Client(_address(request), str(request.session_hash or ""))


def address_here() -> str:
    """The address of the request under way, in the handler, in its threads, and before Gradio knows it."""
    if LocalContext.request.get(None) is not None:
        return client_here().address
    return _asking.get()


@contextmanager
def asked_by(scope: Scope) -> Iterator[None]:
    """All that is done within belongs to the client of this request."""
    token = _asking.set(client_of(Request(scope)).address)
    try:
        yield
    finally:
        _asking.reset(token)


def client_of(request: Request) -> Client:
    """The client of a request that is none of Gradio's; it has no session."""
    return Client(_address(request), "")


def _address(request: gr.Request | Request) -> str:
    forwarded = str(request.headers.get("x-forwarded-for", ""))
    return client_address(request.client.host if request.client else "", forwarded)


def presence_here() -> Callable[[], bool]:
    """Whether the client of the request under way still listens; call it in the handler itself."""
    blocks, event_id = LocalContext.blocks.get(None), LocalContext.event_id.get(None)
    event = blocks._queue.event_ids_to_events.get(event_id) if blocks and event_id else None
    return lambda: event is None or (event.alive and not event.closed)
