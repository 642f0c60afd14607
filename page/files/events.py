"""Which event of the tab of many files calls which handler, and in which queue."""

import gradio as gr

from page.book.events import screen_of, then_read
from page.book.tab_links import both_tabs
from page.events import AT_ONCE, BEGIN, PICK_LANGUAGE, PREDICTION, TELL_LANGUAGE, then_explain, then_stream
from page.files.handlers import FileHandlers
from page.layout import Parts
from page.scheduler.waiting import in_turn, open_in_turn


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
