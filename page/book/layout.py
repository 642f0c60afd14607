"""The book tab's components in reading order; they hold no words until a language is put on."""

from dataclasses import dataclass

import gradio as gr

from page.components import button, drawn_at, encodings, html

LONGEST_WISH = 200


@dataclass(frozen=True, slots=True)
class BookComposer:
    """Where the book comes from: file or box."""

    lead: gr.HTML
    text: gr.Textbox
    run: gr.Button
    upload: gr.UploadButton
    encoding: gr.Dropdown
    problem: gr.HTML
    to_excerpt: gr.Button
    refuse: gr.Button
    card: gr.HTML


@dataclass(frozen=True, slots=True)
class BookResults:
    """What the models say along the book and of the whole; `drawn` and `redraw` as `drawn_at` has them."""

    state: gr.HTML
    stop: gr.Button
    go_on: gr.Button
    chart: gr.HTML
    opened: gr.HTML
    group: gr.Column
    exports: gr.HTML
    whole: gr.HTML
    changes: gr.HTML
    title: gr.HTML
    author: gr.Dropdown
    teacher_passages: gr.HTML
    student_passages: gr.HTML
    drawn: gr.HTML
    redraw: gr.Button


@dataclass(frozen=True, slots=True)
class BookParts:
    """All components of the tab; book.js writes what is asked for on the chart into the hidden boxes.

    `zoom` is the part to show, `passage` the place to open below the chart, `excerpt` the one to open in the
    other tab, `part` the one to compare with the rest, `words` the one whose words to weigh; after a reload
    the book that was open stands in `token`.
    """

    composer: BookComposer
    results: BookResults
    zoom: gr.Textbox
    passage: gr.Textbox
    excerpt: gr.Textbox
    token: gr.Textbox
    part: gr.Textbox
    words: gr.Textbox


def build_book() -> BookParts:
    """Lay the tab out; call inside its `gr.Tab`."""
    composer, results = _build_composer(), _build_results()
    asked = [_asked(f"book-{name}") for name in ("zoom", "passage", "excerpt", "token", "part", "words")]
    return BookParts(composer, results, *asked)


def _asked(name: str) -> gr.Textbox:
    return gr.Textbox(elem_id=name, visible="hidden", container=False, max_length=LONGEST_WISH)


def _build_composer() -> BookComposer:
    lead = html("book-lead")
    with gr.Column(elem_id="book-composer", elem_classes="composer", min_width=0):
        text = gr.Textbox(
            lines=4,
            max_lines=8,
            elem_id="book-box",
            elem_classes="sheet",
            html_attributes=gr.InputHTMLAttributes(lang="ru", spellcheck=False, autocomplete="off"),
        )
        problem = html("book-problem")
        to_excerpt = button("to-excerpt", visible=False)
        refuse = button("book-refuse", visible="hidden")  # pressed by page.js for too large an upload
        with gr.Row(elem_classes="actions"):
            # Any file may be chosen: Gradio itself would refuse some, and in English only.
            upload = gr.UploadButton(elem_id="book-upload", type="filepath", variant="primary")
            run = button("book-run")
            encoding = encodings("book-encoding")
    return BookComposer(lead, text, run, upload, encoding, problem, to_excerpt, refuse, html("book-card"))


def _build_results() -> BookResults:
    state = html("book-state")
    stop = button("book-stop", visible=False)
    go_on = button("book-go-on", visible=False)
    chart, opened = html("book-chart"), html("book-opened")
    with gr.Column(visible=False, elem_id="book-results", min_width=0) as group:
        exports, whole, changes = html("book-exports"), html("book-whole"), html("book-changes")
        title = html("book-passages-title")
        author = gr.Dropdown([], value=None, elem_id="book-author", filterable=True)
        with gr.Row(elem_classes="columns"):
            passages = html("book-teacher-passages"), html("book-student-passages")
    body = chart, opened, group, exports, whole, changes
    return BookResults(state, stop, go_on, *body, title, author, *passages, *drawn_at("book-"))
