"""Components as the whole page makes them."""

import time
from typing import Any

import gradio as gr

from authorship.text.encodings import ENCODINGS


def html(name: str) -> gr.HTML:
    """A place for HTML of ours; the views escape all that is not."""
    return gr.HTML(elem_id=name, js_on_load=None)


def drawn_at(tab: str = "") -> tuple[gr.HTML, gr.Button]:
    """Where a tab's screen says when it was drawn, and what page.js presses if an older one comes later."""
    place = gr.HTML(elem_id=f"{tab}drawn", elem_classes="drawn", js_on_load=None)
    return place, button(f"{tab}redraw", visible="hidden")


def mark_now() -> str:
    """What stands there for a screen whose session is looked at now: microseconds of the clock."""
    return f'<i data-drawn="{time.time_ns() // 1000}"></i>'


def button(name: str, **options: Any) -> gr.Button:
    """A button that gets its words with the language."""
    return gr.Button(name, elem_id=name, **options)


def fold(name: str) -> gr.Accordion:
    """A part that is folded away until it is opened; it gets its heading with the language."""
    return gr.Accordion(name, open=False, elem_id=name, elem_classes="fold")


def encodings(name: str) -> gr.Dropdown:
    """The choice of a file's encoding, hidden until there is a file."""
    return gr.Dropdown(list(ENCODINGS), value=None, elem_id=name, elem_classes="encoding", visible=False)
