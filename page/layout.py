"""The page's components in reading order; they hold no words until a language is put on."""

from dataclasses import dataclass

import gradio as gr

from page.authors.layout import FingerprintParts, build_fingerprints
from page.book.layout import BookParts, build_book
from page.components import button, encodings, html
from page.files.view import FileParts, build_files
from page.masking.layout import Trial, build_cover, build_pressed, build_rival, build_trial
from page.session import MOST_SHOWN, Session
from page.two_texts.layout import TwoTextParts, build_two_texts

LANGUAGES = [("Русский", "ru"), ("English", "en")]


@dataclass(frozen=True, slots=True)
class Composer:
    """Where the text comes from: box, file, examples; and the button."""

    excerpt: gr.Textbox
    upload: gr.UploadButton
    encoding: gr.Dropdown
    run: gr.Button
    problem: gr.HTML
    to_book: gr.Button
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
    insist: gr.Button
    group: gr.Column
    shown: gr.Slider
    title: gr.HTML
    author: gr.Dropdown
    rival: gr.Dropdown
    pieces: gr.Checkbox
    stop: gr.Button
    agreement: gr.HTML
    legend: gr.HTML
    teacher: Panel
    student: Panel
    trial: Trial
    exports: gr.HTML


@dataclass(frozen=True, slots=True)
class Parts:
    """All components that an event reads or writes."""

    session: gr.State
    masthead: gr.HTML
    language: gr.Radio
    tabs: gr.Tabs
    excerpt_tab: gr.Tab
    book_tab: gr.Tab
    composer: Composer
    results: Results
    book: BookParts
    guide: gr.HTML
    fingerprint_tab: gr.Tab
    fingerprints: FingerprintParts
    files_tab: gr.Tab
    files: FileParts
    two_texts_tab: gr.Tab
    two_texts: TwoTextParts


def build_parts(compares: bool = True) -> Parts:
    """Lay the page out, the tab of two texts only where they can be compared; call inside `gr.Blocks()`."""
    session = gr.State(Session(), time_to_live=3600)
    language = gr.Radio(LANGUAGES, value="ru", elem_id="language", container=False, show_label=False)
    masthead = html("masthead")
    with gr.Tabs(selected="excerpt", elem_id="tabs") as tabs:
        with gr.Tab("Отрывок", id="excerpt", elem_id="excerpt-tab") as excerpt_tab:
            composer, results = _build_composer(), _build_results()
        with gr.Tab("Книга", id="book", elem_id="book-tab", render_children=True) as book_tab:
            book = build_book()
        with gr.Tab(
            "Два текста", id="two", elem_id="two-tab", render_children=True, visible=compares
        ) as two_tab:
            two = build_two_texts()
        with gr.Tab("Файлы", id="files", elem_id="files-tab", render_children=True) as files_tab:
            files = build_files()
        with gr.Tab(
            "Авторы", id="authors", elem_id="fingerprint-tab", render_children=True
        ) as fingerprint_tab:
            fingerprints = build_fingerprints()
    chrome = session, masthead, language, tabs, excerpt_tab, book_tab
    authors, many = (fingerprint_tab, fingerprints), (files_tab, files)
    return Parts(*chrome, composer, results, book, html("guide"), *authors, *many, two_tab, two)


def _build_composer() -> Composer:
    with gr.Column(elem_id="composer", min_width=0):
        excerpt = gr.Textbox(
            lines=9,
            max_lines=18,
            elem_id="excerpt-box",
            elem_classes="sheet",
            html_attributes=gr.InputHTMLAttributes(lang="ru", spellcheck=False, autocomplete="off"),
        )
        problem = html("problem")
        to_book = button("to-book", visible=False)
        with gr.Row(elem_classes="actions"):
            run = button("run", variant="primary")
            upload = gr.UploadButton(elem_id="upload", type="filepath")
            encoding = encodings("encoding")
    hint = html("hint")
    with gr.Row(elem_id="examples"):
        examples = (button("gogol"), button("chekhov"), button("dostoevsky"))
    refuse = button("refuse", visible="hidden")  # pressed by page.js in place of too large an upload
    return Composer(excerpt, upload, encoding, run, problem, to_book, hint, examples, refuse)


def _build_results() -> Results:
    verdict, insist, pressed = html("verdict"), button("insist", visible=False), build_pressed()
    with gr.Column(visible=False, elem_id="results", min_width=0) as group:
        shown = gr.Slider(1, MOST_SHOWN, value=5, step=1, elem_id="shown", buttons=[])
        with gr.Row(elem_classes="columns"):
            rankings = html("teacher-ranking"), html("student-ranking")
        title = html("reasons-title")
        agreement = html("agreement")
        with gr.Row(elem_id="switches"):
            author = gr.Dropdown([], value=None, elem_id="author", filterable=True)
            rival = build_rival()
            pieces = gr.Checkbox(False, label="pieces", elem_id="pieces", container=False)
            stop = button("stop", visible=False)
        cover = build_cover()
        legend = html("legend")
        with gr.Row(elem_classes="columns"):
            teacher = _build_reasons("teacher", rankings[0])
            student = _build_reasons("student", rankings[1])
        trial = build_trial(*cover, pressed)
        exports = html("excerpt-exports")
    switches = shown, title, author, rival, pieces, stop
    return Results(verdict, insist, group, *switches, agreement, legend, teacher, student, trial, exports)


def _build_reasons(role: str, ranking: gr.HTML) -> Panel:
    with gr.Column(elem_classes="reasons", min_width=260):
        return Panel(ranking, html(f"{role}-progress"), html(f"{role}-excerpt"))
