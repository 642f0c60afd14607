"""The tab's events without a browser: reading, stopping, zooming, passages, problems, both languages."""

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest

from authorship.datamodels import Book, Notice, NoticeCode
from page.book.books import Books
from page.book.crossing import Crossing, widened
from page.book.handlers import BookHandlers
from page.book.problems import render_notices
from page.book.reading import BookReading, hands, leading, same_leader
from page.book.screen import BookScreen, draw_book
from page.book.view import NARROWEST, BookView, Place
from page.book.wording import book_messages
from page.handlers import Handlers
from page.reader import Reader
from page.readings import ROLES
from page.session import Session
from page.wording import messages


@pytest.fixture
def handlers(reader: Reader, books: Books) -> BookHandlers:
    """The tab's handlers over the random pair."""
    return BookHandlers(reader, books)


def screen(handlers: BookHandlers, session: Session) -> BookScreen:
    """The tab as it stands."""
    return draw_book(handlers.reader, handlers.books, session.book, session.language)


def opened(handlers: BookHandlers, text: str) -> tuple[Session, Iterator[object]]:
    """A session in which a text was pasted, and its reading."""
    session = Session()
    handlers.open_text(session, "ru", text)
    return session, handlers.read(session)


def test_a_book_is_read_to_its_end_and_drawn(handlers: BookHandlers, book_text: str) -> None:
    session, reading = opened(handlers, book_text)
    assert screen(handlers, session).reading
    for _ in reading:
        pass
    shown = screen(handlers, session)
    assert shown.visible and not shown.reading
    assert shown.chart.count("<polyline") == 8 and "Прочитано целиком" in shown.state
    assert "<img" not in "".join([shown.chart, shown.card, shown.teacher_passages, shown.changes])
    drawn = shown.chart + shown.card + shown.teacher_passages
    assert "${" not in drawn and "{{" not in drawn


def test_stopping_keeps_what_was_read_and_says_so(handlers: BookHandlers, book_text: str) -> None:
    session, reading = opened(handlers, book_text)
    next(reading), next(reading)
    handlers.stop(session)
    for _ in reading:
        pass
    shown = screen(handlers, session)
    assert shown.visible and not shown.reading
    assert "Чтение остановлено" in shown.state and 'class="unread"' in shown.chart
    kept = handlers.books.find(session.book.token)
    assert kept is not None and 0 < kept.share < 1 and kept.complete


def test_a_second_press_while_reading_changes_nothing(handlers: BookHandlers, book_text: str) -> None:
    session, reading = opened(handlers, book_text)
    next(reading), next(reading)
    handlers.open_text(session, "ru", "")
    assert list(handlers.read(session))
    for _ in reading:
        pass
    kept = handlers.books.find(session.book.token)
    assert kept is not None and kept.stage == "done"


def test_another_book_ends_the_one_under_way(handlers: BookHandlers, book_text: str) -> None:
    session, reading = opened(handlers, book_text)
    next(reading), next(reading)
    first = handlers.books.find(session.book.token)
    handlers.open_text(session, "ru", book_text[100:])
    for _ in reading:
        pass
    assert first is not None and first.stage == "stopped"
    second = handlers.books.find(session.book.token)
    assert second is not None and second.stage == "waiting"


def test_a_visitor_who_leaves_ends_the_reading(handlers: BookHandlers, book_text: str) -> None:
    session, reading = opened(handlers, book_text)
    next(reading), next(reading)
    reading.close()  # type: ignore[attr-defined]
    kept = handlers.books.find(session.book.token)
    assert kept is not None and kept.stage == "stopped"


def test_a_short_text_is_offered_to_the_other_tab(
    handlers: BookHandlers, reader: Reader, books: Books, sample_text: str
) -> None:
    session, _ = opened(handlers, sample_text)
    assert screen(handlers, session).excerpt_fits and "маловато" in screen(handlers, session).problem
    crossing = Crossing(Handlers(reader, books), handlers)
    assert crossing.to_excerpt(session, "ru")[0] == sample_text.strip()
    assert session.reading is not None and session.reading.text == sample_text.strip()


def test_a_long_excerpt_is_offered_to_the_book_tab(
    handlers: BookHandlers, reader: Reader, books: Books, book_text: str
) -> None:
    session, long = Session(), book_text * 9
    excerpts = Handlers(reader, books)
    excerpts.read(session, "ru", long)
    assert session.problem is not None and session.problem.code == "too_large"
    Crossing(excerpts, handlers).to_book(session)
    kept = books.find(session.book.token)
    assert kept is not None and kept.book.text == long and kept.stage == "waiting"


def test_a_passage_becomes_the_excerpt(
    handlers: BookHandlers, reader: Reader, books: Books, finished: BookReading
) -> None:
    books._readings.keep(finished.token, finished)
    session, crossing = Session(), Crossing(Handlers(reader, books), handlers)
    session.book.open(finished.token)
    passage = finished.student.passages[7]
    crossing.open_passage(session, "ru", f"1 student {passage.start} Beta")
    place = session.place
    assert place is not None and place.start <= passage.start < passage.stop <= place.stop
    assert session.reading is not None and session.author == "Beta"
    assert session.reading.text == finished.book.text[place.start : place.stop]
    for nonsense in ("", "1", "1 student", "1 student x", "1 nobody 3", "1 student -4 Beta"):
        crossing.open_passage(session, "ru", nonsense)
        assert session.place == place


@pytest.mark.parametrize("place", [Place(0, 10), Place(500, 520), Place(990, 1000), Place(100, 900)])
def test_a_narrow_passage_is_widened_within_the_book(place: Place) -> None:
    wide = widened(place, 1000)
    assert 0 <= wide.start <= place.start and place.stop <= wide.stop <= 1000
    assert wide.stop - wide.start >= 200


def test_a_zoom_stays_within_the_book() -> None:
    view = BookView()
    for start, stop in ((5_000, 5_010), (-9e9, 4_000), (7_000, 9e9), (9e9, -9e9), (0, 10_000)):
        view.zoom(start, stop, 10_000)
        assert view.start >= 0 and view.stop <= 10_000 and view.stop - view.start >= NARROWEST
    view.zoom(0, 10, 1_500)
    assert (view.start, view.stop) == (0, 1_500)


def test_a_lost_book_says_so(handlers: BookHandlers) -> None:
    session = Session()
    session.book.open("forgotten-1")
    handlers.zoom(session, "1 0 100")
    assert "больше нет" in screen(handlers, session).problem


def test_leaders_keep_their_lines() -> None:
    view = BookView()
    for leading_now, drawn in (
        (("A", "B"), ("A", "B")), (("B", "C", "A"), ("A", "B", "C")), (("D", "C", "B"), ("D", "B", "C")),
        (("C",), ("C",)),
    ):  # fmt: skip
        view.settle(leading_now)
        assert view.leaders == drawn
    view.author = "Z"
    assert view.drawn == ("C", "Z")


def test_what_both_say_is_counted_by_passages(finished: BookReading) -> None:
    assert set(leading(finished, 4)) == {author.key for author in finished.teacher.bundle.authors}
    found = finished.teacher_found
    assert found is not None
    assert sum(hand.share for hand in hands(found)) == pytest.approx(1)
    authors = {stretch.author for stretch in found.stretches}
    assert {hand.author for hand in hands(found)} <= {None, *authors}
    nobody = replace(found, stretches=tuple(replace(one, unknown=True) for one in found.stretches))
    assert [(hand.author, hand.share) for hand in hands(nobody)] == [(None, 1.0)]
    twins = replace(finished, student=finished.teacher)
    assert same_leader(twins) == 1.0


def test_every_notice_is_worded_in_both_languages() -> None:
    for language in ("ru", "en"):
        said = {
            render_notices((Notice(code, "", 3),), messages(language), book_messages(language))
            for code in get_args(NoticeCode)
        }
        assert len(said) == len(get_args(NoticeCode)) and all("class" in one for one in said)


def test_the_tab_speaks_both_languages(handlers: BookHandlers, finished: BookReading) -> None:
    handlers.books._readings.keep(finished.token, finished)
    session = Session()
    session.book.open(finished.token)
    for language, expected in (("en", "Along the book"), ("ru", "По ходу книги")):
        handlers.localise(session, language)  # type: ignore[arg-type]
        assert expected in screen(handlers, session).chart
    assert finished.book == Book(finished.book.text, "txt", None, finished.book.title)
    assert all(finished.found(role) for role in ROLES)
