"""The tab of two texts: its components; a case as HTML: both sides' texts, how far work is, the answer."""

from collections.abc import Mapping
from dataclasses import dataclass

import gradio as gr

from authorship.numerals import Language
from authorship.same_hand.answer import Answer, Candidate, Measured, weigh_candidates
from authorship.same_hand.phrases import hand_phrases, say_probability
from authorship.text.letters.folding import without_words
from explain.report.citation import incipit
from explain.report.highlights import escape
from explain.same_hand.document import SavedComparison, cite
from explain.same_hand.view import (
    render_answer,
    render_candidates,
    render_cautions,
    render_reasons,
    render_usual,
)
from explain.same_hand.wording import comparison_words
from page.book.verdict import notice_text
from page.components import button, drawn_at, html
from page.downloads import file_name
from page.excerpt.verdict import problem_message, render_problem
from page.i18n.wording import book_messages, counted, messages, two_text_messages
from page.masking.downloads import ADDRESS, fold_citation
from page.session import TwoTextsView
from page.two_texts.cases import MOST_TEXTS, PART, PASTED, REST, Case, Failed, Side

FILES = ("comparison.html", "comparison.json")


def render_trouble(view: TwoTextsView, case: Case | None, language: Language) -> str:
    """What is wrong, and what to do; nothing where all is well."""
    words, two = messages(language), two_text_messages(language)
    if case is not None and case.problem is not None:
        head = two.known if case.where == "known" else two.disputed
        return render_problem(f"{head}: {_lower(problem_message(case.problem, words))}")
    said = {
        "": "",
        "failed": words.failed,
        "lost": two.lost,
        "busy": words.busy.format(seconds=view.busy),
        "too_much": two.too_much.format(most=MOST_TEXTS),
        "need_known": two.need_known,
        "need_disputed": two.need_disputed,
    }
    return render_problem(said[view.trouble])


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def render_texts(side: Side, language: Language) -> str:
    """The files of a side with their lengths and notices, those that wait, and those that failed."""
    read = "".join(_text(one, language) for one in side.texts)
    waiting = "".join(f"<li>{escape(shown_name(name, language))} …</li>" for name, _ in side.waiting)
    failed = "".join(
        f'<li class="failed">{escape(one.name)}<p>{escape(_why(one, language))}</p></li>'
        for one in side.failed
    )
    return f'<ul class="two-texts">{read}{waiting}{failed}</ul>' if read + waiting + failed else ""


def _text(text: Measured, language: Language) -> str:
    words, book = messages(language), book_messages(language)
    length = counted(len(text.text), words.characters, words)
    told = [notice_text(one, words, book) for one in without_words(text.notices, text.judgement.outside)]
    notices = "".join(f"<p>{escape(one)}</p>" for one in told)
    return f"<li>{escape(shown_name(text.name, language))}, {escape(length)}{notices}</li>"


def _why(failed: Failed, language: Language) -> str:
    words = messages(language)
    return problem_message(failed.problem, words) if failed.problem else words.failed


def render_state(case: Case | None, language: Language) -> str:
    """How far work has come; nothing where nothing is under way."""
    words, two = messages(language), two_text_messages(language)
    if case is None or case.stage in ("open", "done"):
        return ""
    said = {
        "waiting": words.waiting_behind.format(ahead=case.ahead) if case.ahead else words.waiting,
        "reading": two.reading.format(name=shown_name(case.step, language)),
        "comparing": two.comparing,
        "explaining": two.explaining,
        "stopped": two.stopped,
    }[case.stage]
    bar = '<progress aria-hidden="true"></progress>' if case.under_way else ""
    return f'<p class="progress">{escape(said)}{bar}</p>'


def render_verdict(case: Case | None, language: Language) -> str:
    """What it comes to, and why it is worth less than it might be."""
    answer = named(case, language)
    if answer is None:
        return ""
    words = hand_phrases(language)
    said = render_answer(answer, words) + (render_cautions(answer, words) if answer.void else "")
    if case is not None and case.rivals and not answer.void:
        name = shown_name(case.rivals[0][0], language)
        return f'<p class="says">{escape(two_text_messages(language).nearest.format(name=name))}</p>{said}'
    return said


def render_probability(case: Case | None, prior: float, language: Language) -> str:
    """What a reader should hold now who held one author so probable."""
    if case is None or case.answer is None or case.answer.void:
        return ""
    if case.rivals:
        return render_candidates(weighed(case, language, prior), prior, hand_phrases(language))
    said = say_probability(case.answer.comparison, prior, hand_phrases(language))
    return f'<p class="says">{escape(said)}</p>'


def weighed(case: Case, language: Language, prior: float) -> tuple[Candidate, ...]:
    """The candidates with their probabilities; none where all known texts are one author's."""
    if not case.rivals:
        return ()
    return weigh_candidates([(shown_name(name, language), answer) for name, answer in case.rivals], prior)


def render_likeness(case: Case | None, language: Language) -> str:
    """How alike texts usually are, what makes the answer worth less, and what it does not prove."""
    answer = named(case, language)
    if answer is None or answer.void:
        return ""
    words, said = hand_phrases(language), comparison_words(language)
    limits = (
        f'<details class="told"><summary>{escape(said.limits_title)}</summary>'
        f"<p>{escape(words.limits)}</p></details>"
    )
    return render_usual(answer, words) + limits + render_cautions(answer, words)


def render_why(case: Case | None, language: Language) -> str:
    """Both sides in colour, and the strongest words."""
    answer = named(case, language)
    if case is None or answer is None or answer.void or case.stage == "explaining":
        return ""
    title = escape(comparison_words(language).why)
    return f"<h2>{title}</h2>{render_reasons(answer, case.reasons, hand_phrases(language))}"


def render_exports(case: Case | None, language: Language, hashes: Mapping[str, str]) -> str:
    """Links to both files, and how to cite, once there is an answer; `hashes` are the measure's."""
    answer = named(case, language)
    if case is None or answer is None or case.under_way:
        return ""
    two = two_text_messages(language)
    links = "".join(
        f'<a href="two/{escape(case.token)}/{file}?language={language}" '
        f'download="{escape(saved_name(case, file, language))}">{escape(label)}</a>'
        for file, label in zip(FILES, (two.export_html, two.export_json), strict=True)
    )
    saved = SavedComparison(answer, None, hashes=hashes, address=ADDRESS)
    cited = fold_citation(cite(saved, language), language)
    return f'<p class="exports">{escape(two.exports)} {links}</p>{cited}'


def saved_name(case: Case, file: str, language: Language) -> str:
    """The name under which one of `FILES` is saved: the disputed text's before it."""
    answer = named(case, language)
    return file_name([incipit(answer.disputed[0].text)] if answer else [], file)


def named(case: Case | None, language: Language) -> Answer | None:
    """The answer, its texts called as they are shown; None where there is none."""
    if case is None or case.answer is None:
        return None
    return case.answer.renamed(_own_words(language))


def shown_name(name: str, language: Language) -> str:
    """What a text is called: by its file, or by the language's words for what was pasted or a book's part."""
    return _own_words(language).get(name, name)


def _own_words(language: Language) -> dict[str, str]:
    book = book_messages(language)
    return {PASTED: two_text_messages(language).pasted, PART: book.part_name, REST: book.part_rest}


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
