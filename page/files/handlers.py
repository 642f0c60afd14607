"""What happens on each event of the tab of many files: change the view, then draw it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from authorship.numerals import Language
from page.book.events import screen_of, then_read
from page.book.tab_links import Crossing, both_tabs
from page.components import mark_now
from page.events import AT_ONCE, BEGIN, PICK_LANGUAGE, PREDICTION, TELL_LANGUAGE, then_explain, then_stream
from page.files.batches import Batches
from page.files.rows import Batch, Row
from page.files.view import render_state, render_table, render_trouble
from page.i18n.wording import file_messages, fill_limits
from page.layout import Parts
from page.scheduler.fair_queue import BusyError, Wish, presence_here
from page.scheduler.turns import Turns
from page.scheduler.waiting import in_turn, open_in_turn
from page.screen import Pace
from page.session import Session

Updates = list[Any]
_PACE = 0.5


class FileHandlers:
    """One method an event; each answers with the values of the components in `wire_files`' order."""

    def __init__(self, batches: Batches, crossing: Crossing, turns: Turns) -> None:
        self.batches = batches
        self.crossing = crossing
        self.turns = turns

    def open_files(self, session: Session, language: Language, chosen: list[str] | None) -> Updates:
        """Take the uploaded files in, forget what lies on the disk, and get ready to read."""
        session.language = language
        if not chosen:
            return self.screen(session)
        self._stop(session)
        session.files.open(self.batches.open([taken(Path(file)) for file in chosen]).token)
        return self.screen(session)

    def put_off_files(self, session: Session, seconds: int) -> Updates:
        """There was no turn to take files in: it may be tried again in so many seconds."""
        session.files.trouble, session.files.busy = "busy", seconds
        return self.screen(session)

    def refuse_files(self, session: Session) -> Updates:
        """The browser held back files that are too large or too many to upload."""
        session.files.trouble = "too_much"
        return self.screen(session)

    def read(self, session: Session, batch: Batch) -> Generator[Updates | None, None, None]:
        """Read the batch that waits; the table is drawn anew only where it has grown."""
        view, job, pace = session.files, session.files.job, Pace(_PACE)
        for grown in self.batches.read(batch):
            if view.job != job:
                return
            if not grown and not pace.due:
                yield None
                continue
            pace.drawn()
            yield self.screen(session) if grown else self._progress(session, batch)
        yield self.screen(session)

    async def read_in_turn(self, session: Session) -> AsyncIterator[Updates]:
        """`read` when it is the session's turn among those who read books; while there is no place, wait."""
        view, batch = session.files, self.batches.find(session.files.token)
        wish, present = Wish(view, view.job), presence_here()
        screen = partial(self.screen, session)
        if batch is None or batch.stage != "waiting":
            yield await self.turns.aside(screen)
            return

        def wanted() -> bool:
            return view.job == wish.number and batch.stage == "waiting" and present()

        try:
            while wanted():
                batch.busy = 0
                try:
                    async for updates in self._in_line(session, batch, wish):
                        yield updates
                    break
                except BusyError as error:
                    batch.busy = error.seconds
                yield await self.turns.aside(screen)
                await _wait(batch.busy, wanted)
        finally:
            if view.job == wish.number:
                batch.stop()
        yield await self.turns.aside(screen)

    async def _in_line(self, session: Session, batch: Batch, wish: Wish) -> AsyncIterator[Updates]:
        def show(ahead: int) -> Updates:
            batch.ahead = ahead
            return self.screen(session)

        def wanted() -> bool:
            return session.files.job == wish.number and batch.under_way

        line = self.turns.in_line(self.turns.books, wish, wanted, show, self.read(session, batch))
        async with aclosing(line) as steps:
            async for updates in steps:
                yield updates

    def stop(self, session: Session) -> Updates:
        """End the reading under way and keep the rows that it has."""
        self._stop(session)
        return self.screen(session)

    def go_on(self, session: Session) -> Updates:
        """Get ready to read the files that reading had not come to when it was stopped."""
        batch = self.batches.find(session.files.token)
        if batch is not None:
            session.files.job += 1
            batch.go_on()
        return self.screen(session)

    def _stop(self, session: Session) -> None:
        session.files.job += 1
        batch = self.batches.find(session.files.token)
        if batch is not None:
            batch.stop()

    def open_excerpt(self, session: Session, language: Language, asked: str | None) -> Updates:
        """Show a short file on the excerpt tab; `asked` is "NUMBER ROW"."""
        row = self._asked_for(session, asked)
        if row is None or not row.text:
            return self.crossing.stay(session)
        shown = self.crossing.show(session, language, row.text, "", None)
        session.notices = row.notices
        return shown

    def open_book(self, session: Session, asked: str | None) -> Updates:
        """Show a long file on the book tab, as it was read here; `asked` is "NUMBER ROW"."""
        row = self._asked_for(session, asked)
        token = row.token if row is not None else ""
        return [gr.Tabs(selected="book"), *self.crossing.books.open_kept(session, token)]

    def _asked_for(self, session: Session, asked: str | None) -> Row | None:
        batch, number = self.batches.find(session.files.token), (asked or "").rpartition(" ")[2]
        if batch is None or not number.isdecimal() or not int(number) < len(batch.rows):
            return None
        return batch.rows[int(number)]

    def screen(self, session: Session) -> Updates:
        """Problem, state and table, the buttons that end reading or go on with it, when this was drawn."""
        mark = mark_now()
        view, language = session.files, session.language
        batch = self.batches.find(view.token) if view.token else None
        if view.token and batch is None:
            view.trouble = "lost"
        drawn = (render_state(batch, language), render_table(batch, language)) if batch else ("", "")
        words = file_messages(language)
        stop = gr.Button(words.stop, visible=batch is not None and batch.under_way)
        go_on = gr.Button(words.go_on, visible=batch is not None and batch.may_go_on)
        return [render_trouble(view, language), *drawn, stop, go_on, mark]

    def _progress(self, session: Session, batch: Batch) -> Updates:
        mark = mark_now()
        state = render_state(batch, session.language)
        return [gr.skip(), state, gr.skip(), gr.skip(), gr.skip(), mark]

    def localise(self, session: Session, language: Language) -> Updates:
        """Put the tab into a language; nothing is computed."""
        session.language = language
        words = file_messages(language)
        lead = f'<p class="lead">{fill_limits(words.lead)}</p>'
        return [gr.Tab(label=words.tab), lead, gr.UploadButton(words.upload), *self.screen(session)]


async def _wait(seconds: int, wanted: Callable[[], bool]) -> None:
    """Wait so long, or for as long as it is wanted."""
    due = time.monotonic() + seconds
    while wanted() and time.monotonic() < due:
        await asyncio.sleep(_PACE)


def taken(file: Path) -> tuple[str, bytes]:
    """An uploaded file's name and content; it lies on the disk no longer."""
    data = file.read_bytes()
    file.unlink(missing_ok=True)
    return file.name, data


def wire_files(parts: Parts, handlers: FileHandlers, blocks: gr.Blocks) -> None:
    """Connect the tab's components; call inside `gr.Blocks()`."""
    tab, session, language = parts.files, parts.session, parts.language
    screen = [tab.problem, tab.state, tab.table, tab.stop, tab.go_on, tab.drawn]
    spoken = [session, language], [parts.files_tab, tab.lead, tab.upload, *screen]
    blocks.load(handlers.localise, *spoken, js=PICK_LANGUAGE, **AT_ONCE)
    language.input(handlers.localise, *spoken, js=TELL_LANGUAGE, **AT_ONCE)
    opening = open_in_turn(handlers.turns, handlers.open_files, handlers.put_off_files)
    opened = tab.upload.upload(opening, [session, language, tab.upload], screen, **PREDICTION)
    asked_on = tab.go_on.click(handlers.go_on, [session], screen, **AT_ONCE)
    for ready in (opened, asked_on):
        then_stream(ready, handlers.read_in_turn, handlers.screen, session, screen)
    tab.refuse.click(handlers.refuse_files, [session], screen, **AT_ONCE)
    tab.stop.click(handlers.stop, [session], screen, **AT_ONCE)
    tab.redraw.click(handlers.screen, [session], screen, **AT_ONCE)
    _wire_openers(parts, handlers)


def _wire_openers(parts: Parts, handlers: FileHandlers) -> None:
    """A row's button leads to one of the other tabs."""
    tab, session, crossing = parts.files, parts.session, handlers.crossing
    show = in_turn(handlers.turns, handlers.open_excerpt)
    asked = [session, parts.language, tab.excerpt]
    shown = tab.excerpt.change(show, asked, both_tabs(parts), js=BEGIN, **PREDICTION)
    then_explain(shown, parts, crossing.excerpts)
    opened = [parts.tabs, parts.book.composer.encoding, *screen_of(parts.book)]
    event = tab.book.change(handlers.open_book, [session, tab.book], opened, **AT_ONCE)
    then_read(event, parts, crossing.books)
