"""Files to save, whatever tab they are of: their names, CSV for spreadsheets, and how they are sent.

Each is made in memory when it is the client's turn, and sent as fast as the client takes it.
"""

import csv
import io
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from itertools import chain
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from authorship.numerals import Language, decimal
from page.i18n.messages import Messages
from page.request_filter.addresses import Shares
from page.scheduler.fair_queue import BusyError, client_of
from page.scheduler.turns import Turns

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_PIECE = 64_000  # bytes that wait in the connection at most
_ROOM = 400_000_000
_BUSY = "Too many files are on their way to you: try again in 30 seconds."
under_way = Shares(_ROOM)
"""Bytes of files that were made and are not sent yet, however slowly their clients take them."""
LONGEST_PART = 60
_STRANGE = re.compile(r"[^\w .,«»№-]+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SEPARATORS: dict[Language, str] = {"ru": ";", "en": ","}


def file_name(parts: Sequence[str], file: str) -> str:
    """`file` with the parts before it that have letters, such as a text's name and an author's.

    >>> file_name(["Дуэль?", "А. П. Чехов"], "explanation.html")
    'Дуэль - А. П. Чехов - explanation.html'
    """
    named = [" ".join(_STRANGE.sub(" ", part).split())[:LONGEST_PART].strip(" .-") for part in parts]
    return " - ".join([*filter(None, named), file])


def attachment(name: str, plain: str) -> dict[str, str]:
    """The header by which a browser saves an answer as `name`; `plain` is for those that take ASCII only."""
    encoded = quote(name, safe="")
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"}


def write_rows(heads: Sequence[str], rows: Iterable[Sequence[str]], words: Messages) -> Iterator[str]:
    """A line for the heads and each row, after a byte-order mark by which spreadsheets know UTF-8.

    Columns are parted by semicolons in Russian, by commas in English, as spreadsheets of these languages
    part them; see `percent_cell` for the numbers. No cell is taken for a formula.
    """
    line = io.StringIO("\ufeff")
    line.seek(0, io.SEEK_END)
    writer = csv.writer(line, delimiter=_SEPARATORS[words.language], lineterminator="\r\n")
    for row in chain([heads], rows):
        writer.writerow(map(_inert, row))
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def percent_cell(share: float, words: Messages) -> str:
    """A share in percent with the language's decimal mark; never a false 0 or 100."""
    held = min(max(share, 0.0001), 0.9999) if 0 < share < 1 else share
    return decimal(held * 100, 2, words)


def _inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


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
