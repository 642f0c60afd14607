"""Results kept for those who have them on their screens: links to files, an address, the routes to them.

A browser without JavaScript follows the links too. Everything is made from memory, no file is ever written.
"""

from dataclasses import replace
from datetime import date
from functools import partial
from html import escape
from typing import cast
from zlib import crc32

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from authorship.datamodels import NearestWorks
from authorship.models.source import Role
from authorship.numerals import Language
from explain.agreement import Likeness, compare
from explain.masking import knows, verify
from explain.report.citation import Citation, incipit, say_citation
from explain.report.highlights import escape as inert
from explain.report.html import render_document
from explain.report.json import ModelResult, Result, to_json, weight_hashes
from explain.report.nearest import render_nearest
from explain.report.wording import document_words
from page.downloads import HEADERS, attachment, deliver, file_name
from page.excerpt.pair_service import Reader
from page.excerpt.results import ROLES, Reading
from page.excerpt.verdict import say_first, say_verdict
from page.i18n.messages import CheckMessages
from page.i18n.wording import display_name, messages, sharing_messages
from page.scheduler.turns import Turns
from page.session import Session
from page.share.about import public_address
from page.share.card import draw_card, make_card
from page.storage.cache import Room, session_bytes

ADDRESS = "https://address.invalid/"  # stands for the address until the browser, which knows it, puts it in
LONGEST_LINK = 32_000  # characters: browsers take many more, what carries links about often does not
FILES = ("explanation.html", "explanation.json", "verdict.png")


def render_links(session: Session, check: CheckMessages) -> str:
    """Both files and the link, as soon as a model has explained something."""
    if not (session.teacher.attribution or session.student.attribution):
        return ""
    labels = (check.export_html, check.export_json, sharing_messages(session.language).picture)
    links = "".join(
        f'<a href="excerpt/{escape(session.result)}/{file}?language={session.language}" '
        f'download="{escape(saved_name(session, file))}">{escape(label)}</a>'
        for file, label in zip(FILES, labels, strict=True)
    )
    saved = f'<p class="exports">{escape(check.exports)} {links}</p>'
    return saved + render_share(session) + render_citation(session)


def saved_name(session: Session, file: str) -> str:
    """The name under which one of `FILES` is saved: the text's first words and whom it is explained for."""
    reading = session.reading
    if reading is None:
        return file
    words = messages(session.language)
    known = (author for role in ROLES for author in reading.of(role).authors)
    author = next((display_name(one, words) for one in known if one.key == session.author), "")
    return file_name([incipit(reading.text), author], file)


def render_near(session: Session) -> str:
    """The works nearest to the text by all scores; nothing of a text that is no prose of the time."""
    reading = session.reading
    if reading is None or reading.verdict.outside:
        return ""
    authors = (author for role in ROLES for author in reading.of(role).authors)
    near: dict[str, NearestWorks | None] = {role: reading.of(role).nearest for role in ROLES}
    return render_nearest(near, authors, document_words(session.language), reading.verdict.named)


def render_citation(session: Session) -> str:
    """How to cite the result; sharing.js puts the page's address in place of the empty link."""
    reading = session.reading
    if reading is None:
        return ""
    words = document_words(session.language)
    citation = Citation(incipit(reading.text), len(reading.text), date.today(), ADDRESS, reading.hashes)
    return fold_citation(f"{say_citation(citation, words)} {_say_answer(reading, session)}", session.language)


def _say_answer(reading: Reading, session: Session) -> str:
    """What is cited: the verdict, and the first author and the percents of each model that names one."""
    words = messages(session.language)
    verdict = say_verdict(reading, words)
    if reading.verdict.outside:
        return verdict
    firsts = (say_first(role, reading.of(role), words) for role in ROLES)
    return f"{verdict} {'. '.join(firsts)}."


def fold_citation(said: str, language: Language) -> str:
    """A citation, folded, with a button that copies it; `ADDRESS` in it becomes the page's in the browser."""
    words, sharing = document_words(language), sharing_messages(language)
    before, _, after = said.partition(f"{ADDRESS}.")
    return (
        f'<details class="cite"><summary>{escape(words.cite_title)}</summary>'
        f'<p class="citation">{inert(before)}<span data-address></span>{inert(after)}</p>'
        f'<p class="exports"><button type="button" data-copy-citation '
        f'data-copied="{escape(sharing.citation_copied)}">{escape(sharing.copy_citation)}</button></p></details>'
    )


def render_share(session: Session) -> str:
    """The button for the reading on screen; its checksum tells whether the box still holds that text."""
    if session.reading is None:
        return ""
    words = sharing_messages(session.language)
    facts = {
        "crc": f"{crc32(session.reading.text.encode(errors='replace')):08x}",
        "author": session.author,
        "rival": session.rival,
        "language": session.language,
        "limit": str(LONGEST_LINK),
        "copied": words.copied,
        "by-hand": words.by_hand,
        "too-long": words.too_long,
        "changed": words.changed,
        "impossible": words.impossible,
    }
    data = " ".join(f'data-{name}="{inert(value)}"' for name, value in facts.items())
    return f'<p class="exports"><button type="button" id="copy-link" {data}>{inert(words.copy)}</button></p>'


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
