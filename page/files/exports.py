"""The table of many files as CSV that opens right in Russian and English spreadsheets, and as JSON."""

import json
from dataclasses import asdict
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from authorship import VERSION
from authorship.numerals import Language
from authorship.predict.results import (
    known_authors,
    outside_object,
    prediction_object,
    stretch_objects,
    verdict_object,
)
from page.downloads import HEADERS, deliver, percent_cell, write_rows
from page.excerpt.results import ROLES
from page.excerpt.verdict import role_name
from page.files.batches import Batches
from page.files.rows import Batch, Row
from page.files.view import CSV_FILE, JSON_FILE, first_shares, say_certainty, say_notices, say_row
from page.i18n.wording import display_name, file_messages, messages
from page.scheduler.turns import Turns

_LOST = "This table is no longer kept: choose the files again on the page."


def file_routes(batches: Batches, turns: Turns) -> list[Route]:
    """`files/TOKEN/FILE`, the token being hard to guess; each file is made when it is the client's turn."""

    async def download(request: Request) -> Response:
        batch, file = batches.find(request.path_params["token"]), request.path_params["file"]
        if batch is None or not batch.all_rows or file not in (CSV_FILE, JSON_FILE):
            return PlainTextResponse(_LOST, 404, HEADERS)
        language: Language = "en" if request.query_params.get("language") == "en" else "ru"
        headers = HEADERS | {"Content-Disposition": f'attachment; filename="{file}"'}
        if file == JSON_FILE:
            return await deliver(request, turns, partial(write_json, batch), "application/json", headers)
        make = partial(write_table, batch, language)
        return await deliver(request, turns, make, "text/csv; charset=utf-8", headers)

    return [Route("/files/{token}/{file}", download)]


def write_json(batch: Batch) -> str:
    """Each file as `python -m authorship --format json` has it; of one that was not read, the problem."""
    return json.dumps(
        {"version": VERSION, "files": [_object(row) for row in batch.all_rows]}, ensure_ascii=False
    )


def _object(row: Row) -> dict[str, Any]:
    found = row.found
    if found is None:
        return {"path": row.name, "problem": row.problem.code if row.problem else None}
    known = known_authors(found.teacher, found.student)
    pair = zip(ROLES, (found.teacher, found.student), strict=True)
    value: dict[str, Any] = {
        "path": row.name,
        "characters": row.characters,
        "outside": outside_object(found.judgement.outside),
        "verdict": verdict_object(found.verdict, known, found.parts),
        "models": {role: prediction_object(prediction) for role, prediction in pair},
        "notices": [notice.to_contract() for notice in row.notices],
        "hashes": asdict(found.hashes) if found.hashes else None,
    }
    return value | ({"stretches": stretch_objects(found.parts)} if found.parts else {})


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
