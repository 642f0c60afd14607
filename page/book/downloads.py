"""The routes under which a book's results are fetched: made from memory, no file is ever written."""

from collections.abc import Callable
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from authorship.datamodels import Author
from page.book.books import Books
from page.book.exports import FILES, saved_name, write_csv, write_json
from page.book.hands import settled
from page.book.picture import draw_picture
from page.book.reading import BookReading
from page.book.view import LEADERS
from page.book.wording import book_messages
from page.messages import Language
from page.readings import ROLES
from page.wording import messages

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_LOST = "This book is no longer kept: open it again on the page."


def download_routes(books: Books) -> list[Route]:
    """`book/TOKEN/FILE`, the token being hard to guess."""

    async def download(request: Request) -> Response:
        reading = books.find(request.path_params["token"])
        file = request.path_params["file"]
        if reading is None or not reading.complete or file not in FILES:
            return PlainTextResponse(_LOST, 404, _HEADERS)
        language: Language = "en" if request.query_params.get("language") == "en" else "ru"
        name = quote(saved_name(reading, file), safe="")
        saved = f"attachment; filename=\"{file}\"; filename*=UTF-8''{name}"
        headers = _HEADERS | {"Content-Disposition": saved}
        return await run_in_threadpool(_WRITERS[file], reading, language, headers)

    return [Route("/book/{token}/{file}", download)]


def _csv(reading: BookReading, _: Language, headers: dict[str, str]) -> Response:
    return StreamingResponse(write_csv(reading), media_type="text/csv; charset=utf-8", headers=headers)


def _json(reading: BookReading, _: Language, headers: dict[str, str]) -> Response:
    return Response(write_json(reading), media_type="application/json", headers=headers)


def _picture(kind: str, media_type: str) -> Callable[[BookReading, Language, dict[str, str]], Response]:
    def write(reading: BookReading, language: Language, headers: dict[str, str]) -> Response:
        authors = [_author(reading, key) for key in settled(reading, LEADERS)]
        picture = draw_picture(reading, authors, kind, messages(language), book_messages(language))
        return Response(picture, media_type=media_type, headers=headers)

    return write


def _author(reading: BookReading, key: str) -> Author:
    """An author whom at least one of the models knows."""
    known = (author for role in ROLES for author in reading.track(role).bundle.authors)
    return next(author for author in known if author.key == key)


_WRITERS = dict(
    zip(FILES, (_csv, _json, _picture("svg", "image/svg+xml"), _picture("png", "image/png")), strict=True)
)
