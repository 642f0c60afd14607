"""Which event of the book tab calls which handler, and in which queue.

Reading a book waits for a turn of its own kind: no excerpt ever waits behind one. A reading looks at the view
after each passage, so that stopping it or opening another book ends it by itself.
"""

from functools import partial
from typing import Any

import gradio as gr
from gradio.events import Dependency

from page.book.handlers import BookHandlers
from page.book.layout import BookParts
from page.events import AT_ONCE, PICK_LANGUAGE, PREDICTION, TELL_LANGUAGE, then_stream
from page.layout import Parts
from page.scheduler.waiting import open_in_turn, read_in_turn


def screen_of(parts: BookParts) -> list[Any]:
    """The components in the order of `updates.flatten`."""
    composer, results = parts.composer, parts.results
    head = [
        composer.problem,
        composer.to_excerpt,
        composer.card,
        results.state,
        results.chart,
        results.opened,
    ]
    head += [results.stop, results.go_on]
    body = [results.group, results.exports, results.whole, results.changes]
    return [*head, *body, results.author, results.teacher_passages, results.student_passages, results.drawn]


def labels_of(parts: Parts) -> list[Any]:
    """The components in the order of `updates.label`."""
    composer, results = parts.book.composer, parts.book.results
    tabs = [parts.excerpt_tab, parts.book_tab]
    box = [composer.lead, composer.text, composer.run, composer.upload]
    return [*tabs, *box, results.stop, results.go_on, composer.to_excerpt, results.title, results.author]


def wire_book(parts: Parts, handlers: BookHandlers, blocks: gr.Blocks) -> None:
    """Connect the tab's components; call inside `gr.Blocks()`."""
    book, session = parts.book, parts.session
    composer, results, screen = book.composer, book.results, screen_of(book)
    spoken = [session, parts.language], [*labels_of(parts), composer.encoding, *screen]
    blocks.load(handlers.localise, *spoken, js=PICK_LANGUAGE, **AT_ONCE)
    parts.language.input(handlers.localise, *spoken, js=TELL_LANGUAGE, **AT_ONCE)
    opened = [composer.encoding, *screen]
    opening = partial(open_in_turn, handlers.turns, put_off=handlers.put_off_file)
    file, again = opening(handlers.open_file), opening(handlers.reopen_file)
    events = [
        composer.upload.upload(file, [session, composer.upload], opened, **PREDICTION),
        composer.encoding.input(again, [session, composer.encoding], opened, **PREDICTION),
        gr.on(
            [composer.run.click, composer.text.submit],
            opening(handlers.open_text),
            [session, parts.language, composer.text],
            opened,
            **PREDICTION,
        ),
    ]
    events.append(results.go_on.click(handlers.go_on, [session], screen, **AT_ONCE))
    events.append(book.token.change(handlers.come_back, [session, book.token], opened, **AT_ONCE))
    for event in events:
        then_read(event, parts, handlers)
    composer.refuse.click(handlers.refuse_file, [session], screen, **AT_ONCE)
    results.stop.click(handlers.stop, [session], screen, **AT_ONCE)
    results.author.input(handlers.choose, [session, results.author], screen, **AT_ONCE)
    book.passage.change(handlers.open_passage, [session, book.passage], screen, **AT_ONCE)
    results.redraw.click(handlers.screen, [session], screen, **AT_ONCE)
    book.zoom.change(handlers.zoom, [session, book.zoom], screen, **AT_ONCE)


def then_read(event: Dependency, parts: Parts, handlers: BookHandlers) -> None:
    """Read the book that an event has opened."""
    read = read_in_turn(handlers.turns, handlers)
    then_stream(event, read, handlers.screen, parts.session, screen_of(parts.book))
