"""Files made from memory when they are asked for: in turn, and sent as fast as the client takes them."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from authorship.datamodels import Author
from authorship.numerals import Language
from page.book.author_shares import settled
from page.book.books import Books
from page.book.exports import FILES, saved_name, write_csv, write_json
from page.book.passage import find_opened, passage_name, write_passage
from page.book.picture import draw_picture
from page.book.reading import BookReading
from page.book.view import LEADERS, Shown
from page.excerpt.results import ROLES
from page.i18n.wording import book_messages, messages
from page.request_filter.addresses import Shares
from page.scheduler.fair_queue import BusyError
from page.scheduler.presence import client_of
from page.scheduler.turns import Turns

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


_LOST = "This book is no longer kept: open it again on the page."
_TYPES = dict(
    zip(FILES, ("text/csv; charset=utf-8", "application/json", "image/svg+xml", "image/png"), strict=True)
)


def download_routes(books: Books, turns: Turns) -> list[Route]:
    """`book/TOKEN/FILE`, the token being hard to guess; each file is made when it is the client's turn."""

    async def download(request: Request) -> Response:
        reading = books.find(request.path_params["token"])
        file = request.path_params["file"]
        if reading is None or not reading.complete or file not in FILES:
            return PlainTextResponse(_LOST, 404, HEADERS)
        language: Language = "en" if request.query_params.get("language") == "en" else "ru"
        headers = HEADERS | {"Content-Disposition": _attachment(file, saved_name(reading, file))}
        make = partial(_write, file, reading, language)
        return await deliver(request, turns, make, _TYPES[file], headers)

    async def passage(request: Request) -> Response:
        reading, asked = books.find(request.path_params["token"]), request.query_params
        role = next((role for role in ROLES if role == asked.get("role")), ROLES[0])
        place = asked.get("at", "")
        at = int(place) if place.isdecimal() and len(place) < 10 else -1
        opened = find_opened(reading, Shown(role, at)) if reading is not None and at >= 0 else None
        if opened is None:
            return PlainTextResponse(_LOST, 404, HEADERS)
        language: Language = "en" if asked.get("language") == "en" else "ru"
        words, book = messages(language), book_messages(language)
        headers = HEADERS | {"Content-Disposition": _attachment("passage.html", passage_name(opened))}
        make = partial(write_passage, opened, str(request.base_url), words, book)
        return await deliver(request, turns, make, "text/html; charset=utf-8", headers)

    return [Route("/book/{token}/passage.html", passage), Route("/book/{token}/{file}", download)]


def _attachment(file: str, name: str) -> str:
    return f"attachment; filename=\"{file}\"; filename*=UTF-8''{quote(name, safe='')}"


def _write(file: str, reading: BookReading, language: Language) -> str | bytes:
    if file.endswith(".csv"):
        return "".join(write_csv(reading, language))
    if file.endswith(".json"):
        return write_json(reading)
    authors = [_author(reading, key) for key in settled(reading, LEADERS)]
    kind = file.rpartition(".")[2]
    return draw_picture(reading, authors, kind, messages(language), book_messages(language))


def _author(reading: BookReading, key: str) -> Author:
    """An author whom at least one of the models knows."""
    known = (author for role in ROLES for author in reading.track(role).authors)
    return next(author for author in known if author.key == key)
