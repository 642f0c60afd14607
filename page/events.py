"""Which event calls which handler, and in which queue.

Predictions, explanations and books wait their turn by `page/scheduler/turns.py`, so Gradio's own queue,
which knows no clients, lets them in at once; switches that compute nothing pass by it.
A new choice ends the explanation under way by itself: it looks at the session after each gradient.
"""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any

import gradio as gr
from gradio.events import Dependency

from page.examples import BOOK, EXAMPLES
from page.handlers import Handlers
from page.layout import Parts
from page.scheduler.waiting import explain_in_turn, in_turn, open_in_turn
from page.screen import SCREEN, only_changes

PICK_LANGUAGE = "(_, language) => [_, window.prose.language()]"
TELL_LANGUAGE = "(_, language) => [_, window.prose.remember(language)]"
BEGIN = "(...inputs) => window.prose.busy(inputs)"
END = "() => window.prose.rest()"
# Progress is ours to show. Gradio's browser code copies all properties of whatever it may show progress on,
# at each step of every event: a third of what an explanation cost the browser.
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "show_progress_on": []}
AT_ONCE: dict[str, Any] = QUIET | {"queue": False, "trigger_mode": "multiple"}
PREDICTION: dict[str, Any] = QUIET | {"concurrency_limit": None}
WORK: dict[str, Any] = PREDICTION | {"trigger_mode": "multiple"}


def wire(parts: Parts, handlers: Handlers, blocks: gr.Blocks) -> None:
    """Connect every component; call inside `gr.Blocks()`."""
    _wire_language(parts, handlers, blocks)
    _wire_composer(parts, handlers)
    _wire_switches(parts, handlers)


def excerpt_screen(parts: Parts) -> list[Any]:
    """The components in the order of `screen.SCREEN`, which names them as the layout does."""
    composer, results = parts.composer, parts.results
    elsewhere = {name: getattr(composer, name) for name in ("problem", "to_book", "composed", "sample")}
    elsewhere |= {"trial": results.trial.panel, "outcome": results.trial.outcome}
    return [elsewhere.get(name) or getattr(results, name) for name in SCREEN]


def choosers_of(parts: Parts) -> list[Any]:
    """The components in the order of `updates.choosers`."""
    return [parts.results.author, parts.results.rival, parts.results.trial.cover]


def _chrome(parts: Parts) -> dict[str, Any]:
    """The components that `updates.label` labels, by its names."""
    composer, results = parts.composer, parts.results
    found = {name: getattr(parts, name) for name in ("language", "masthead", "guide")}
    found |= {name: getattr(composer, name) for name in ("excerpt", "upload", "encoding", "run", "hint")}
    found |= {name: getattr(results, name) for name in ("view", "author", "pieces", "check_title")}
    found |= {f"check_{one.name}": getattr(results.folds, one.name) for one in fields(results.folds)}
    return found | dict(zip(EXAMPLES, composer.examples, strict=True))


def _wire_language(parts: Parts, handlers: Handlers, blocks: gr.Blocks) -> None:
    inputs, chrome = [parts.session, parts.language], _chrome(parts)
    outputs = [*chrome.values(), *excerpt_screen(parts)]
    localise = partial(handlers.localise, list(chrome))
    blocks.load(localise, inputs, outputs, js=PICK_LANGUAGE, **AT_ONCE)
    parts.language.input(localise, inputs, outputs, js=TELL_LANGUAGE, **AT_ONCE)


def _wire_composer(parts: Parts, handlers: Handlers) -> None:
    composer = parts.composer
    read = gr.on(
        [composer.run.click, composer.excerpt.submit],
        in_turn(handlers.turns, handlers.read),
        [parts.session, parts.language, composer.excerpt],
        [parts.session, *choosers_of(parts), *excerpt_screen(parts)],
        js=BEGIN,
        **PREDICTION,
    )
    then_explain(read, parts, handlers)
    for name, button in zip(EXAMPLES, composer.examples, strict=True):
        if name == BOOK:
            continue  # it opens the other tab: see page/book/tab_links.py
        outputs = [composer.excerpt, parts.session, *choosers_of(parts), *excerpt_screen(parts)]
        handler = in_turn(handlers.turns, partial(handlers.read_example, name))
        read = button.click(handler, [parts.session, parts.language], outputs, js=BEGIN, **PREDICTION)
        then_explain(read, parts, handlers)
    file = [composer.excerpt, composer.encoding, *excerpt_screen(parts)]
    opening = partial(open_in_turn, handlers.turns, put_off=handlers.put_off_file)
    composer.upload.upload(opening(handlers.open_file), [parts.session, composer.upload], file, **PREDICTION)
    composer.refuse.click(handlers.refuse_file, [parts.session], file[1:], **AT_ONCE)
    again = opening(handlers.reopen_file)
    composer.encoding.input(again, [parts.session, composer.encoding], file, **PREDICTION)


def _wire_switches(parts: Parts, handlers: Handlers) -> None:
    session, results, screen = parts.session, parts.results, excerpt_screen(parts)
    chosen = results.author.input(
        handlers.choose, [session, results.author], [*choosers_of(parts), *screen], **AT_ONCE
    )
    then_explain(chosen, parts, handlers)
    insisted = results.insist.click(handlers.insist, [session], screen, **AT_ONCE)
    then_explain(insisted, parts, handlers)
    owned = results.own.click(handlers.explain_first, [session], [*choosers_of(parts), *screen], **AT_ONCE)
    then_explain(owned, parts, handlers)
    results.view.input(handlers.see, [session, results.view], screen, **AT_ONCE)
    results.pieces.input(handlers.switch_pieces, [session, results.pieces], screen, **AT_ONCE)
    results.stop.click(handlers.stop, [session], screen, **AT_ONCE)
    results.redraw.click(handlers.screen, [session], screen, **AT_ONCE)


def then_explain(event: Dependency, parts: Parts, handlers: Handlers) -> None:
    event.then(js=END, api_visibility="private")
    explain = explain_in_turn(handlers.turns, handlers)
    then_stream(event, explain, handlers.screen, parts.session, excerpt_screen(parts))


def then_stream(
    event: Dependency,
    work: Callable[..., Any],
    draw: Callable[..., Any],
    session: gr.State,
    screen: list[Any],
) -> None:
    """Let an event be followed by work that draws the screen as it goes, then by the screen as it is.

    Gradio puts each step of a stream on the page when the step before is there, but other answers as they
    come. So a step may land on a newer answer before the browser shows that answer's mark.
    """
    event.then(only_changes(work), [session], screen, **WORK).then(draw, [session], screen, **AT_ONCE)
