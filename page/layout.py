"""The page's components in reading order; they hold no words until a language is put on."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from authorship.encodings import ENCODINGS
from page.session import Session

LANGUAGES = [("Русский", "ru"), ("English", "en")]
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Composer:
    """Where the text comes from: box, file, examples; and the button."""

    excerpt: gr.Textbox
    upload: gr.UploadButton
    encoding: gr.Dropdown
    run: gr.Button
    problem: gr.HTML
    hint: gr.HTML
    examples: tuple[gr.Button, gr.Button, gr.Button]
    refuse: gr.Button


@dataclass(frozen=True, slots=True)
class Panel:
    """One model's column."""

    ranking: gr.HTML
    progress: gr.HTML
    excerpt: gr.HTML


@dataclass(frozen=True, slots=True)
class Results:
    """What the models say, and the switches over it."""

    verdict: gr.HTML
    group: gr.Column
    shown: gr.Slider
    title: gr.HTML
    author: gr.Dropdown
    pieces: gr.Checkbox
    stop: gr.Button
    agreement: gr.HTML
    legend: gr.HTML
    teacher: Panel
    student: Panel


@dataclass(frozen=True, slots=True)
class Parts:
    """All components that an event reads or writes."""

    session: gr.State
    masthead: gr.HTML
    language: gr.Radio
    composer: Composer
    results: Results
    guide: gr.HTML


def build_parts() -> Parts:
    """Lay the page out; call inside `gr.Blocks()`."""
    session = gr.State(Session(), time_to_live=3600)
    language = gr.Radio(LANGUAGES, value="ru", elem_id="language", container=False, show_label=False)
    masthead = _html("masthead")
    composer = _build_composer()
    results = _build_results()
    return Parts(session, masthead, language, composer, results, _html("guide"))


def _html(name: str) -> gr.HTML:
    return gr.HTML(elem_id=name, js_on_load=None)


def _button(name: str, **options: Any) -> gr.Button:
    return gr.Button(name, elem_id=name, **options)


def _build_composer() -> Composer:
    with gr.Column(elem_id="composer", min_width=0):
        excerpt = gr.Textbox(
            lines=9,
            max_lines=18,
            elem_id="excerpt-box",
            html_attributes=gr.InputHTMLAttributes(lang="ru", spellcheck=False, autocomplete="off"),
        )
        problem = _html("problem")
        with gr.Row(elem_id="actions"):
            run = _button("run", variant="primary")
            upload = gr.UploadButton(file_types=[".txt", "text/plain"], elem_id="upload", type="filepath")
            encoding = gr.Dropdown(list(ENCODINGS), value=None, elem_id="encoding", visible=False)
    hint = _html("hint")
    with gr.Row(elem_id="examples"):
        examples = (_button("gogol"), _button("chekhov"), _button("dostoevsky"))
    refuse = _button("refuse", visible="hidden")  # pressed by page.js in place of too large an upload
    return Composer(excerpt, upload, encoding, run, problem, hint, examples, refuse)


def _build_results() -> Results:
    verdict = _html("verdict")
    with gr.Column(visible=False, elem_id="results", min_width=0) as group:
        shown = gr.Slider(1, MOST_SHOWN, value=5, step=1, elem_id="shown", buttons=[])
        with gr.Row(elem_classes="columns"):
            rankings = _html("teacher-ranking"), _html("student-ranking")
        title = _html("reasons-title")
        agreement = _html("agreement")
        with gr.Row(elem_id="switches"):
            author = gr.Dropdown([], value=None, elem_id="author", filterable=True)
            pieces = gr.Checkbox(False, label="pieces", elem_id="pieces", container=False)
            stop = _button("stop", visible=False)
        legend = _html("legend")
        with gr.Row(elem_classes="columns"):
            teacher = _build_reasons("teacher", rankings[0])
            student = _build_reasons("student", rankings[1])
    return Results(verdict, group, shown, title, author, pieces, stop, agreement, legend, teacher, student)


def _build_reasons(role: str, ranking: gr.HTML) -> Panel:
    with gr.Column(elem_classes="reasons", min_width=260):
        return Panel(ranking, _html(f"{role}-progress"), _html(f"{role}-excerpt"))
