"""The book tab as values, drawn from a view: what every handler hands to the components."""

from dataclasses import dataclass

from page.book.books import Books
from page.book.card import render_card
from page.book.chart import Chart, render_chart
from page.book.exports import render_exports
from page.book.hands import leading, settled
from page.book.messages import BookMessages
from page.book.passages import render_changes, render_passages
from page.book.problems import book_problem
from page.book.reading import BookReading
from page.book.verdict import render_state, render_whole
from page.book.view import LEADERS, BookView
from page.book.wording import book_messages
from page.messages import Language, Messages
from page.reader import Reader
from page.readings import ROLES
from page.verdict import render_problem
from page.wording import messages


@dataclass(frozen=True, slots=True)
class BookScreen:
    """Everything of the book tab that changes while it is used."""

    problem: str = ""
    excerpt_fits: bool = False
    card: str = ""
    reading: bool = False
    stopped: bool = False
    state: str = ""
    visible: bool = False
    chart: str = ""
    teacher: str = ""
    student: str = ""
    changes: str = ""
    author: str = ""
    teacher_passages: str = ""
    student_passages: str = ""
    exports: str = ""


def draw_book(reader: Reader, books: Books, view: BookView, language: Language) -> BookScreen:
    """The screen for a view as it stands now."""
    words, book = messages(language), book_messages(language)
    reading = books.find(view.token)
    still = book.still if view.problem and reading and reading.stage != "loaded" else ""
    problem = render_problem(f"{book_problem(view, words, book)} {still}".rstrip())
    if reading is None:
        return BookScreen(problem)
    short = view.problem is not None and view.problem.code == "too_short"
    card = render_card(reading, words, book)
    if reading.stage == "loaded":
        return BookScreen(problem, short, card)
    settle(view, reading)
    teacher, student = (render_whole(role, reading, words, book) for role in ROLES)
    author = chosen(view)
    passages = [render_passages(role, author, reading, words, book) for role in ROLES]
    return BookScreen(
        problem=problem,
        card=card,
        reading=reading.stage in ("waiting", "reading"),
        stopped=reading.stage == "stopped",
        state=render_state(reading, words, book),
        visible=reading.complete and not reading.judgement.outside,
        chart=draw_chart(reader, reading, view, words, book),
        teacher=teacher,
        student=student,
        changes=render_changes(reading, words, book),
        author=author,
        teacher_passages=passages[0],
        student_passages=passages[1],
        exports=render_exports(reading, language, book) if reading.complete else "",
    )


def draw_chart(
    reader: Reader, reading: BookReading, view: BookView, words: Messages, book: BookMessages
) -> str:
    """The chart of the part in view, with the authors that lead by now; none of what is outside."""
    if reading.judgement.outside:
        return ""
    settle(view, reading)
    authors = tuple(reader.author(key) for key in view.drawn)
    return render_chart(Chart(reading, view.span(len(reading.book.text)), authors, words, book))


def settle(view: BookView, reading: BookReading) -> None:
    """Take the authors to draw: who leads by now, and once all is read whoever has a part of the book."""
    if reading.complete:
        view.leaders = settled(reading, LEADERS)
    else:
        view.settle(leading(reading, LEADERS))


def chosen(view: BookView) -> str:
    """The author whom the strongest passages are about: the one chosen, else the first leader."""
    return view.author or next(iter(view.leaders), "")
