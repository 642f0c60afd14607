"""Which event of the tab of two texts calls which handler, and in which queue."""

from functools import partial
from typing import Any

import gradio as gr

from page.events import AT_ONCE, PICK_LANGUAGE, PREDICTION, TELL_LANGUAGE, then_stream
from page.layout import Parts
from page.scheduler.waiting import open_in_turn
from page.two_texts.cases import SIDES
from page.two_texts.handlers import TwoTextHandlers
from page.two_texts.layout import TwoTextParts


def screen_of(tab: TwoTextParts) -> list[Any]:
    """The components in the order of `TwoTextHandlers.screen`."""
    sides = tab.known, tab.disputed
    texts = [*(side.listed for side in sides), *(side.clear for side in sides)]
    answer = [tab.verdict, tab.group, tab.probability, tab.usual, tab.reasons, tab.exports, tab.drawn]
    return [tab.problem, *texts, tab.state, tab.stop, *answer]


def wire_two_texts(parts: Parts, handlers: TwoTextHandlers, blocks: gr.Blocks) -> None:
    """Connect the tab's components; call inside `gr.Blocks()`."""
    tab, session, language = parts.two_texts, parts.session, parts.language
    screen = screen_of(tab)
    boxes, uploads = [tab.known.text, tab.disputed.text], [tab.known.upload, tab.disputed.upload]
    labels = [parts.two_texts_tab, tab.lead, *boxes, *uploads, tab.each, tab.run, tab.prior, *screen]
    blocks.load(handlers.localise, [session, language], labels, js=PICK_LANGUAGE, **AT_ONCE)
    language.input(handlers.localise, [session, language], labels, js=TELL_LANGUAGE, **AT_ONCE)
    opening = partial(open_in_turn, handlers.turns, put_off=handlers.put_off)
    asked = [
        tab.run.click(opening(handlers.compare), [session, language, *boxes, tab.each], screen, **PREDICTION)
    ]
    for name, side in zip(SIDES, (tab.known, tab.disputed), strict=True):
        opened = opening(partial(handlers.open_files, name))
        asked.append(side.upload.upload(opened, [session, language, side.upload], screen, **PREDICTION))
        side.clear.click(partial(handlers.clear, name), [session], screen, **AT_ONCE)
    for event in asked:
        then_stream(event, handlers.work_in_turn, handlers.screen, session, screen)
    tab.stop.click(handlers.stop, [session], screen, **AT_ONCE)
    tab.redraw.click(handlers.screen, [session], screen, **AT_ONCE)
    tab.refuse.click(handlers.refuse_files, [session], screen, **AT_ONCE)
    tab.prior.input(handlers.weigh, [session, tab.prior], [tab.probability, tab.drawn], **AT_ONCE)
