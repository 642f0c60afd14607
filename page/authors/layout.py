"""The components of the authors' tab in reading order; they hold no words until a language is put on."""

from dataclasses import dataclass

import gradio as gr

from page.components import drawn_at, html
from page.excerpt.results import ROLES


@dataclass(frozen=True, slots=True)
class FingerprintParts:
    """All components of the tab; authors.js writes the author chosen into `asked`.

    `drawn` and `redraw` are as `drawn_at` has them.
    """

    lead: gr.HTML
    roster: gr.HTML
    names: gr.Checkbox
    portrait: gr.HTML
    map_title: gr.HTML
    role: gr.Radio
    map: gr.HTML
    asked: gr.Textbox
    drawn: gr.HTML
    redraw: gr.Button


def build_fingerprints() -> FingerprintParts:
    """Lay the tab out, everyone beside the one who is chosen; call inside its `gr.Tab`."""
    lead = html("fingerprint-lead")
    with gr.Row(elem_id="fingerprint-columns"):
        with gr.Column(elem_id="fingerprint-everyone", min_width=0):
            roster = html("fingerprint-roster")
        with gr.Column(elem_id="fingerprint-one", min_width=0):
            portrait = html("fingerprint-portrait")
            names = gr.Checkbox(False, label="names", elem_id="fingerprint-names", container=False)
            title = html("fingerprint-map-title")
            role = gr.Radio(list(ROLES), value=ROLES[0], elem_id="fingerprint-role", container=False)
            picture = html("fingerprint-map")
    asked = gr.Textbox(elem_id="fingerprint-asked", visible="hidden", container=False)
    one = lead, roster, names, portrait, title, role, picture, asked
    return FingerprintParts(*one, *drawn_at("fingerprint-"))
