"""Which event of checking calls which handler; asking again waits for a turn as a prediction does."""

from functools import partial
from typing import Any

import gradio as gr

from page.events import AT_ONCE, PICK_LANGUAGE, PREDICTION, TELL_LANGUAGE, excerpt_screen, then_explain
from page.layout import Parts
from page.masking.handlers import CheckHandlers
from page.scheduler.waiting import in_turn

_ASKING: dict[str, Any] = PREDICTION | {"trigger_mode": "multiple"}


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
    asking = partial(in_turn, handlers.excerpts.turns)
    pressed = [session, trial.pressed, trial.everywhere]
    trial.pressed.change(asking(handlers.press), pressed, screen, **_ASKING)
    trial.undo.click(asking(handlers.undo), [session], screen, **_ASKING)
    trial.restore.click(asking(handlers.restore), [session], [trial.cover, *screen], **_ASKING)
    trial.cover.input(asking(handlers.cover), [session, trial.cover], screen, **_ASKING)
