"""Which event calls which handler, and in which queue.

Predictions have a queue of their own, so that none waits behind an explanation; switches that
compute nothing pass by the queues. A new choice ends the explanation under way by itself: an
explanation looks at the session after each gradient.
"""

from functools import partial
from typing import Any

import gradio as gr
from gradio.events import Dependency

from page.examples import EXAMPLES
from page.handlers import Handlers
from page.layout import Panel, Parts

PICK_LANGUAGE = "(_, language) => [_, window.prose.language()]"
TELL_LANGUAGE = "(_, language) => [_, window.prose.remember(language)]"
BEGIN = "(...inputs) => window.prose.busy(inputs)"
END = "() => window.prose.rest()"
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_AT_ONCE: dict[str, Any] = _QUIET | {"queue": False, "trigger_mode": "multiple"}
_PREDICTION: dict[str, Any] = _QUIET | {"concurrency_id": "prediction", "concurrency_limit": 2}
_EXPLANATION: dict[str, Any] = _QUIET | {
    "concurrency_id": "explanation",
    "concurrency_limit": 1,
    "trigger_mode": "multiple",
}


def wire(parts: Parts, handlers: Handlers, blocks: gr.Blocks) -> None:
    """Connect every component; call inside `gr.Blocks()`."""
    _wire_language(parts, handlers, blocks)
    _wire_composer(parts, handlers)
    _wire_switches(parts, handlers)


def _screen(parts: Parts) -> list[Any]:
    """The components in the order of `Handlers.screen`."""
    results, problem = parts.results, parts.composer.problem
    head = [problem, results.verdict, results.group, results.agreement, results.stop, results.legend]
    return [*head, *_panel(results.teacher), *_panel(results.student)]


def _panel(panel: Panel) -> list[Any]:
    return [panel.ranking, panel.progress, panel.excerpt]


def _chrome(parts: Parts) -> list[Any]:
    """The components in the order of `Handlers._chrome`."""
    composer, results = parts.composer, parts.results
    box = [composer.excerpt, composer.upload, composer.encoding, composer.run, composer.hint]
    switches = [results.shown, results.title, results.author, results.pieces]
    return [parts.language, parts.masthead, *box, *composer.examples, *switches, parts.guide]


def _wire_language(parts: Parts, handlers: Handlers, blocks: gr.Blocks) -> None:
    inputs = [parts.session, parts.language]
    outputs = [*_chrome(parts), *_screen(parts)]
    blocks.load(handlers.localise, inputs, outputs, js=PICK_LANGUAGE, **_AT_ONCE)
    parts.language.input(handlers.localise, inputs, outputs, js=TELL_LANGUAGE, **_AT_ONCE)


def _wire_composer(parts: Parts, handlers: Handlers) -> None:
    composer, results = parts.composer, parts.results
    read = gr.on(
        [composer.run.click, composer.excerpt.submit],
        handlers.read,
        [parts.session, parts.language, composer.excerpt],
        [parts.session, results.author, *_screen(parts)],
        js=BEGIN,
        **_PREDICTION,
    )
    _then_explain(read, parts, handlers)
    for name, button in zip(EXAMPLES, composer.examples, strict=True):
        outputs = [composer.excerpt, parts.session, results.author, *_screen(parts)]
        handler = partial(handlers.read_example, name)
        read = button.click(handler, [parts.session, parts.language], outputs, js=BEGIN, **_PREDICTION)
        _then_explain(read, parts, handlers)
    file = [composer.excerpt, composer.encoding, *_screen(parts)]
    composer.upload.upload(handlers.open_file, [parts.session, composer.upload], file, **_AT_ONCE)
    composer.refuse.click(handlers.refuse_file, [parts.session], _screen(parts), **_AT_ONCE)
    composer.encoding.input(handlers.reopen_file, [parts.session, composer.encoding], file, **_AT_ONCE)


def _wire_switches(parts: Parts, handlers: Handlers) -> None:
    session, results, screen = parts.session, parts.results, _screen(parts)
    chosen = results.author.input(handlers.choose, [session, results.author], screen, **_AT_ONCE)
    _then_explain(chosen, parts, handlers)
    results.shown.input(handlers.show, [session, results.shown], screen, **_AT_ONCE)
    results.pieces.input(handlers.switch_pieces, [session, results.pieces], screen, **_AT_ONCE)
    results.stop.click(handlers.stop, [session], screen, **_AT_ONCE)


def _then_explain(event: Dependency, parts: Parts, handlers: Handlers) -> None:
    event.then(js=END, api_visibility="private")
    event.then(handlers.explain, [parts.session], _screen(parts), **_EXPLANATION)
