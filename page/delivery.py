"""Files made from memory when they are asked for: in turn, and sent as fast as the client takes them."""

from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from page.desk import BusyError
from page.presence import client_of
from page.turns import Turns

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_PIECE = 64_000  # bytes that wait in the connection at most


async def deliver(
    request: Request,
    turns: Turns,
    make: Callable[[], str | bytes],
    media_type: str,
    headers: dict[str, str],
) -> Response:
    """The file that `make` makes when it is the client's turn; 503 where there is no place to wait."""
    try:
        made = await turns.run(turns.files, client_of(request), make)
    except BusyError as error:
        return PlainTextResponse(str(error), 503, HEADERS | {"Retry-After": str(error.seconds)})
    data = made.encode() if isinstance(made, str) else made
    lengths = headers | {"Content-Length": str(len(data))}
    return StreamingResponse(_pieces(data), media_type=media_type, headers=lengths)


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    """The server waits between two pieces until the client has taken most of what was sent."""
    for start in range(0, len(data), _PIECE):
        yield data[start : start + _PIECE]
