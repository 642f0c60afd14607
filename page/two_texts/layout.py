"""The tab's components in reading order; they hold no words until a language is put on."""

from dataclasses import dataclass

import gradio as gr

from page.components import button, drawn_at, html


@dataclass(frozen=True, slots=True)
class SideParts:
    """Where one side's texts come from: box and files, and the list of those that were read."""

    text: gr.Textbox
    upload: gr.UploadButton
    clear: gr.Button
    listed: gr.HTML


@dataclass(frozen=True, slots=True)
class TwoTextParts:
    """All components of the tab; `refuse` is pressed by page.js in place of too large an upload,
    `drawn` and `redraw` are as `drawn_at` has them.
    """

    lead: gr.HTML
    known: SideParts
    disputed: SideParts
    each: gr.Checkbox
    run: gr.Button
    stop: gr.Button
    problem: gr.HTML
    state: gr.HTML
    verdict: gr.HTML
    group: gr.Column
    prior: gr.Slider
    probability: gr.HTML
    usual: gr.HTML
    reasons: gr.HTML
    exports: gr.HTML
    refuse: gr.Button
    drawn: gr.HTML
    redraw: gr.Button


def build_two_texts() -> TwoTextParts:
    """Lay the tab out; call inside its `gr.Tab`."""
    lead = html("two-lead")
    with gr.Row(elem_classes="columns", elem_id="two-sides"):
        known, disputed = _build_side("known"), _build_side("disputed")
    each = gr.Checkbox(False, label="each", elem_id="two-each", container=False)
    with gr.Row(elem_classes="actions"):
        run, stop = button("two-run", variant="primary"), button("two-stop", visible=False)
    problem, state, verdict = html("two-problem"), html("two-state"), html("two-verdict")
    with gr.Column(visible=False, elem_id="two-results", min_width=0) as group:
        prior = gr.Slider(1, 99, value=50, step=1, elem_id="two-prior", buttons=[])
        answer = html("two-probability"), html("two-usual"), html("two-reasons"), html("two-exports")
    refuse = button("two-refuse", visible="hidden")
    head = lead, known, disputed, each, run, stop, problem, state, verdict, group, prior
    return TwoTextParts(*head, *answer, refuse, *drawn_at("two-"))


def _build_side(name: str) -> SideParts:
    with gr.Column(elem_classes="two-side", min_width=0):
        text = gr.Textbox(
            lines=6,
            max_lines=12,
            elem_id=f"two-{name}-box",
            elem_classes="sheet",
            html_attributes=gr.InputHTMLAttributes(lang="ru", spellcheck=False, autocomplete="off"),
        )
        with gr.Row(elem_classes="actions"):
            # Any file may be chosen: Gradio itself would refuse some, and in English only.
            upload = gr.UploadButton(elem_id=f"two-{name}-upload", type="filepath", file_count="multiple")
            clear = button(f"two-{name}-clear", visible=False)
        listed = html(f"two-{name}-texts")
    return SideParts(text, upload, clear, listed)
