"""The page's components in reading order; they hold no words until a language is put on."""

from dataclasses import dataclass

import gradio as gr

from page.authors.view import FingerprintParts, build_fingerprints
from page.book.layout import BookParts, build_book
from page.components import button, drawn_at, encodings, fold, html
from page.examples import EXAMPLES
from page.excerpt.reasons import VIEWS
from page.files.view import FileParts, build_files
from page.masking.layout import Trial, build_cover, build_pressed, build_rival, build_trial
from page.session import Session
from page.two_texts.view import TwoTextParts, build_two_texts

LANGUAGES = [("Русский", "ru"), ("English", "en")]


@dataclass(frozen=True, slots=True)
class Composer:
    """Where the text comes from: box, file, examples; and the button. A verdict leaves `composed` of it."""

    composed: gr.HTML
    excerpt: gr.Textbox
    upload: gr.UploadButton
    encoding: gr.Dropdown
    run: gr.Button
    problem: gr.HTML
    to_book: gr.Button
    hint: gr.HTML
    examples: tuple[gr.Button, ...]
    refuse: gr.Button
    sample: gr.HTML


@dataclass(frozen=True, slots=True)
class Folds:
    """What is folded away under "Check it", in reading order."""

    rival: gr.Accordion
    masks: gr.Accordion
    agreement: gr.Accordion
    figures: gr.Accordion


@dataclass(frozen=True, slots=True)
class Results:
    """The answer, its evidence, and the tools to check it; `drawn` and `redraw` as `drawn_at` has them."""

    drawn: gr.HTML
    redraw: gr.Button
    verdict: gr.HTML
    insist: gr.Button
    group: gr.Column
    rankings: gr.HTML
    strongest: gr.HTML
    view: gr.Radio
    progress: gr.HTML
    stop: gr.Button
    explained: gr.HTML
    own: gr.Button
    coloured: gr.HTML
    nearest_works: gr.HTML
    legend: gr.HTML
    trial: Trial
    check_title: gr.HTML
    folds: Folds
    author: gr.Dropdown
    rival: gr.Dropdown
    agreement: gr.HTML
    pieces: gr.Checkbox
    figures: gr.HTML
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
    composed = html("composed")
    with gr.Column(elem_id="composer", min_width=0):
        excerpt = gr.Textbox(
            lines=5,
            max_lines=10,
            elem_id="excerpt-box",
            elem_classes="sheet",
            html_attributes=gr.InputHTMLAttributes(lang="ru", spellcheck=False, autocomplete="off"),
        )
        with gr.Row(elem_classes="actions"):
            run = button("run", variant="primary")
            upload = gr.UploadButton(elem_id="upload", type="filepath")
            encoding = encodings("encoding")
    problem = html("problem")
    to_book = button("to-book", visible=False)
    with gr.Row(elem_id="examples"):
        hint = html("hint")
        examples = tuple(button(f"example-{name}") for name in EXAMPLES)
    refuse = button("refuse", visible="hidden")  # pressed by page.js in place of too large an upload
    sample = html("sample")
    box = composed, excerpt, upload, encoding, run, problem, to_book, hint
    return Composer(*box, examples, refuse, sample)


def _build_results() -> Results:
    drawn, redraw = drawn_at()
    verdict, insist, pressed = html("verdict"), button("insist", visible=False), build_pressed()
    own = button("own", visible="hidden")  # pressed by page.js for the button within `explained`
    with gr.Column(visible=False, elem_id="results", min_width=0) as group:
        rankings, strongest = html("rankings"), html("strongest")
        with gr.Row(elem_id="switch"):
            view = gr.Radio(list(VIEWS), value="teacher", elem_id="view", container=False, show_label=False)
            progress, stop = html("progress"), button("stop", visible=False)
        explained = html("explained")
        with gr.Row(elem_id="evidence"):
            coloured = html("coloured")
            with gr.Column(elem_id="margin", min_width=0):
                nearest_works, legend = html("nearest-works"), html("legend")
        check_title = html("check-title")
        with fold("check-rival") as rivals, gr.Row(elem_id="switches"):
            author = gr.Dropdown([], value=None, elem_id="author", filterable=True)
            rival = build_rival()
        with fold("check-masks") as masks:
            cover = build_cover()
        with fold("check-agreement") as agreements:
            agreement = html("agreement")
        with fold("check-figures") as exactness:
            figures = html("figures")
            pieces = gr.Checkbox(False, label="pieces", elem_id="pieces", container=False)
        trial = build_trial(*cover, pressed)
        exports = html("excerpt-exports")
    answer = drawn, redraw, verdict, insist, group, rankings, strongest, view, progress, stop, explained, own
    evidence = coloured, nearest_works, legend, trial
    folds = Folds(rivals, masks, agreements, exactness)
    return Results(*answer, *evidence, check_title, folds, author, rival, agreement, pieces, figures, exports)
