"""The book tab's values in the order of its components, as Gradio takes them."""

from collections.abc import Sequence
from html import escape
from typing import Any

import gradio as gr

from authorship.datamodels import Author
from authorship.encodings import ENCODINGS
from page.book.books import SHORTEST_BOOK
from page.book.reading import BookReading
from page.book.screen import BookScreen
from page.book.wording import book_messages
from page.messages import Language
from page.wording import counted, listed_name, messages

Updates = list[Any]
_STATE, _CHART = 3, 4  # where they stand among the values of a screen


def flatten(screen: BookScreen) -> Updates:
    """A whole screen, in the order of `events.screen_of`."""
    return [
        screen.problem,
        gr.Button(visible=screen.excerpt_fits),
        screen.card,
        screen.state,
        screen.chart,
        gr.Button(visible=screen.reading),
        gr.Button(visible=screen.stopped),
        gr.Column(visible=screen.visible),
        screen.exports,
        screen.teacher,
        screen.student,
        screen.changes,
        gr.Dropdown(value=screen.author or None),
        screen.teacher_passages,
        screen.student_passages,
    ]


def nothing() -> Updates:
    """A screen that stays as it is."""
    return [gr.skip()] * len(flatten(BookScreen()))


def flatten_progress(state: str, chart: str) -> Updates:
    """A screen with nothing new but how far reading has come, and the chart."""
    updates = nothing()
    updates[_STATE], updates[_CHART] = state, chart
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
    choices = sorted((listed_name(author, words), author.key) for author in authors)
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
