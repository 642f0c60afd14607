"""A text that the models cannot judge: no author is given the look of an answer, whatever the way in."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from authorship.datamodels import Judgement, Outside
from authorship.models.bundle import ModelBundle
from authorship.models.calibration import AtLength, Calibration
from explain.report.html import render_document
from explain.report.json import to_object as explained_object
from page.api import Api
from page.book.books import Books
from page.book.downloads import to_object, write_json
from page.book.reading import BookReading
from page.book.screen import draw_book
from page.book.view import BookView
from page.excerpt.pair_service import Reader
from page.excerpt.results import Reading
from page.excerpt.verdict import render_outside
from page.handlers import Handlers
from page.i18n.wording import messages
from page.masking.downloads import to_result
from page.screen import draw
from page.session import Session
from tests.page.own_loop import run_in_own_loop

OUTSIDE = Outside("language", "The text is in Bulgarian.", "bg")
BULGARIAN = {"ru": "по\u2011болгарски", "en": "Bulgarian"}


@pytest.fixture
def handlers(tiny_bundle: ModelBundle, tiny_student: ModelBundle, monkeypatch) -> Handlers:
    """Handlers over the random pair, to whose judge every text is Bulgarian."""
    reader = Reader(tiny_bundle, tiny_student)
    read: Callable[[str], Reading] = reader._read

    def judged(text: str) -> Reading:
        found = read(text)
        abstaining = (replace(one, unknown=True) for one in (found.teacher, found.student))
        return Reading(text, found.windows, *abstaining, Judgement(OUTSIDE))

    monkeypatch.setattr(reader, "_read", judged)
    return Handlers(reader, Books(tiny_bundle, tiny_student))


def unfolded(html: str) -> str:
    """What is seen before anything is unfolded."""
    return re.sub("<details.*?</details>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_nobody_is_named_or_explained_until_asked_for(handlers: Handlers, sample_text: str, language) -> None:
    session = Session()
    handlers.read(session, language, sample_text)
    for _ in handlers.explain(session):
        pass
    assert session.teacher.attribution is None and not session.explaining and session.reading
    shown = draw(handlers.reader, session)
    assert shown.insist and not shown.group and not shown.stop and BULGARIAN[language] in shown.verdict
    names = [name for author in handlers.reader.authors for name in (author.name, author.name_en)]
    found = session.reading.teacher
    born = [replace(one, born=1790 + 9 * place, died=1900) for place, one in enumerate(found.authors)]
    note = render_outside(replace(found, authors=tuple(born)), found, messages(language))
    assert ("родившихся с 1790 по 18" if language == "ru" else "born from 1790 to 18") in note
    assert any(name in shown.verdict for name in names)
    assert not any(name in unfolded(shown.verdict) for name in names)
    assert 'class="ranking"' not in shown.verdict
    handlers.insist(session)
    for _ in handlers.explain(session):
        pass
    shown = draw(handlers.reader, session)
    assert session.teacher.attribution and shown.group and not shown.insist
    assert BULGARIAN[language] in shown.verdict and not any(name in shown.verdict for name in names)
    assert "ranking unsure" in shown.rankings
    handlers.read(session, language, sample_text + " И ещё.")
    assert session.held and draw(handlers.reader, session).insist


def test_what_is_saved_says_so(handlers: Handlers, sample_text: str) -> None:
    session = Session()
    handlers.read(session, "en", sample_text)
    handlers.insist(session)
    for _ in handlers.explain(session):
        pass
    result = to_result(handlers.reader, session)
    assert result is not None
    assert explained_object(result)["outside"] == {"kind": "language", "reason": OUTSIDE.reason}
    html = render_document(result, "en")
    told, names = html.index("Bulgarian"), [author.name_en for author in handlers.reader.authors]
    assert told < html.index("<details>") < min(html.index(name) for name in names if name in html)
    plain = replace(result, judgement=Judgement())
    assert explained_object(plain)["outside"] is None and "<details>" not in render_document(plain, "en")


def test_programs_are_told_why(handlers: Handlers, sample_text: str, monkeypatch) -> None:
    api = Api(handlers.reader, handlers.books)
    told = {"kind": "language", "reason": OUTSIDE.reason}
    found = run_in_own_loop(api.attribute(sample_text))
    assert found["outside"] == told and found["verdict"]["certainty"] == "outside"
    assert found["verdict"]["author"] is None and "Bulgarian" in found["verdict"]["text"]
    assert all(model["unknown"] for model in found["models"].values())
    assert run_in_own_loop(api.explain(sample_text, ""))["outside"] == told
    monkeypatch.undo()
    plain = Api(Reader(handlers.reader.teacher, handlers.reader.student), handlers.books)
    found = run_in_own_loop(plain.attribute(sample_text))
    assert (
        found["outside"] is None
        and found["verdict"]["author"] == found["models"]["teacher"]["authors"][0]["author"]
    )
    assert not found["notices"]
    dressed = run_in_own_loop(plain.attribute(sample_text.replace("о", "о\u0301")))
    assert [notice["kind"] for notice in dressed["notices"]] == ["hidden_marks"]
    assert dressed["models"] == found["models"]
    long = run_in_own_loop(plain.attribute((sample_text + " ") * 20))["notices"]
    assert [one["kind"] for one in long] == ["long_text"] and "/book" in long[0]["text"]


def test_a_book_that_is_outside_shows_no_chart_and_folds_the_rest(
    handlers: Handlers, sample_text: str
) -> None:
    reading = handlers.books.open_text(sample_text * 15)
    for _ in reading.reading():
        pass
    handlers.books.remember(reading)
    seen = drawn(handlers, reading)
    assert seen.visible and seen.chart and to_object(reading)["outside"] is None
    reading.judgement = Judgement(OUTSIDE)
    seen = drawn(handlers, reading)
    assert not seen.visible and not seen.chart and "Bulgarian" in seen.state
    names = [author.name_en for author in handlers.reader.authors]
    assert any(name in seen.state for name in names) and not any(
        name in unfolded(seen.state) for name in names
    )
    value = json.loads(write_json(reading))
    assert value["outside"]["kind"] == "language" and value["verdict"]["certainty"] == "outside"


def drawn(handlers: Handlers, reading: BookReading):
    """The book tab in English with this book."""
    view = BookView()
    view.open(reading.token)
    return draw_book(handlers.reader, handlers.books, view, "en")


def test_two_hands_and_a_part_by_nobody_are_called_so(handlers: Handlers, sample_text: str) -> None:
    reading = handlers.books.open_text(sample_text * 15)
    for _ in reading.reading():
        pass
    handlers.books.remember(reading)
    found = reading.teacher_found
    assert found is not None
    whole, author = found.stretches[0], found.whole.authors[1]
    middle = len(reading.book.text) // 2
    mine = replace(whole, stop=middle, author=author, certainty=0.97, unknown=False)
    nobodys = replace(whole, start=middle, stop=len(reading.book.text), unknown=True)
    reading.teacher_found = reading.student_found = replace(found, stretches=(mine, nobodys))
    seen = drawn(handlers, reading)
    assert f"Two hands: {author.name_en} (0–" in seen.state and "somebody unknown (" in seen.state
    assert f"almost certainly {author.name_en}: characters" in seen.chart
    assert "nobody known, most like" in seen.changes
    value = to_object(reading)
    assert value["verdict"] is None
    assert [part["models"]["teacher"] for part in value["stretches"]] == [author.key, None]


def test_how_often_such_short_texts_are_right_is_told_of_the_pairs_weaker(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, sample_text: str
) -> None:
    def measured(bundle: ModelBundle, right: float) -> ModelBundle:
        # no text is so strange that none of the authors would be named
        lengths = (AtLength(characters, 1.0, 1e9, 0.0, right) for characters in (100, 10_000))
        return replace(bundle, calibration=Calibration(lengths=tuple(lengths)))

    said = []
    for student in (measured(tiny_student, 0.6), tiny_student):
        session = Session(language="en")
        reader = Reader(measured(tiny_bundle, 0.8), student)
        session.open(reader.read(sample_text))
        said.append(draw(reader, session).verdict)
    assert "60% of cases" in said[0] and "of cases" not in said[1]
