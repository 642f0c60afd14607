"""Which event of the authors' tab calls which handler; nothing here is computed by a model."""

from typing import Any

import gradio as gr

from page.authors.handlers import FingerprintHandlers
from page.events import AT_ONCE, PICK_LANGUAGE, TELL_LANGUAGE
from page.layout import Parts

_MORE = "(_, language, ...rest) => [..."
_PICK = f"{_MORE}({PICK_LANGUAGE})(_, language), ...rest]"
_TELL = f"{_MORE}({TELL_LANGUAGE})(_, language), ...rest]"


def wire_fingerprints(parts: Parts, handlers: FingerprintHandlers, blocks: gr.Blocks) -> None:
    """Connect the tab's components; call inside `gr.Blocks()`."""
    tab = parts.fingerprints
    state = [parts.session, tab.asked, tab.names, tab.role]
    shown: list[Any] = [tab.names, tab.portrait, tab.map_title, tab.role, tab.map]
    spoken = [parts.session, parts.language, tab.asked, tab.names, tab.role]
    everything = [parts.fingerprint_tab, tab.lead, tab.roster, *shown]
    blocks.load(handlers.localise, spoken, everything, js=_PICK, **AT_ONCE)
    parts.language.input(handlers.localise, spoken, everything, js=_TELL, **AT_ONCE)
    parts.fingerprint_tab.select(handlers.show, state, shown, **AT_ONCE)
    tab.asked.change(handlers.show, state, shown, **AT_ONCE)
    tab.names.input(handlers.show, state, shown, **AT_ONCE)
    tab.role.input(handlers.show, state, shown, **AT_ONCE)
