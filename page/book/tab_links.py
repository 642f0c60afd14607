"""From one tab to the other: a passage becomes an excerpt, a long excerpt becomes a book."""

from typing import Any

import gradio as gr

from authorship.numerals import Language
from page.book.events import screen_of, then_read
from page.book.handlers import BookHandlers, read_place
from page.book.passage import find_opened
from page.book.points import first_words
from page.book.view import Origin, Place
from page.events import AT_ONCE, BEGIN, PREDICTION, choosers_of, excerpt_screen, then_explain
from page.examples import BOOK, EXAMPLES, example_text
from page.handlers import Handlers
from page.layout import Parts
from page.scheduler.waiting import in_turn
from page.screen import choosers
from page.session import Session

Updates = list[Any]


class Crossing:
    """Handlers that touch both tabs."""

    def __init__(self, excerpts: Handlers, books: BookHandlers) -> None:
        self.excerpts = excerpts
        self.books = books

    def open_passage(self, session: Session, language: Language, asked: str | None) -> Updates:
        """Read a passage as an excerpt; `asked` is as `read_place` takes it."""
        reading = self.books.kept(session.book)
        opened = None if reading is None else find_opened(reading, read_place(asked))
        if reading is None or opened is None:
            return self.stay(session)
        text, passage, around = reading.book.text, opened.passage, opened.around
        place = Origin(Place(passage.start, passage.stop), around, first_words(text, passage.start))
        return self.show(session, language, text[around.start : around.stop], opened.author, place)

    def to_excerpt(self, session: Session, language: Language) -> Updates:
        """Read what is too short for a book as an excerpt."""
        reading = self.books.kept(session.book)
        if reading is None:
            return self.stay(session)
        return self.show(session, language, reading.book.text.strip(), "", None)

    def to_book(self, session: Session) -> Updates:
        """Get ready to read what is too long for an excerpt."""
        return [gr.Tabs(selected="book"), *self.books.open_kept(session, session.offered)]

    def open_example(self, session: Session, language: Language) -> Updates:
        """Get ready to read the example that is a book; its first line is its title."""
        session.language = language
        text = example_text(BOOK)
        token = self.excerpts.books.open_text(text, title=text.partition("\n")[0]).token
        return [gr.Tabs(selected="book"), *self.books.open_kept(session, token)]

    def show(
        self, session: Session, language: Language, text: str, author: str, place: Origin | None
    ) -> Updates:
        """The excerpt tab with a text that both models have read."""
        self.excerpts.read(session, language, text)
        if session.reading and any(author == known.key for known in self.excerpts.reader.authors):
            session.choose(author)
        session.place = place
        chosen = choosers(self.excerpts.reader.authors, session)
        return [
            text,
            gr.Tabs(selected="excerpt"),
            session,
            *chosen,
            *self.excerpts.screen(session),
            *self.books.screen(session),
        ]

    def stay(self, session: Session) -> Updates:
        """Both tabs as they are."""
        shown = [gr.skip(), gr.skip(), session, *(gr.skip() for _ in range(3))]
        return [*shown, *self.excerpts.screen(session), *self.books.screen(session)]


def both_tabs(parts: Parts) -> list[Any]:
    """The components in the order of `Crossing.show`."""
    excerpt = [parts.composer.excerpt, parts.tabs, parts.session, *choosers_of(parts)]
    return [*excerpt, *excerpt_screen(parts), *screen_of(parts.book)]


def wire_crossing(parts: Parts, crossing: Crossing) -> None:
    """Connect what leads from tab to tab; call inside `gr.Blocks()`."""
    book, session, language = parts.book, parts.session, parts.language
    turns, outputs = crossing.excerpts.turns, both_tabs(parts)
    options: dict[str, Any] = {"js": BEGIN, **PREDICTION}
    asked = [session, language, book.excerpt]
    events = [
        book.excerpt.change(in_turn(turns, crossing.open_passage), asked, outputs, **options),
        book.composer.to_excerpt.click(
            in_turn(turns, crossing.to_excerpt), [session, language], outputs, **options
        ),
    ]
    for event in events:
        then_explain(event, parts, crossing.excerpts)
    opened = [parts.tabs, book.composer.encoding, *screen_of(book)]
    example = parts.composer.examples[EXAMPLES.index(BOOK)]
    for event in (
        parts.composer.to_book.click(crossing.to_book, [session], opened, **AT_ONCE),
        example.click(crossing.open_example, [session, language], opened, **AT_ONCE),
    ):
        then_read(event, parts, crossing.books)
