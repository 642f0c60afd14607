"""A book's results as files: every passage as CSV, all as JSON, and the routes under which they are fetched.

Made from memory when asked for, none is ever written. The JSON file holds the text and each passage's logits
too, so that `saved` opens it without reading anew.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from functools import partial
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from authorship import VERSION
from authorship.datamodels import Author
from authorship.models.source import Role
from authorship.numerals import Language
from authorship.predict.results import (
    known_authors,
    outside_object,
    prediction_object,
    stretch_objects,
    verdict_object,
)
from authorship.same_hand.answer import PartAnswer
from authorship.same_hand.results import hand_object
from explain.report.citation import Citation, incipit
from page.book.author_shares import hand_keys, settled
from page.book.books import Books
from page.book.passage import find_opened, passage_name, write_passage
from page.book.picture import draw_picture
from page.book.reading import BookReading, hashes_of, made_on, saved_name
from page.book.saved_form import FORMAT, FORMAT_VERSION
from page.book.view import LEADERS, Shown
from page.downloads import HEADERS, attachment, deliver, percent_cell, write_rows
from page.excerpt.results import ROLES
from page.excerpt.verdict import role_name
from page.i18n.messages import BookMessages, Messages
from page.i18n.wording import book_messages, display_name, messages
from page.scheduler.turns import Turns

FILES = ("passages.csv", "book.json", "chart.svg", "chart.png")
_DIGITS = 6


def render_exports(reading: BookReading, language: Language, book: BookMessages) -> str:
    """Links to the four files; a browser without JavaScript follows them too."""
    labels = (book.export_csv, book.export_result, book.export_svg, book.export_png)
    folder = f"book/{escape(reading.token)}"
    links = "".join(
        f'<a href="{folder}/{file}?language={language}" download="{escape(saved_name(reading, file))}">'
        f"{escape(label)}</a>"
        for file, label in zip(FILES, labels, strict=True)
    )
    return f'<p class="exports">{escape(book.exports)} {links}</p>'


def write_csv(reading: BookReading, language: Language) -> Iterator[str]:
    """One row a passage: place, chapter, model, whether it names nobody, whose it is, each author's percents.

    Whose it is follows from the whole book, empty where nobody's; a percent is empty where the author is not
    known to the model.
    """
    words, book = messages(language), book_messages(language)
    authors = {author.key: author for role in ROLES for author in reading.track(role).authors}
    names = {key: display_name(author, words) for key, author in sorted(authors.items())}
    heads = [*book.csv_heads, *(f"{name}, %" for name in names.values())]
    return write_rows(heads, _rows(reading, names, words, book), words)


def _rows(
    reading: BookReading, names: Mapping[str, str], words: Messages, book: BookMessages
) -> Iterator[list[str]]:
    for role in ROLES:
        track = reading.track(role)
        curve, labels = track.curve(), [track.label(key) for key in names]
        for passage, shares, unknown, hand in zip(
            track.passages, curve.probabilities, curve.unknown.tolist(), hand_keys(reading, role), strict=True
        ):
            cells = ["" if label is None else percent_cell(float(shares[label]), words) for label in labels]
            abstains = book.names_nobody if unknown else ""
            place = [str(passage.start), str(passage.stop), reading.chapter(passage.middle)]
            yield [*place, role_name(role, words), abstains, names[hand] if hand else "", *cells]


def write_json(reading: BookReading) -> str:
    """All results as one JSON object that `saved.open_saved` opens again."""
    return json.dumps(to_saved(reading), ensure_ascii=False, separators=(",", ":"))


def to_saved(reading: BookReading) -> dict[str, Any]:
    """`to_object`, what a chart is drawn from beside it, and the text; the format's name stands first."""
    book = reading.book
    head = {"format": FORMAT, "version": FORMAT_VERSION, "program": VERSION, "made": made_on(reading)}
    source = {
        "format": book.format,
        "encoding": book.encoding,
        "seconds": round(reading.seconds, 3),
        "notices": [asdict(notice) for notice in book.notices],
    }
    name, made = book.title or incipit(book.text), date.fromisoformat(made_on(reading))
    kept: dict[str, Any] = {
        "citation": Citation(name, len(book.text), made, "", hashes_of(reading)).to_object(),
        "source": source,
        "judged": asdict(reading.judgement),
        "tracks": {role: _track(reading, role) for role in ROLES},
    }
    if reading.compared:
        kept["compared"] = [_compared(one) for one in reading.compared.values()]
    return head | to_object(reading) | kept | {"text": book.text}


def _compared(part: PartAnswer) -> dict[str, Any]:
    """What was said of a part beside the rest of its book."""
    return {"verdict": hand_object(part)} | asdict(part)


def _track(reading: BookReading, role: Role) -> dict[str, Any]:
    """What one model's passages hold beside their places, by column; and its word on the whole."""
    track, found = reading.track(role), reading.found(role)
    passages = track.passages
    whole = None
    if found is not None:
        whole = {
            "logits": found.whole.logits,
            "probabilities": found.whole.probabilities,
            "unknown": found.whole.unknown,
            "calibrated": found.whole.calibrated,
        }
    return {
        "authors": [asdict(author) for author in track.authors],
        "whole": whole,
        "tokens": [passage.tokens for passage in passages],
        "outside": [passage.outside for passage in passages],
        "between": [passage.between for passage in passages],
        "logits": [passage.logits for passage in passages],
    }


def to_object(reading: BookReading) -> dict[str, Any]:
    """All results as the endpoint `/book` gives them; offsets are characters of the text."""
    book = reading.book
    value: dict[str, Any] = {
        "title": book.title,
        "characters": len(book.text),
        "read": reading.reached,
        "outside": outside_object(reading.judgement.outside),
        "verdict": _verdict(reading),
        "models": {role: _model(reading, role) for role in ROLES},
        "chapters": [{"start": one.start, "title": one.text, "level": one.level} for one in book.headings],
        "notices": [notice.to_contract() for notice in reading.notices],
        "hashes": asdict(hashes_of(reading)),
    }
    if reading.parts:
        value["stretches"] = stretch_objects(reading.parts)
    return value


def _verdict(reading: BookReading) -> dict[str, str | None] | None:
    """The verdict on the whole; None where several hands wrote it, or while it is not known."""
    verdict, teacher, student = reading.verdict, reading.teacher_found, reading.student_found
    if verdict is None or teacher is None or student is None:
        return None
    return verdict_object(verdict, known_authors(teacher.whole, student.whole), reading.parts)


def _model(reading: BookReading, role: Role) -> dict[str, Any]:
    found = reading.found(role)
    keys = [author.key for author in reading.track(role).authors]
    curve = reading.track(role).curve()
    changes = [
        {"offset": change.offset, "before": change.before.key, "after": change.after.key}
        for change in (found.changes if found else ())
    ]
    passages = [
        {
            "start": start,
            "stop": stop,
            "unknown": unknown,
            "hand": hand,
            "probabilities": dict(zip(keys, _rounded(shares), strict=True)),
        }
        for start, stop, unknown, hand, shares in zip(
            curve.starts.tolist(),
            curve.stops.tolist(),
            curve.unknown.tolist(),
            hand_keys(reading, role),
            curve.probabilities.tolist(),
            strict=True,
        )
    ]
    stretches = [
        {
            "start": stretch.start,
            "stop": stretch.stop,
            "author": stretch.author.key,
            "certainty": round(stretch.certainty, _DIGITS),
            "unknown": stretch.unknown,
            "outside": stretch.outside,
        }
        for stretch in (found.stretches if found else ())
    ]
    whole = prediction_object(found.whole) if found else None
    return {"whole": whole, "changes": changes, "stretches": stretches, "passages": passages}


def _rounded(shares: list[float]) -> list[float]:
    return [round(share, _DIGITS) for share in shares]


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
