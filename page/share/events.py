"""Which event of sharing calls which handler: the page was opened by a link."""

import gradio as gr

from page.events import BEGIN, PREDICTION, choosers_of, excerpt_screen, then_explain
from page.excerpt.pair_service import LONGEST_TEXT
from page.layout import Parts
from page.scheduler.waiting import in_turn
from page.share.handlers import SharingHandlers

_LONGEST = 4 * LONGEST_TEXT  # of the JSON, whose escapes are longer than what they stand for


def wire_sharing(parts: Parts, handlers: SharingHandlers) -> None:
    """Make the box into which sharing.js writes, and listen to it; call inside `gr.Blocks()`."""
    shared = gr.Textbox(elem_id="shared", visible="hidden", container=False, max_length=_LONGEST)
    event = shared.change(
        in_turn(handlers.turns, handlers.open),
        [parts.session, parts.language, shared],
        [parts.composer.excerpt, parts.session, *choosers_of(parts), *excerpt_screen(parts)],
        js=BEGIN,
        **PREDICTION,
    )
    then_explain(event, parts, handlers.excerpts)
