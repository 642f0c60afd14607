"""The routes under which a book's files are fetched: made from memory, none is ever written."""

from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from authorship.datamodels import Author
from authorship.numerals import Language
from page.book.author_shares import settled
from page.book.books import Books
from page.book.exports import FILES, saved_name, write_csv, write_json
from page.book.passage import find_opened, passage_name, write_passage
from page.book.picture import draw_picture
from page.book.reading import BookReading
from page.book.view import LEADERS, Shown
from page.downloads import HEADERS, attachment, deliver
from page.excerpt.results import ROLES
from page.i18n.wording import book_messages, messages
from page.scheduler.turns import Turns

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
        headers = HEADERS | attachment(saved_name(reading, file), file)
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
        headers = HEADERS | attachment(passage_name(opened), "passage.html")
        make = partial(write_passage, opened, str(request.base_url), words, book)
        return await deliver(request, turns, make, "text/html; charset=utf-8", headers)

    return [Route("/book/{token}/passage.html", passage), Route("/book/{token}/{file}", download)]


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
