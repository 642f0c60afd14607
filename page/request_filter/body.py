"""Reading a request's body: so many bytes, in so much time, and so much at once for each address."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from page.request_filter.addresses import Shares
from page.request_filter.refusal import Refusal

PATIENCE = 20.0
"""Seconds that a body may stand still, and that any body may take."""
SLOWEST = 16_000
"""Bytes a second by which a body may take longer."""
SMALL = 64_000
"""Bytes of a body that are taken from the reserve: what most requests send altogether."""


class Budget:
    """Bytes of bodies that are held at this moment; small bodies have a reserve of their own."""

    def __init__(self, room: int, reserve: int = 500 * SMALL) -> None:
        self.large = Shares(room)
        self.small = Shares(reserve)


@dataclass(slots=True)
class Held:
    """What one body holds of the budget."""

    budget: Budget
    address: str
    size: int = 0
    _from: Shares | None = field(default=None, init=False)

    def take(self, size: int) -> None:
        """Hold so many bytes more; a body that outgrows the reserve moves out of it.

        Raises:
            Refusal: there is no room for them now, or the address holds its share.
        """
        whole = self.size + size
        wanted = self.budget.small if whole <= SMALL else self.budget.large
        moved = whole if wanted is not self._from else size
        if not wanted.take(self.address, moved):
            raise Refusal(503, "The server is busy, try in 5 seconds.", retry_after=5)
        if moved != size:
            self._leave()
        self._from, self.size = wanted, whole

    def give_back(self) -> None:
        """Let go of all of it; a second time does nothing."""
        self._leave()
        self._from, self.size = None, 0

    def _leave(self) -> None:
        if self._from is not None:
            self._from.give_back(self.address, self.size)


def check_announced(headers: Headers, limit: int) -> None:
    """Refuse a body whose announced length is too large, or that is compressed.

    Raises:
        Refusal: it is.
    """
    announced = headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > 18 or int(announced) > limit:
        raise too_large(limit)
    if headers.get("content-encoding", "identity") != "identity":
        raise Refusal(415, "Send the body uncompressed.")


def too_large(limit: int) -> Refusal:
    """The refusal of a body of more than `limit` bytes."""
    return Refusal(413, f"The request is too large: at most {limit:,} bytes are read.")


def limited(receive: Receive, limit: int, note: Callable[[int], None] = lambda _: None) -> Receive:
    """`receive` that gives up on bodies too large or too slow; `note` hears the size of each part.

    A body has 20 seconds, and more by each byte that comes, but never more than 20 seconds from the last.

    Raises, when called:
        Refusal: 413 or 408.
    """
    received, whole = 0, False
    deadline = time.monotonic() + PATIENCE

    async def next_part() -> Message:
        nonlocal received, whole, deadline
        if whole:
            return await receive()
        message = await _within(receive(), deadline - time.monotonic())
        size = len(message.get("body", b""))
        received += size
        deadline = min(deadline + size / SLOWEST, time.monotonic() + PATIENCE)
        whole = not message.get("more_body", False)
        if received > limit:
            raise too_large(limit)
        note(size)
        return message

    return next_part


async def _within(part: Awaitable[Message], seconds: float) -> Message:
    try:
        return await asyncio.wait_for(part, max(seconds, 0.01))
    except TimeoutError:
        raise Refusal(408, "The body came too slowly.") from None


async def read_whole(next_part: Receive) -> bytes:
    """All parts of a body as one.

    Raises:
        Refusal: see `limited`.
        ClientDisconnect: the client has gone.
    """
    parts: list[bytes] = []
    while True:
        message = await next_part()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def replayed(body: bytes, receive: Receive) -> Receive:
    """`receive` that gives a body read before, once, then whatever comes after it."""
    kept = [body]

    async def again() -> Message:
        if not kept:
            return await receive()
        return {"type": "http.request", "body": kept.pop(), "more_body": False}

    return again
