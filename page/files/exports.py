"""The table of many files as CSV that opens right in a Russian and in an English spreadsheet."""

from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from page.book.downloads import HEADERS, deliver
from page.excerpt.results import ROLES
from page.excerpt.verdict import role_name
from page.files.batches import Batches
from page.files.rows import Batch, Row
from page.files.view import CSV_FILE, first_shares, say_certainty, say_notices, say_row
from page.i18n.messages import Language
from page.i18n.wording import display_name, file_messages, messages
from page.scheduler.turns import Turns
from page.spreadsheet import percent_cell, write_rows

_LOST = "This table is no longer kept: choose the files again on the page."


def file_routes(batches: Batches, turns: Turns) -> list[Route]:
    """`files/TOKEN/table.csv`, the token being hard to guess; it is made when it is the client's turn."""

    async def download(request: Request) -> Response:
        batch = batches.find(request.path_params["token"])
        if batch is None or not batch.all_rows:
            return PlainTextResponse(_LOST, 404, HEADERS)
        language: Language = "en" if request.query_params.get("language") == "en" else "ru"
        headers = HEADERS | {"Content-Disposition": f'attachment; filename="{CSV_FILE}"'}
        return await deliver(
            request, turns, partial(write_table, batch, language), "text/csv; charset=utf-8", headers
        )

    return [Route(f"/files/{{token}}/{CSV_FILE}", download)]


def write_table(batch: Batch, language: Language) -> str:
    """A row for each file, also for those that reading has not come to yet; shares are percents."""
    words, files = messages(language), file_messages(language)
    models = [f"{role_name(role, words)}{end}" for role in ROLES for end in ("", ", %")]
    heads = [files.file, files.verdict, files.certainty, *models, files.characters, files.notices]
    return "".join(write_rows(heads, (_cells(row, language) for row in batch.all_rows), words))


def _cells(row: Row, language: Language) -> list[str]:
    words, files = messages(language), file_messages(language)
    models = [""] * 2 * len(ROLES)
    if row.found and (shares := first_shares(row.found)):
        firsts = (one.top_k(1)[0].author for one in (row.found.teacher, row.found.student))
        pairs = zip(firsts, shares, strict=True)
        cells = [(display_name(author, words), percent_cell(share, words)) for author, share in pairs]
        models = [cell for pair in cells for cell in pair]
    said = say_row(row, language), say_certainty(row, files)
    length = str(row.characters) if row.found else ""
    return [row.name, *said, *models, length, " ".join(say_notices(row, language))]
