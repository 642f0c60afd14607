"""Reading a request's body: so many bytes, in so much time, and so much at once for all visitors."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from page.security.refusal import Refusal

PATIENCE = 20.0
"""Seconds that any body may take; a long one gets more by `SLOWEST`."""
SLOWEST = 16_000
"""Bytes a second below which a client is given up."""


@dataclass(slots=True)
class Budget:
    """Bytes of bodies that are held at this moment; all requests share one."""

    room: int
    used: int = 0

    def take(self, size: int) -> None:
        """Hold so many bytes more.

        Raises:
            Refusal: there is no room for them now.
        """
        if self.used + size > self.room:
            raise Refusal(503, "The server is busy, try in 5 seconds.", retry_after=5)
        self.used += size

    def give_back(self, size: int) -> None:
        """Let go of bytes taken before."""
        self.used -= size


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

    Raises, when called:
        Refusal: 413 or 408.
    """
    began, received, whole = time.monotonic(), 0, False

    async def next_part() -> Message:
        nonlocal received, whole
        if whole:
            return await receive()
        left = began + PATIENCE + received / SLOWEST - time.monotonic()
        message = await _within(receive(), left)
        received += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if received > limit:
            raise too_large(limit)
        note(len(message.get("body", b"")))
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
    """`receive` that gives a body read before, then whatever comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
