"""The tab's events without a browser: reading, stopping, zooming, passages, problems, both languages."""

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest

from authorship.datamodels import Notice, NoticeCode, Stretch
from authorship.predict.hands import Part
from page.book.author_shares import hands, leading, same_leader, settled
from page.book.books import Books
from page.book.handlers import BookHandlers
from page.book.passage_lists import _usual, render_origin, surroundings
from page.book.points import figures, thin
from page.book.reading import BookReading
from page.book.screen import BookScreen, draw_book
from page.book.tab_links import Crossing
from page.book.verdict import render_notices, say_several
from page.book.view import NARROWEST, BookView, Place, Span
from page.excerpt.pair_service import Reader
from page.excerpt.results import ROLES
from page.handlers import Handlers
from page.i18n.wording import book_messages, display_name, messages
from page.screen import draw
from page.session import Session


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
    for language, said in (("ru", "вкладке «Книга»"), ("en", "“Book” tab")):
        excerpts.read(session, language, book_text)  # one that the excerpt tab reads, as if by one hand
        shown = draw(reader, session)
        assert shown.to_book and shown.group and said in shown.verdict and "data-to-book" in shown.verdict
    Crossing(excerpts, handlers).to_book(session)
    assert (kept := books.find(session.book.token)) is not None and kept.book.text == book_text
    excerpts.read(session, "en", book_text[:5_000])
    assert not draw(reader, session).to_book and "data-to-book" not in draw(reader, session).verdict


def test_a_passage_becomes_the_excerpt(
    handlers: BookHandlers, reader: Reader, books: Books, finished: BookReading
) -> None:
    books._readings.keep(finished.token, finished)
    session, crossing = Session(), Crossing(Handlers(reader, books), handlers)
    session.book.open(finished.token)
    passage = finished.student.passages[7]
    crossing.open_passage(session, "ru", f"1 student {passage.start} Beta")
    origin = session.place
    assert origin is not None and origin.passage == Place(passage.start, passage.stop)
    place = origin.read
    assert place.start <= passage.start < passage.stop <= place.stop
    note = render_origin(origin, messages("ru"), book_messages("ru"))
    assert "data-back" in note and "<img" not in note
    assert session.reading is not None and session.author == "Beta"
    assert session.reading.text == finished.book.text[place.start : place.stop]
    for nonsense in ("", "1", "1 student", "1 student x", "1 nobody 3", "1 student -4 Beta"):
        crossing.open_passage(session, "ru", nonsense)
        assert session.place == origin


@pytest.mark.parametrize("start", [0, 30, 4_000, 11_400])
@pytest.mark.parametrize("broken", [False, True])
def test_a_passage_is_read_with_whole_sentences_around_it(book_text: str, start: int, broken: bool) -> None:
    text = book_text.replace(".", "").replace("\n", " ") if broken else book_text
    passage = Place(start, start + 300)
    around = surroundings(text, passage)
    assert 0 <= around.start <= passage.start and passage.stop <= around.stop <= len(text)
    assert 1_500 <= around.stop - around.start <= 4_500
    if not broken:
        assert around.stop == len(text) or text[around.stop - 1] in ".!?»…\n>"
        assert around.start == 0 or text[around.start - 1].isspace()


def test_reading_goes_on_where_it_stopped_and_nothing_is_read_twice(
    handlers: BookHandlers, book_text: str, finished: BookReading
) -> None:
    session, reading = opened(handlers, book_text)
    next(reading), next(reading)
    handlers.stop(session)
    list(reading)
    kept = handlers.books.find(session.book.token)
    assert kept is not None and kept.stage == "stopped" and screen(handlers, session).stopped
    first = {role: tuple(kept.track(role).passages) for role in ROLES}
    assert "Пока, по первым" in screen(handlers, session).state
    handlers.go_on(session)
    assert screen(handlers, session).reading and not screen(handlers, session).stopped
    for _ in handlers.read(session):
        pass
    assert kept.stage == "done" and handlers.books.open_text(book_text) is kept
    for role in ROLES:
        passages = kept.track(role).passages
        assert tuple(passages[: len(first[role])]) == first[role]
        assert [(one.start, one.stop) for one in passages] == [
            (one.start, one.stop) for one in finished.track(role).passages
        ]
        for ours, others in zip(passages, finished.track(role).passages, strict=True):
            assert ours.logits == pytest.approx(others.logits, abs=1e-4)


def test_a_reader_who_was_overtaken_adds_nothing(books: Books, book_text: str) -> None:
    reading = books.open_text(book_text)
    slow = reading.reading()
    next(slow)
    reading.interrupt()
    for _ in reading.reading():
        assert next(slow, None) is None
    starts = [passage.start for passage in reading.teacher.passages]
    assert starts == sorted(set(starts)) and reading.stage == "done"


def test_a_book_comes_back_after_a_reload(handlers: BookHandlers, book_text: str) -> None:
    session, reading = opened(handlers, book_text)
    next(reading), next(reading)
    again = Session()
    handlers.come_back(again, f"1 {session.book.token}")
    assert screen(handlers, again).reading
    for _ in handlers.read(again):
        pass
    list(reading)
    kept = handlers.books.find(session.book.token)
    assert kept is not None and kept.stage == "done" and screen(handlers, again).visible
    handlers.come_back(again, "2 nobody-7")
    assert "больше нет" in screen(handlers, again).problem


def test_an_empty_box_opens_nothing_and_a_refused_file_says_what_stays(
    handlers: BookHandlers, finished: BookReading
) -> None:
    session = Session()
    handlers.open_text(session, "ru", "  ")
    shown = screen(handlers, session)
    assert "Здесь пока пусто" in shown.problem and not shown.card
    handlers.books._readings.keep(finished.token, finished)
    session.book.open(finished.token)
    handlers.refuse_file(session)
    assert "открытая раньше" in screen(handlers, session).problem and screen(handlers, session).visible


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


def test_a_book_read_has_its_hands_first_whatever_led_before(
    handlers: BookHandlers, finished: BookReading
) -> None:
    handlers.books._readings.keep(finished.token, finished)
    keys = [author.key for author in finished.teacher.bundle.authors]
    drawn = set()
    for before in (tuple(keys), tuple(keys[::-1]), ()):
        session = Session()
        session.book.open(finished.token)
        session.book.leaders = before
        shown = screen(handlers, session)
        drawn.add((session.book.leaders, shown.author, shown.chart))
    assert len(drawn) == 1
    found = finished.teacher_found
    assert found is not None
    author = finished.teacher.bundle.authors[2]
    whose = replace(
        found, stretches=tuple(replace(one, author=author, unknown=False) for one in found.stretches)
    )
    mine = replace(finished, teacher_found=whose, student_found=whose)
    assert settled(mine, 5)[0] == author.key and len(set(settled(mine, 5))) == len(keys)


def test_pointing_always_names_who_leads_there(finished: BookReading) -> None:
    track, span = finished.teacher, Span(0, len(finished.book.text))
    points = thin(track.curve(), span.start, span.stop, 300)
    for labels in ((), (0,), (None, 2)):
        told = figures(finished, "teacher", points, labels, span, messages("ru"))
        for index, (*_, leader, _abstains) in enumerate(one[:7] for one in told):
            label = int(points.probabilities[index].argmax())
            assert (leader is None) == (label in labels)
            if leader:
                name, share = leader  # type: ignore[misc]
                assert name == display_name(track.bundle.authors[label], messages("ru"))
                assert share == pytest.approx(points.probabilities[index].max() * 100, abs=0.06)


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


def test_hands_stand_in_the_books_order_and_each_share_once(
    handlers: BookHandlers, finished: BookReading
) -> None:
    """In the sentence and in the legend; where the models put one border apart, it is told halfway."""
    first, other, third = finished.teacher.authors[:3]
    parts = (Part(0, 300, other, other), Part(300, 320, other, first), Part(320, 700, first, first))
    parts += (Part(700, 1_000, other, other),)
    one, two = (display_name(author, messages("ru")) for author in (other, first))
    russian = say_several(parts, messages("ru"), book_messages("ru"))
    assert (
        russian.replace("\xa0", " ").replace("\u2060", "")
        == f"Две руки: {one} (0–31 % и 70–100 % текста), {two} (31–70 % текста)."
    )
    english = say_several(parts, messages("en"), book_messages("en"), 2_000)
    assert "Two hands: " in english
    for told, unit in (
        (russian, "текста)"),
        (english, "of the text)"),
    ):  # no probability
        assert told.count("(") == told.count(unit)
    assert not say_several(parts[:1], messages("ru"), book_messages("ru"))
    found = finished.teacher_found
    assert found is not None
    length = len(finished.book.text)
    owners = [(third, 0, length // 5), (other, length // 5, length // 2), (first, length // 2, length)]
    told = replace(
        found, stretches=tuple(Stretch(start, stop, who, 0.9, False) for who, start, stop in owners)
    )
    book = replace(finished, teacher_found=told, student_found=told, token="several")
    handlers.books._readings.keep(book.token, book)
    session = Session()
    session.book.open(book.token)
    shown = screen(handlers, session)
    assert session.book.leaders[:3] == (third.key, other.key, first.key)
    assert "Три руки" in shown.state and not shown.whole and 'class="says"' not in shown.state
    assert shown.state.count("0–\u206020") == 1 and '<rect class="disputed"' not in shown.chart


def test_what_each_passage_says_alike_is_said_once() -> None:
    assert _usual([]) == _usual(["5 %"]) == _usual(["5 %", "6 %"]) == ""
    assert _usual(["> 99,9 %", "> 99,9 %", "98 %"]) == "> 99,9 %"


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
    assert all(finished.found(role) for role in ROLES)


def test_how_odd_letters_were_read_is_told_of_pasted_texts_too(reader: Reader, books: Books) -> None:
    plain = "Вечер сошёл на пристань тихо, без ветра; Лукич сидел у мостков и чинил сеть.\n" * 5
    odd = plain.replace("и", "и\u0301").replace("о", "o")
    session, excerpts = Session(), Handlers(reader, books)
    assert "невидимые" in str(excerpts.read(session, "ru", odd))
    assert [notice.code for notice in session.notices] == ["hidden_marks", "look_alikes"]
    assert [notice.code for notice in books.open_text(odd).book.notices] == ["hidden_marks", "look_alikes"]
    excerpts.read(session, "en", plain)
    assert session.reading is not None and not session.notices
