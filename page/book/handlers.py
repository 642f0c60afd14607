"""What happens on each event of the book tab: change the view, then draw it."""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr

from authorship.errors import TextError
from authorship.numerals import Language
from authorship.text.formats.limits import LARGEST_BOOK, Limits
from authorship.text.isolated import ReadingEnded
from page.book.books import Books, check
from page.book.reading import BookReading
from page.book.screen import (
    Updates,
    choose_encoding,
    draw_book,
    draw_chart,
    draw_opened,
    flatten,
    flatten_opened,
    flatten_progress,
    label,
    nothing,
)
from page.book.verdict import render_state
from page.book.view import BookView, Shown
from page.components import mark_now
from page.excerpt.pair_service import Reader
from page.excerpt.results import ROLES
from page.handlers import log_error
from page.i18n.wording import book_messages, messages
from page.scheduler.turns import Turns, make_turns
from page.screen import Pace
from page.session import Session

_PACE = 0.5
_DRAWING_SHARE = 0.08  # of the time, at most, goes into drawing


class BookHandlers:
    """One method an event; each answers with the values of the components in `wire_book`'s order."""

    def __init__(self, reader: Reader, books: Books, turns: Turns | None = None) -> None:
        self.reader = reader
        self.books = books
        self.turns = turns or make_turns()

    def open_file(self, session: Session, file: str | None) -> Updates:
        """Open an uploaded book, forget the file, and get ready to read."""
        if file is None:
            return [gr.skip(), *self.screen(session)]
        path = Path(file)
        data = path.read_bytes()
        path.unlink(missing_ok=True)
        return self._open(session, lambda: self.books.open_file(data, path.name))

    def put_off_file(self, session: Session, seconds: int) -> Updates:
        """There was no turn to open a book: it may be tried again in so many seconds."""
        session.book.problem, session.book.trouble, session.book.busy = None, "busy", seconds
        return [gr.skip(), *self.screen(session)]

    def refuse_file(self, session: Session) -> Updates:
        """The browser held back a file that is too large to upload."""
        session.book.refuse(TextError("too_large", "The file is too large.", limit=Limits().file))
        return self.screen(session)

    def reopen_file(self, session: Session, encoding: str | None) -> Updates:
        """Open the same file in another encoding and read it anew; in the same again only after a problem.

        A dropdown tells of its choice once more whenever it loses the focus.
        """
        reading = self.books.find(session.book.token)
        if reading is None or not reading.data or not encoding:
            return [gr.skip(), *self.screen(session)]
        if encoding == reading.book.encoding and not session.book.problem:
            return [gr.skip(), *self.screen(session)]
        data, name = reading.data, f"book.{reading.book.format}"
        return self._open(session, lambda: self.books.open_file(data, name, encoding))

    def open_text(self, session: Session, language: Language, text: str | None) -> Updates:
        """Get ready to read what stands in the box; if that is empty, what is open already."""
        session.language = language
        kept = self.books.find(session.book.token)
        if kept and not (text or "").strip():
            if kept.stage in ("waiting", "reading"):  # already under way: another press changes nothing
                return [gr.skip(), *self.screen(session)]
            return self.open_kept(session, kept.token)
        if not (text or "").strip():
            session.book.refuse(TextError("empty", "There is no text."))
            return [gr.skip(), *self.screen(session)]
        return self._open(session, lambda: self.books.open_text(text or ""))

    def open_kept(self, session: Session, token: str) -> Updates:
        """Get ready to read a book that was opened before."""
        reading = self.books.find(token)
        if reading is None:
            session.book.fail("lost")
            return [gr.skip(), *self.screen(session)]
        return self._open(session, lambda: reading)

    def _open(self, session: Session, find: Callable[[], BookReading]) -> Updates:
        view = session.book
        try:
            reading = find()
            view.open(reading.token)
            check(reading.book.text)
            if reading.stage == "loaded" or (reading.stage == "stopped" and reading.saved is None):
                reading.stage = "waiting"
        except TextError as problem:
            view.refuse(problem)
        except ReadingEnded:
            view.fail("failed")  # which nobody sees: the visitor has left
        except Exception as error:
            log_error(error)
            view.fail("failed")
        return [self.encoding(session), *self.screen(session)]

    def read(self, session: Session) -> Generator[Updates, None, None]:
        """Read the book that waits; only progress and chart are redrawn on the way.

        The screen at the end is `read_in_turn`'s, once: a second one could undo what a visitor did meanwhile.
        """
        view = session.book
        reading, job = self.books.find(view.token), view.job
        if reading is None or reading.stage != "waiting":
            yield self.screen(session)  # without a value Gradio would empty the screen
            return
        steps, turn = self.books.read(reading), reading.turn
        try:
            yield from self._reading(session, reading, steps)
        except Exception as error:
            log_error(error)
            view.fail("failed")
        finally:
            left = view.job == job or view.token != reading.token  # gone, or at another book
            if left and reading.turn == turn:
                reading.interrupt()

    def _reading(self, session: Session, reading: BookReading, steps: Iterator[None]) -> Iterator[Updates]:
        job, pace = session.book.job, Pace(_PACE)
        yield self._progress(session, reading)
        for _ in steps:
            if session.book.job != job or self.books.find(reading.token) is not reading:
                return
            if pace.due and reading.share:
                began = time.monotonic()
                yield self._progress(session, reading)
                pace.drawn(at_least=(time.monotonic() - began) / _DRAWING_SHARE)
        if reading.stage == "done":
            self.books.remember(reading)

    def _progress(self, session: Session, reading: BookReading) -> Updates:
        """The screen with nothing new but how far reading has come and the chart."""
        view, words, book = session.book, messages(session.language), book_messages(session.language)
        drawn = mark_now()
        state, chart = render_state(reading, words, book), draw_chart(self.reader, reading, view, words, book)
        return flatten_progress(state, chart, drawn)

    def stop(self, session: Session) -> Updates:
        """End the reading under way and sum up what it has."""
        reading = self.books.find(session.book.token)
        session.book.job += 1
        if reading is not None:
            reading.interrupt()
        return self.screen(session)

    def go_on(self, session: Session) -> Updates:
        """Get ready to read on where reading was stopped."""
        reading = self.kept(session.book)
        if reading is not None and reading.readable:
            session.book.job += 1
            session.book.problem, session.book.trouble = None, ""
            reading.stage = "waiting"
        return self.screen(session)

    def come_back(self, session: Session, asked: str | None) -> Updates:
        """Show a book again after the page was loaded anew; `asked` is "NUMBER TOKEN".

        One that was being read is read on from there.
        """
        token = (asked or "").partition(" ")[2]
        reading = self.books.find(token)
        if reading is None:
            session.book.fail("lost")
            return [gr.skip(), *self.screen(session)]
        session.book.open(token)
        if reading.stage == "reading":
            reading.stage = "waiting"
        return [self.encoding(session), *self.screen(session)]

    def zoom(self, session: Session, asked: str | None) -> Updates:
        """Show another part of the book; `asked` is "NUMBER FROM TO", in characters."""
        reading = self.kept(session.book)
        if reading is None:
            return self.screen(session)
        try:
            start, stop = (int(part) for part in (asked or "").split()[1:3])
        except ValueError:
            return nothing()
        session.book.zoom(start, stop, len(reading.book.text))
        return self._progress(session, reading)

    def open_passage(self, session: Session, asked: str | None) -> Updates:
        """Show a passage below the chart, or none; `asked` is as `read_place` takes it."""
        reading = self.kept(session.book)
        if reading is None:
            return self.screen(session)
        session.book.shown = read_place(asked)
        words, book = messages(session.language), book_messages(session.language)
        drawn = mark_now()
        return flatten_opened(draw_opened(self.books, reading, session.book, words, book), drawn)

    def choose(self, session: Session, author: str | None) -> Updates:
        """The passages for and against another author are wanted."""
        if self.kept(session.book) and author:
            session.book.author = author
        return self.screen(session)

    def kept(self, view: BookView) -> BookReading | None:
        """The book on screen; a view whose book is no longer kept says so."""
        reading = self.books.find(view.token)
        if reading is None:
            view.fail("lost")
        return reading

    def screen(self, session: Session) -> Updates:
        """The values of the components that change while the tab is used."""
        drawn = mark_now()
        screen = draw_book(self.reader, self.books, session.book, session.language)
        return flatten(replace(screen, drawn=drawn))

    def encoding(self, session: Session) -> gr.Dropdown:
        """The choice of encodings for the book on screen."""
        return choose_encoding(self.books.find(session.book.token), session.language)

    def localise(self, session: Session, language: Language) -> Updates:
        """Put the tab into a language; nothing is computed."""
        session.language = language
        return [*label(self.reader.authors, language), self.encoding(session), *self.screen(session)]


def read_place(asked: str | None) -> Shown | None:
    """The passage that is asked for as "NUMBER ROLE CHARACTER [AUTHOR]"; None where it is no such."""
    _, role, offset, author, *_ = [*(asked or "").split(" "), "", "", "", ""]
    known = next((one for one in ROLES if one == role), None)
    if known is None or not offset.isdecimal() or len(offset) > len(str(LARGEST_BOOK)):
        return None
    return Shown(known, int(offset), author)
