"""A passage or chapter beside the rest of its book: answered in turn, kept, saved."""

import json
from dataclasses import replace
from typing import Any

import pytest

from authorship.datamodels import Judgement, Outside, Stretch
from authorship.models.bundle import ModelBundle
from authorship.text.headings import settle_headings
from explain.report.highlights import escape
from page.book.books import Books
from page.book.downloads import write_json
from page.book.handlers import BookHandlers
from page.book.reading import BookReading
from page.book.saved import open_saved
from page.book.saved_form import MOST_COMPARED, condense
from page.book.view import Place, Shown
from page.examples import example_text
from page.excerpt.pair_service import Reader
from page.i18n.wording import display_name, messages
from page.session import Session
from page.storage.cache import book_bytes
from page.two_texts.book_part import PartHandlers
from page.two_texts.cases import Cases
from page.two_texts.handlers import TwoTextHandlers
from page.two_texts.view import named
from tests.invented_hand import InventedHand, invented_reasons
from tests.page.book.conftest import HOSTILE
from tests.page.own_loop import run_in_own_loop

_OPENED = 5


@pytest.fixture
def asking(reader: Reader, tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> PartHandlers:
    """The question's handlers over the random pair and the invented measure."""
    books = Books(tiny_bundle, tiny_student, compares=True)
    book = BookHandlers(reader, books)
    return PartHandlers(
        book, TwoTextHandlers(Cases(InventedHand(), books, explain=invented_reasons), book.turns)
    )


def opened(asking: PartHandlers, reading: BookReading) -> tuple[Session, Place]:
    """A session with a passage in the middle of the book, and that passage's chapter."""
    asking.book.books._readings.keep(reading.token, reading)
    session, passage = Session(), reading.teacher.passages[len(reading.teacher.passages) // 2]
    session.book.open(reading.token)
    session.book.shown = Shown("teacher", passage.start)
    chapter = reading.chapter_place(passage.middle)
    assert chapter is not None and chapter.start <= passage.middle < chapter.stop
    return session, chapter


def answered(asking: PartHandlers, session: Session, place: Place) -> list[str]:
    """What stood below the chart from the question to its answer."""
    drawn = [asking.ask(session, f"7 {place.start} {place.stop}")]

    async def run() -> list[Any]:
        return [screen async for screen in asking.compare_in_turn(session)]

    return [str(screen[_OPENED]) for screen in (*drawn, *run_in_own_loop(run()))]


@pytest.fixture
def book(asking: PartHandlers, finished: BookReading) -> BookReading:
    """The book as it was read, with no part compared yet."""
    found = open_saved(condense(write_json(finished).encode()), *asking.book.books._pair)
    assert not found.compared
    return found


def test_a_chapter_is_compared_in_turn_and_the_answer_stays(asking: PartHandlers, book: BookReading) -> None:
    session, chapter = opened(asking, book)
    before = book_bytes(book)
    first, *_, last = answered(asking, session, chapter)
    assert first.count("data-part=") == 2 and "за одну руку" not in first and "Сравни" in first
    assert "за одну руку" in last and 'class="progress"' not in last and book_bytes(book) > before
    assert HOSTILE not in last and "<img" not in last
    part = book.compared[chapter]
    comparison = part.comparison
    assert comparison.disputed_characters == chapter.stop - chapter.start
    assert comparison.known_characters + comparison.disputed_characters == len(book.book.text) + 1
    assert answered(asking, session, chapter)[0].count("за одну руку") == 1  # known: nothing is computed
    again = open_saved(condense(write_json(book).encode()), *asking.book.books._pair)
    assert again.compared == book.compared
    assert json.loads(write_json(book))["compared"][0]["verdict"]["hand"] == "one"
    for number in range(MOST_COMPARED + 5):
        passage = Place(number, number + 300)
        book.keep_compared(type(part)(passage.start, passage.stop, comparison))
    assert len(book.compared) == MOST_COMPARED and passage in book.compared


def test_the_words_behind_an_answer_stand_on_the_tab_of_two_texts(
    asking: PartHandlers, book: BookReading, monkeypatch
) -> None:
    session, chapter = opened(asking, book)
    asked = f"1 {chapter.start} {chapter.stop}"
    session.two.prior = 0.2
    asking.show_words(session, asked)
    assert not session.two.token  # nothing was answered yet
    button = f'data-words="{chapter.start} {chapter.stop}"'
    assert button in answered(asking, session, chapter)[-1]
    assert asking.show_words(session, asked)[1:4] == ["", "", False]  # the boxes hold nothing of it

    async def run() -> list[Any]:
        return [screen async for screen in asking.two.work_in_turn(session)]

    run_in_own_loop(run())
    case = asking.cases.find(session.two.token)
    assert case is not None and case.answer is not None and case.reasons is not None and case.prior == 0.2
    assert case.answer.comparison.log_ratio == book.compared[chapter].comparison.log_ratio
    (disputed,) = case.disputed.texts
    assert disputed.text == book.book.text[chapter.start : chapter.stop]
    for language, names in (
        ("ru", ("Эта часть", "Остальная книга")),
        ("en", ("This part", "The rest of the book")),
    ):
        asking.two.localise(session, language)
        answer = named(case, language)
        assert answer is not None and tuple(one.name for one in (*answer.disputed, *answer.known)) == names
        assert all(name in "".join(map(str, asking.two.screen(session))) for name in names)
    monkeypatch.setattr("page.book.passage.LONGEST_EXPLAINED", len(book.book.text))
    assert button not in answered(asking, session, chapter)[-1]
    before = session.two.token
    for refused in (asked, "1 0 5", "", None):
        asking.show_words(session, refused)
    session.book.open("")
    asking.show_words(session, asked)
    assert session.two.token == before


def test_a_passage_across_a_border_is_of_the_chapter_of_its_middle(
    asking: PartHandlers, book: BookReading
) -> None:
    session, _ = opened(asking, book)
    across = [one for one in book.teacher.passages if book.chapter(one.start) != book.chapter(one.middle)]
    assert across
    for passage in across:
        session.book.shown = Shown("teacher", passage.start)
        chapter = book.chapter_place(passage.middle)
        drawn = str(asking.book.screen(session)[_OPENED])
        assert chapter and f'data-part="{chapter.start} {chapter.stop}"' in drawn
        assert drawn.count(escape(book.chapter(passage.middle))) >= 3  # title, citation, button


def test_one_hand_is_not_told_of_a_book_of_several_without_a_warning(
    asking: PartHandlers, book: BookReading
) -> None:
    """The chart names two authors: an answer that a part is by the hand of their mixture must say so."""
    session, chapter = opened(asking, book)
    assert 'class="warning"' not in answered(asking, session, chapter)[-1]
    found, length = book.teacher_found, len(book.book.text)
    assert found is not None
    first, other = book.teacher.authors[:2]
    halves = ((first, 0, length // 2), (other, length // 2, length))
    stretches = tuple(Stretch(start, stop, who, 0.9, False) for who, start, stop in halves)
    book.teacher_found = book.student_found = replace(found, stretches=stretches)
    book.compared.clear()
    told = answered(asking, session, chapter)[-1]
    assert told.index("за одну руку") < told.index('class="warning"') < told.index("Главы одной книги")
    assert all(display_name(who, messages("ru")) in told for who in (first, other))


def test_another_hand_in_a_book_is_told(asking: PartHandlers) -> None:
    book = example_text("book")
    strange = "Глава чужая.\n" + "Эхо эпохи: щёголь в шляпе шёл, шурша щепой, щурясь, ещё чаще. " * 30 + "\n"
    middle = settle_headings(book, ())[1].start
    reading = asking.book.books.open_text(book[:middle] + strange + book[middle:])
    for _ in zip(range(3), reading.reading(), strict=False):
        pass
    reading.interrupt()
    place = Place(middle, middle + len(strange))
    asking.book.books._readings.keep(reading.token, reading)
    session = Session()
    session.book.open(reading.token)
    answered(asking, session, place)
    own = Place(0, middle)
    answered(asking, session, own)
    found = reading.compared
    assert not found[place].comparison.same and found[own].comparison.same


def test_what_cannot_be_compared_is_told(
    asking: PartHandlers, book: BookReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, chapter = opened(asking, book)
    for wrong in (
        "",
        "7",
        "7 5 5",
        "7 -1 900",
        "7 0 99999999999999",
        "7 x y",
        f"7 0 {len(book.book.text) + 1}",
    ):
        asking.ask(session, wrong)
        assert session.book.asked is None
    passage = Place(chapter.start, chapter.start + 100)  # shorter than any text that can be compared
    assert 'class="problem"' in answered(asking, session, passage)[-1] and not book.compared

    class Noise:
        def judge(self, text: str) -> Judgement:
            return Judgement(Outside("noise", "Letters at random."))

    monkeypatch.setattr(asking.cases, "judge", Noise())
    told = answered(asking, session, chapter)[-1]
    assert "Ответа нет" in told and "Эта часть: " in told and "Остальная книга: " in told
    book.compared.clear()


def test_another_question_or_book_ends_a_comparison(asking: PartHandlers, book: BookReading) -> None:
    session, chapter = opened(asking, book)
    for end in (lambda: session.book.open(""), lambda: asking.ask(session, "8 0 900")):
        session.book.open(book.token)
        asking.ask(session, f"7 {chapter.start} {chapter.stop}")
        steps = asking.work(session, book, session.book.asks)
        next(steps)
        end()
        assert list(steps) == [] and not book.compared
    silent = Books(*asking.book.books._pair)
    without = PartHandlers(
        BookHandlers(asking.book.reader, silent), TwoTextHandlers(Cases(None, silent), asking.book.turns)
    )
    session, chapter = opened(without, book)
    assert "data-part" not in answered(without, session, chapter)[0]
