"""Is this passage, or this chapter, by the hand of the rest of the book? Asked below the book tab's chart.

The words that speak for the answer are shown on the tab of two texts.
"""

from collections.abc import AsyncIterator, Generator
from contextlib import aclosing
from dataclasses import replace

import gradio as gr

from authorship.errors import TextError
from authorship.same_hand.answer import LONGEST_PART, part_and_rest
from authorship.text.formats.limits import LARGEST_BOOK
from page.book.events import screen_of
from page.book.handlers import BookHandlers
from page.book.passage import explains
from page.book.reading import BookReading
from page.book.screen import Updates, draw_opened, flatten_opened
from page.book.view import Asked, Place
from page.components import mark_now
from page.events import AT_ONCE, then_stream
from page.handlers import log_error
from page.i18n.wording import book_messages, messages
from page.layout import Parts
from page.scheduler.fair_queue import BusyError, Wish
from page.session import Session
from page.two_texts.cases import PART, REST, SideName
from page.two_texts.handlers import TwoTextHandlers
from page.two_texts.handlers import screen_of as two_texts_screen


class PartHandlers:
    """The events of a question; each but `show_words` answers with the values of the book tab's screen."""

    def __init__(self, book: BookHandlers, two: TwoTextHandlers) -> None:
        self.book, self.two, self.cases = book, two, two.cases

    def ask(self, session: Session, asked: str | None) -> Updates:
        """Get ready to compare a part, "NUMBER FROM TO" in characters, with the rest of its book."""
        reading = self.book.kept(session.book)
        if reading is None:
            return self.book.screen(session)
        place = _read_part(asked, len(reading.book.text))
        session.book.asks += 1
        known = place is None or place in reading.compared
        session.book.asked = None if known or place is None else Asked(place)
        return self._screen(session, reading)

    async def compare_in_turn(self, session: Session) -> AsyncIterator[Updates]:
        """Compare what was asked about when it is the session's turn among those who explain."""
        view, turns = session.book, self.book.turns
        wish, asked, reading = Wish(view, view.asks), view.asked, self.book.books.find(view.token)
        if reading is None or asked is None or asked.stage != "waiting":
            yield await turns.aside(lambda: self.book.screen(session))
            return

        def wanted() -> bool:
            return view.asks == wish.number and self.book.books.find(view.token) is reading

        def show(ahead: int) -> Updates:
            self._tell(session, wish.number, replace(asked, ahead=ahead))
            return self._screen(session, reading)

        try:
            line = turns.in_line(
                turns.explanations, wish, wanted, show, self.work(session, reading, wish.number)
            )
            async with aclosing(line) as steps:
                async for updates in steps:
                    yield updates
        except BusyError as error:
            self._tell(session, wish.number, replace(asked, stage="busy", seconds=error.seconds))
        finally:
            if view.asks == wish.number and view.asked and view.asked.under_way:
                view.asked = None  # gone before its end
        yield await turns.aside(lambda: self._screen(session, reading))

    def work(
        self, session: Session, reading: BookReading, number: int
    ) -> Generator[Updates | None, None, None]:
        """Compare what was asked about under this number; what is asked for meanwhile ends it."""
        view = session.book
        if view.asks != number or view.asked is None:
            return
        asked = replace(view.asked, stage="comparing", ahead=0)
        self._tell(session, number, asked)
        yield self._screen(session, reading)
        try:
            steps = self.cases.compare_part(reading.book.text, asked.place.start, asked.place.stop)
            while view.asks == number:
                try:
                    yield next(steps)
                except StopIteration as stopped:
                    self.book.books.keep_compared(reading, stopped.value)
                    self._tell(session, number, None)
                    return
        except TextError as problem:
            self._tell(session, number, replace(asked, problem=problem))
        except Exception as error:
            log_error(error)
            self._tell(session, number, replace(asked, stage="failed"))

    def show_words(self, session: Session, asked: str | None) -> Updates:
        """Get ready to show on the tab of two texts the words behind an answer; asked for "NUMBER FROM TO".

        The values of the tabs, of both text boxes and the switch there, and of both tabs' screens. All but
        the screens stay as they are where there is no such answer or the texts are too long for it.
        """
        reading = self.book.kept(session.book)
        place = None if reading is None else _read_part(asked, len(reading.book.text))
        part = None if reading is None or place is None else reading.compared.get(place)
        if reading is None or part is None or not explains(part, reading) or self.cases.measure is None:
            return [*[gr.skip()] * 4, *self.two.screen(session), *self.book.screen(session)]
        own, rest = part_and_rest(reading.book.text, part.start, part.stop)
        sides: dict[SideName, tuple[str, str]] = {"known": (REST, rest), "disputed": (PART, own)}
        shown = self.two.compare_sides(session, sides)
        return [gr.Tabs(selected="two"), "", "", False, *shown, *self.book.screen(session)]

    def _tell(self, session: Session, number: int, asked: Asked | None) -> None:
        """Show this of a question that is still the last one."""
        if session.book.asks == number:
            session.book.asked = asked

    def _screen(self, session: Session, reading: BookReading) -> Updates:
        """The screen with nothing new but what stands below the chart."""
        words, book = messages(session.language), book_messages(session.language)
        drawn = mark_now()
        return flatten_opened(draw_opened(self.book.books, reading, session.book, words, book), drawn)


def _read_part(asked: str | None, length: int) -> Place | None:
    """The part that is asked for; None where it is none of a text of so many characters."""
    _, *edges = [*(asked or "").split(" "), "", ""][:3]
    if not all(edge.isdecimal() and len(edge) <= len(str(LARGEST_BOOK)) for edge in edges):
        return None
    start, stop = map(int, edges)
    return Place(start, stop) if start < stop <= length and stop - start <= LONGEST_PART else None


def wire_book_part(parts: Parts, handlers: PartHandlers) -> None:
    """Connect the question; call inside `gr.Blocks()`."""
    book, session, screen = parts.book, parts.session, screen_of(parts.book)
    asked = book.part.change(handlers.ask, [session, book.part], screen, **AT_ONCE)
    then_stream(asked, handlers.compare_in_turn, handlers.book.screen, session, screen)
    tab = parts.two_texts
    two = two_texts_screen(tab)
    outputs = [parts.tabs, tab.known.text, tab.disputed.text, tab.each, *two, *screen]
    shown = book.words.change(handlers.show_words, [session, book.words], outputs, **AT_ONCE)
    then_stream(shown, handlers.two.work_in_turn, handlers.two.screen, session, two)
