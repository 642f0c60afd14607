"""The components of checking; they hold no words until a language is put on."""

from dataclasses import dataclass

import gradio as gr

from explain.masking import COVERS
from page.components import button, html


@dataclass(frozen=True, slots=True)
class Trial:
    """Switch, panel and buttons; checking.js writes the word that was pressed into `pressed`."""

    cover: gr.Radio
    everywhere: gr.Checkbox
    panel: gr.Column
    outcome: gr.HTML
    undo: gr.Button
    restore: gr.Button
    pressed: gr.Textbox


def build_rival() -> gr.Dropdown:
    """Whom the author is held against; call inside the row of switches."""
    return gr.Dropdown([("", "")], value="", elem_id="rival", filterable=True)


def build_cover() -> tuple[gr.Radio, gr.Checkbox]:
    """What is masked at once, and whether a pressed word is masked everywhere."""
    with gr.Row(elem_id="cover-row"):
        cover = gr.Radio(list(COVERS), value="nothing", elem_id="cover")
        everywhere = gr.Checkbox(False, label="everywhere", elem_id="everywhere", container=False)
    return cover, everywhere


def build_pressed() -> gr.Textbox:
    """Where a press is heard; call outside of any column that is shown later, which would show it too."""
    return gr.Textbox(elem_id="pressed", visible="hidden", container=False)


def build_trial(cover: gr.Radio, everywhere: gr.Checkbox, pressed: gr.Textbox) -> Trial:
    """The panel that stays in sight while words are masked."""
    with gr.Column(visible=False, elem_id="trial", min_width=0) as panel:
        outcome = html("outcome")
        with gr.Row(elem_id="trial-actions"):
            undo, restore = button("undo"), button("restore")
    return Trial(cover, everywhere, panel, outcome, undo, restore, pressed)
