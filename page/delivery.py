"""Files made from memory when they are asked for: in turn, and sent as fast as the client takes them."""

from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from page.desk import BusyError
from page.presence import client_of
from page.security.shares import Shares
from page.turns import Turns

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_PIECE = 64_000  # bytes that wait in the connection at most
_ROOM = 400_000_000
_BUSY = "Too many files are on their way to you: try again in 30 seconds."
under_way = Shares(_ROOM)
"""Bytes of files that were made and are not sent yet, however slowly their clients take them."""


class _Delivery(StreamingResponse):
    """A file for which there is room, which is given back once it was sent or its client has gone."""

    def __init__(self, data: bytes, address: str, media_type: str, headers: dict[str, str]) -> None:
        super().__init__(_pieces(data), media_type=media_type, headers=headers)
        self._held = address, len(data)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            under_way.give_back(*self._held)


async def deliver(
    request: Request,
    turns: Turns,
    make: Callable[[], str | bytes],
    media_type: str,
    headers: dict[str, str],
) -> Response:
    """The file that `make` makes when it is the client's turn; 503 where there is no place to wait.

    Likewise where the client leaves more files unread than it may, or others leave no room for one.
    """
    client = client_of(request)
    try:
        made = await turns.run(turns.files, client, make)
    except BusyError as error:
        return PlainTextResponse(str(error), 503, HEADERS | {"Retry-After": str(error.seconds)})
    data = made.encode() if isinstance(made, str) else made
    if not under_way.take(client.address, len(data)):
        return PlainTextResponse(_BUSY, 503, HEADERS | {"Retry-After": "30"})
    lengths = headers | {"Content-Length": str(len(data))}
    return _Delivery(data, client.address, media_type, lengths)


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    """The server waits between two pieces until the client has taken most of what was sent."""
    for start in range(0, len(data), _PIECE):
        yield data[start : start + _PIECE]
