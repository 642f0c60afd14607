"""Which event of checking calls which handler.

Asking again has a queue of its own, so that it waits neither for an explanation nor for another's text.
"""

from typing import Any

import gradio as gr

from page.checking.handlers import CheckHandlers
from page.events import AT_ONCE, PICK_LANGUAGE, QUIET, TELL_LANGUAGE, excerpt_screen, then_explain
from page.layout import Parts

_ASKING: dict[str, Any] = QUIET | {
    "concurrency_id": "checking",
    "concurrency_limit": 2,
    "trigger_mode": "multiple",
}


def labels_of(parts: Parts) -> list[Any]:
    """The components in the order of `CheckHandlers.localise`."""
    trial = parts.results.trial
    return [parts.results.rival, trial.cover, trial.everywhere, trial.undo, trial.restore]


def wire_checking(parts: Parts, handlers: CheckHandlers, blocks: gr.Blocks) -> None:
    """Connect the components; call inside `gr.Blocks()`."""
    session, trial, screen = parts.session, parts.results.trial, excerpt_screen(parts)
    spoken = [session, parts.language], labels_of(parts)
    blocks.load(handlers.localise, *spoken, js=PICK_LANGUAGE, **AT_ONCE)
    parts.language.input(handlers.localise, *spoken, js=TELL_LANGUAGE, **AT_ONCE)
    rival = parts.results.rival
    chosen = rival.input(handlers.oppose, [session, rival], screen, **AT_ONCE)
    then_explain(chosen, parts, handlers.excerpts)
    trial.pressed.change(handlers.press, [session, trial.pressed, trial.everywhere], screen, **_ASKING)
    trial.undo.click(handlers.undo, [session], screen, **_ASKING)
    trial.restore.click(handlers.restore, [session], [trial.cover, *screen], **_ASKING)
    trial.cover.input(handlers.cover, [session, trial.cover], screen, **_ASKING)
