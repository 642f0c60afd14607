"""Results kept for those who have them on their screens, and the routes under which they are fetched.

Everything is made from memory, no file is ever written.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from authorship.models.source import Role
from authorship.numerals import Language
from explain.agreement import Likeness, compare
from explain.masking import knows, verify
from explain.report.html import render_document
from explain.report.json import ModelResult, Result, to_json, weight_hashes
from page.downloads import HEADERS, attachment, deliver
from page.excerpt.pair_service import Reader
from page.masking.links import FILES, saved_name
from page.scheduler.turns import Turns
from page.session import Session
from page.share.about import public_address
from page.share.card import draw_card, make_card
from page.storage.cache import Room
from page.storage.weights import session_bytes

if TYPE_CHECKING:
    from page.session import Session


_TOKEN = 300  # bytes that a token takes


class ShownResults:
    """Keeps the sessions that show something; one that has to go forgets it. One instance serves all."""

    def __init__(self, room: Room | None = None) -> None:
        """`room` is what all that is kept for visitors shares."""
        self._room = room or Room()

    def put(self, session: Session) -> None:
        """Weigh what a session shows, and let its result be found."""
        key = ("session", id(session))
        if session.reading is None and not session.upload:
            self._room.drop(key)
            return
        self._room.keep(key, session, session_bytes(session), session.forget)
        if session.result:
            self._room.keep(("result", session.result), session, _TOKEN)

    def find(self, token: str) -> Session | None:
        """The session that still shows the result of this token."""
        session = cast("Session | None", self._room.find(("result", token)))
        return session if session is not None and session.result == token else None


SAVED_HEADERS = HEADERS | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
_LOST = "This result is no longer on any screen: read the text again on the page."
_TYPES = dict(zip(FILES, ("text/html; charset=utf-8", "application/json", "image/png"), strict=True))


def takeaway_routes(results: ShownResults, reader: Reader, turns: Turns) -> list[Route]:
    """`excerpt/TOKEN/FILE`, the token being hard to guess; each file is made when it is the client's turn."""

    async def download(request: Request) -> Response:
        session, file = results.find(request.path_params["token"]), request.path_params["file"]
        if session is None or session.reading is None or file not in FILES:
            return PlainTextResponse(_LOST, 404, SAVED_HEADERS)
        shown = replace(session)  # as it stands now, whatever comes while this waits
        language: Language = "en" if request.query_params.get("language") == "en" else "ru"
        headers = SAVED_HEADERS | attachment(saved_name(shown, file), file)
        make = partial(_make, file, reader, shown, language, public_address(request))
        return await deliver(request, turns, make, _TYPES[file], headers)

    return [Route("/excerpt/{token}/{file}", download)]


def _make(file: str, reader: Reader, session: Session, language: Language, address: str) -> str | bytes:
    result = to_result(reader, session, address)
    assert result is not None
    if file.endswith(".json"):
        return to_json(result)
    if file.endswith(".png"):
        return draw_card(make_card(result, language))
    return render_document(result, language)


def to_result(reader: Reader, session: Session, address: str = "") -> Result | None:
    """What a session shows, as it stands, on the page at that address; None where it shows no reading."""
    reading, masked = session.reading, session.masked
    if reading is None:
        return None
    shown = masked.spans if masked else ()
    scale = None if session.rival else reader.scale
    first, second = session.teacher.attribution, session.student.attribution
    return Result(
        path="",
        text=reading.text,
        author=reader.author(session.author),
        rival=reader.author(session.rival) if session.rival else None,
        teacher=_part(reader, session, "teacher"),
        student=_part(reader, session, "student"),
        agreement=Likeness(compare(first, second), session.transfer, scale) if first and second else None,
        masked=shown,
        cover=session.masks.cover,
        judgement=reading.judgement,
        hashes=reading.hashes,
        address=address,
    )


def _part(reader: Reader, session: Session, role: Role) -> ModelResult:
    reading, masked, attribution = session.reading, session.masked, session.of(role).attribution
    assert reading is not None
    plain = ModelResult(reading.of(role), attribution, weight_hashes(reader.bundle(role)))
    if masked is None or not masked.spans:
        return plain
    author = reader.author(session.author)
    rival = reader.author(session.rival) if session.rival else None
    before, after = reading.of(role), masked.of(role)
    if not all(knows(before, one) for one in (author, rival) if one):
        return replace(plain, masked=after)
    found = verify(before, after, masked.spans, author, rival, attribution)
    return replace(plain, masked=after, verification=found)
