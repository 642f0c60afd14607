"""The book tab as values, drawn from a view, in the order of its components."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from authorship.datamodels import Author
from authorship.numerals import Language
from authorship.text.encodings import ENCODINGS
from page.book.author_shares import leading, settled
from page.book.books import SHORTEST_BOOK, Books
from page.book.chart import Chart, render_chart
from page.book.downloads import render_exports
from page.book.passage import find_opened, render_compared, render_opened
from page.book.passage_lists import render_changes, render_passages
from page.book.reading import BookReading
from page.book.verdict import book_problem, render_card, render_state, render_whole
from page.book.view import LEADERS, BookView
from page.excerpt.pair_service import Reader
from page.excerpt.results import ROLES
from page.excerpt.verdict import render_problem
from page.i18n.messages import BookMessages, Messages
from page.i18n.wording import book_messages, counted, display_name, messages, surname


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
    opened: str = ""
    whole: str = ""
    changes: str = ""
    author: str = ""
    teacher_passages: str = ""
    student_passages: str = ""
    exports: str = ""
    drawn: str = ""


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
    author = chosen(view)
    passages = [render_passages(role, author, reading, words, book) for role in ROLES]
    return BookScreen(
        problem=problem,
        card=card,
        reading=reading.stage in ("waiting", "reading"),
        stopped=reading.readable,
        state=render_state(reading, words, book),
        visible=reading.complete and not reading.judgement.outside,
        chart=draw_chart(reader, reading, view, words, book),
        opened=draw_opened(books, reading, view, words, book),
        whole=render_whole(reading, words, book),
        changes=render_changes(reading, words, book),
        author=author,
        teacher_passages=passages[0],
        student_passages=passages[1],
        exports=render_exports(reading, language, book) if reading.complete else "",
    )


def draw_opened(
    books: Books, reading: BookReading, view: BookView, words: Messages, book: BookMessages
) -> str:
    """The passage that is open, with what is asked of it; nothing where none is."""
    opened = find_opened(reading, view.shown)
    return render_opened(opened, words, book) + render_compared(
        opened, view.asked, books.compares, words, book
    )


def draw_chart(
    reader: Reader, reading: BookReading, view: BookView, words: Messages, book: BookMessages
) -> str:
    """The chart of the part in view, with the authors that lead by now; none of what is outside."""
    if reading.judgement.outside:
        return ""
    settle(view, reading)
    known = {author.key: author for role in ROLES for author in reading.track(role).authors}
    authors = tuple(known.get(key) or reader.author(key) for key in view.drawn)
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


Updates = list[Any]
_STATE, _CHART, _OPENED, _DRAWN = 3, 4, 5, -1  # where they stand among the values of a screen


def flatten(screen: BookScreen) -> Updates:
    """A whole screen, in the order of `events.screen_of`."""
    return [
        screen.problem,
        gr.Button(visible=screen.excerpt_fits),
        screen.card,
        screen.state,
        screen.chart,
        screen.opened,
        gr.Button(visible=screen.reading),
        gr.Button(visible=screen.stopped),
        gr.Column(visible=screen.visible),
        screen.exports,
        screen.whole,
        screen.changes,
        gr.Dropdown(value=screen.author or None),
        screen.teacher_passages,
        screen.student_passages,
        screen.drawn,
    ]


def nothing() -> Updates:
    """A screen that stays as it is."""
    return [gr.skip()] * len(flatten(BookScreen()))


def flatten_progress(state: str, chart: str, drawn: str) -> Updates:
    """A screen with nothing new but how far reading has come, and the chart."""
    updates = nothing()
    updates[_STATE], updates[_CHART], updates[_DRAWN] = state, chart, drawn
    return updates


def flatten_opened(opened: str, drawn: str) -> Updates:
    """A screen with nothing new but the passage below the chart."""
    updates = nothing()
    updates[_OPENED], updates[_DRAWN] = opened, drawn
    return updates


def choose_encoding(reading: BookReading | None, language: Language) -> gr.Dropdown:
    """The choice of encodings, shown for a file that leaves one."""
    words = messages(language)
    found = reading.book.encoding if reading is not None and reading.data else None
    return gr.Dropdown(
        label=words.encoding_label,
        value=found if found in ENCODINGS else None,
        info=words.encoding_found.format(encoding=found) if found else None,
        visible=bool(found),
    )


def label(authors: Sequence[Author], language: Language) -> Updates:
    """The tab's standing words, in the order of `events.labels_of`."""
    words, book = messages(language), book_messages(language)
    minimum = counted(SHORTEST_BOOK, words.characters, words)
    ordered = sorted(authors, key=lambda author: surname(author, words))
    choices = [(display_name(author, words), author.key) for author in ordered]
    title = f'<h2>{escape(book.passages_title)}</h2><p class="aside">{escape(book.passages_lead)}</p>'
    return [
        gr.Tab(label=book.tab_excerpt),
        gr.Tab(label=book.tab_book),
        f'<p class="lead">{escape(book.lead)}</p>',
        gr.Textbox(label=book.box_label, placeholder=book.box_placeholder.format(minimum=minimum)),
        gr.Button(book.run),
        gr.UploadButton(book.upload),
        gr.Button(book.stop),
        gr.Button(book.go_on),
        gr.Button(book.to_excerpt),
        title,
        gr.Dropdown(choices=choices, label=book.author_label),
    ]
