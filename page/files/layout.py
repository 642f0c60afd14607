"""The components of the tab of many files; they hold no words until a language is put on."""

from dataclasses import dataclass

import gradio as gr

from page.components import button, html

_LONGEST_WISH = 40


@dataclass(frozen=True, slots=True)
class FileParts:
    """All components of the tab; files.js writes the row to open into `excerpt` or `book`.

    `refuse` is pressed by page.js in place of too large an upload.
    """

    lead: gr.HTML
    upload: gr.UploadButton
    stop: gr.Button
    go_on: gr.Button
    problem: gr.HTML
    state: gr.HTML
    table: gr.HTML
    excerpt: gr.Textbox
    book: gr.Textbox
    refuse: gr.Button


def build_files() -> FileParts:
    """Lay the tab out; call inside its `gr.Tab`."""
    lead = html("files-lead")
    with gr.Row(elem_classes="actions"):
        # Any file may be chosen: Gradio itself would refuse some, and in English only.
        upload = gr.UploadButton(
            elem_id="files-upload", type="filepath", file_count="multiple", variant="primary"
        )
        stop, go_on = button("files-stop", visible=False), button("files-go-on", visible=False)
    drawn = html("files-problem"), html("files-state"), html("files-table")
    asked = _asked("files-excerpt"), _asked("files-book")
    return FileParts(lead, upload, stop, go_on, *drawn, *asked, button("files-refuse", visible="hidden"))


def _asked(name: str) -> gr.Textbox:
    return gr.Textbox(elem_id=name, visible="hidden", container=False, max_length=_LONGEST_WISH)
