"""What is saved can be read again and says what the models said; nothing in it does harm."""

import csv
import io
import json
import re
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from authorship.models.source import Role
from authorship.numerals import Language
from explain.report.highlights import escape
from page.book import downloads
from page.book.books import Books
from page.book.downloads import FILES, download_routes, to_object, write_csv, write_json
from page.book.picture import draw_picture
from page.book.reading import BookReading, saved_name
from page.downloads import percent_cell, write_rows
from page.excerpt.results import ROLES
from page.excerpt.verdict import role_name
from page.i18n.wording import book_messages, display_name, messages
from page.scheduler.fair_queue import Bounds, Desk
from page.scheduler.turns import make_turns


def rows_of(reading: BookReading, language: Language) -> list[dict[str, str]]:
    """The table as a spreadsheet of the language opens it."""
    table = "".join(write_csv(reading, language))
    assert table.startswith("\ufeff")
    found = csv.DictReader(io.StringIO(table[1:]), delimiter=";" if language == "ru" else ",")
    return list(found)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_passage_is_a_row_that_a_spreadsheet_opens(finished: BookReading, language: Language) -> None:
    words, rows = messages(language), rows_of(finished, language)
    start, stop, chapter, model, *_ = book_messages(language).csv_heads
    for role in ROLES:
        own = [row for row in rows if row[model] == role_name(role, words)]
        curve, track = finished.track(role).curve(), finished.track(role)
        assert [(int(row[start]), int(row[stop])) for row in own] == [
            (passage.start, passage.stop) for passage in track.passages
        ]
        assert [row[chapter] for row in own] == [finished.chapter(one.middle) for one in track.passages]
        for row, shares in zip(own, curve.probabilities, strict=True):
            for author in track.bundle.authors:
                cell, share = row[f"{display_name(author, words)}, %"], float(shares[author.label_id])
                assert float(cell.replace(",", ".")) == pytest.approx(100 * share, abs=0.011)
    # what no probability is, none is shown as; a name that a spreadsheet would take for a formula is a text
    assert [percent_cell(share, words).replace(",", ".") for share in (0.0, 1e-9, 1 - 1e-9, 1.0)] == [
        "0.00", "0.01", "99.99", "100.00"
    ]  # fmt: skip
    assert next(write_rows(["=1", "а"], [], words)).startswith("\ufeff'=1")


def test_the_object_is_whole_and_adds_up(finished: BookReading) -> None:
    again = json.loads(write_json(finished))
    assert again.items() >= to_object(finished).items() and again["text"] == finished.book.text
    assert again["citation"]["text"] and again["citation"]["date"] == again["made"]
    assert again["hashes"]["text"][:16] in again["citation"]["sentence"]
    assert [one["title"] for one in again["chapters"]] == [one.text for one in finished.book.headings]
    assert again["read"] == again["characters"] == len(finished.book.text)
    role: Role
    for role in ROLES:
        model = again["models"][role]
        assert sum(author["probability"] for author in model["whole"]["authors"]) == pytest.approx(1)
        assert all(
            sum(one["probabilities"].values()) == pytest.approx(1, abs=1e-4) for one in model["passages"]
        )
        offsets = [change["offset"] for change in model["changes"]]
        assert offsets == sorted(offsets) and all(0 < offset < again["characters"] for offset in offsets)


def test_each_passage_says_whose_it_is(finished: BookReading) -> None:
    rows, words = rows_of(finished, "en"), messages("en")
    *_, model, unknown, whose = book_messages("en").csv_heads
    for role in ROLES:
        found, own = finished.found(role), [row for row in rows if row[model] == role_name(role, words)]
        assert found is not None
        for row, listed, passage in zip(
            own, to_object(finished)["models"][role]["passages"], found.passages, strict=True
        ):
            middle = (passage.start + passage.stop) / 2
            stretch = next(one for one in found.stretches if one.start <= middle < one.stop)
            hand = None if stretch.unknown else stretch.author
            assert listed["hand"] == (hand.key if hand else None)
            assert row[whose] == (display_name(hand, words) if hand else "")
            assert bool(row[unknown]) == listed["unknown"]
            assert listed["unknown"] == finished.track(role).bundle.calibration.is_unknown(
                np.array(passage.logits)
            )


@pytest.mark.parametrize(
    ("title", "saved"),
    [("Нос", "Нос - book.json"), ("../a/b:c*?", "a b c - book.json"), ("", "book.json"),
     ("\n\t/", "book.json"),     ("я" * 300, "я" * 60 + " - book.json")],
)  # fmt: skip
def test_files_are_named_by_the_book(finished: BookReading, title: str, saved: str) -> None:
    named = replace(finished, book=replace(finished.book, title=title))
    assert saved_name(named, "book.json") == saved


def test_pictures_are_pictures_and_titles_are_text(finished: BookReading) -> None:
    authors = finished.teacher.bundle.authors
    words, book = messages("ru"), book_messages("ru")
    tree = ElementTree.fromstring(draw_picture(finished, authors, "svg", words, book))
    texts = "".join(node.text or "" for node in tree.iter("{http://www.w3.org/2000/svg}text"))
    assert "<img src=x" in texts and "Автор Beta" in texts and "Глава 1." in texts
    assert not [node for node in tree.iter() if node.tag.endswith(("script", "image", "}img"))]
    assert draw_picture(finished, authors, "png", words, book).startswith(b"\x89PNG")


@pytest.mark.parametrize("file", FILES)
def test_only_who_has_the_token_gets_the_file(books: Books, finished: BookReading, file: str) -> None:
    books._readings.keep(finished.token, finished)
    client = TestClient(Starlette(routes=[*download_routes(books, make_turns())]))
    answer = client.get(f"/book/{finished.token}/{file}")
    assert answer.status_code == 200 and answer.content
    saved = answer.headers["content-disposition"]
    assert saved.startswith(f"attachment; filename=\"{file}\"; filename*=UTF-8''")
    assert saved.isascii() and "%3C" not in saved and "%2F" not in saved
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get(f"/book/{finished.token}x/{file}").status_code == 404
    assert client.get(f"/book/{finished.token}/other").status_code == 404


def test_a_passage_is_saved_by_itself_with_its_characters_marked(books: Books, finished: BookReading) -> None:
    books._readings.keep(finished.token, finished)
    client = TestClient(Starlette(routes=[*download_routes(books, make_turns())]))
    folder, passage = f"/book/{finished.token}/passage.html", finished.student.passages[9]
    answer = client.get(f"{folder}?role=student&at={passage.start}&language=en")
    outlined = escape(finished.book.text[passage.start : passage.stop])
    assert answer.status_code == 200 and f"<mark>{outlined}</mark>" in answer.text
    saved = answer.headers["content-disposition"]
    assert saved.startswith("attachment") and f"{passage.start}-{passage.stop}.html" in saved
    hashes, (cited,) = to_object(finished)["hashes"], re.findall('<div class="cite">(.*?)</div>', answer.text)
    assert all(hashes[name][:12] in cited for name in ("teacher", "student", "text"))
    assert "http://testserver/" in cited and "How to cite" in cited and "Глава" in cited
    assert "<img" not in answer.text and "<script" not in answer.text
    for nonsense in ("", "?at=", "?at=-4", "?at=x", "?at=99999999999", "?at=²"):
        assert client.get(folder + nonsense).status_code == 404
    assert client.get(f"{folder}?at=0&role=nobody").status_code == 200


def test_files_are_made_in_turn_and_refused_where_the_queue_is_full(
    books: Books, finished: BookReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more are made at once than the desk lets in, and one address has its share of places."""
    books._readings.keep(finished.token, finished)
    turns = replace(make_turns(), files=Desk(Bounds(running=1, waiting=9, session=3, address=3)))
    client, now, most = TestClient(Starlette(routes=[*download_routes(books, turns)])), 0, 0
    real = downloads._write

    def write(*inputs: Any) -> str | bytes:
        nonlocal now, most
        now, most = now + 1, max(most, now + 1)
        time.sleep(0.05)
        now -= 1
        return real(*inputs)

    monkeypatch.setattr(downloads, "_write", write)
    with client, ThreadPoolExecutor(8) as threads:
        addresses = [f"/book/{finished.token}/{file}" for file in FILES] * 2
        answers = list(threads.map(client.get, addresses))
    told = [answer.status_code for answer in answers]
    assert most == 1 and set(told) == {200, 503} and told.count(200) >= 3
    assert all("retry-after" in answer.headers for answer in answers if answer.status_code == 503)
    assert turns.files.held == 0
