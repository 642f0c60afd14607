"""The routes under which a book's results are fetched: made from memory, no file is ever written."""

from functools import partial
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from authorship.datamodels import Author
from page.book.books import Books
from page.book.exports import FILES, saved_name, write_csv, write_json
from page.book.hands import settled
from page.book.picture import draw_picture
from page.book.reading import BookReading
from page.book.view import LEADERS
from page.book.wording import book_messages
from page.delivery import HEADERS, deliver
from page.messages import Language
from page.readings import ROLES
from page.turns import Turns
from page.wording import messages

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
        name = quote(saved_name(reading, file), safe="")
        saved = f"attachment; filename=\"{file}\"; filename*=UTF-8''{name}"
        headers = HEADERS | {"Content-Disposition": saved}
        make = partial(_write, file, reading, language)
        return await deliver(request, turns, make, _TYPES[file], headers)

    return [Route("/book/{token}/{file}", download)]


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
    known = (author for role in ROLES for author in reading.track(role).bundle.authors)
    return next(author for author in known if author.key == key)
