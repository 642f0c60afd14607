"""The tab of many files: its components, how far reading has come, and a row for each file."""

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from authorship.numerals import Language, probability
from authorship.text.letters.folding import without_words
from explain.report.highlights import escape
from page.book.verdict import notice_text, say_several
from page.components import button, drawn_at, html
from page.excerpt.results import ROLES
from page.excerpt.verdict import problem_message, render_problem, role_name, say_of
from page.files.rows import Batch, FilesView, Found, Row
from page.i18n.messages import FileMessages, Messages
from page.i18n.wording import book_messages, check_messages, counted, file_messages, fill_limits, messages

_LONGEST_WISH = 40
_NAMED = 3


@dataclass(frozen=True, slots=True)
class FileParts:
    """All components of the tab; files.js writes the row to open into `excerpt` or `book`.

    `refuse` is pressed by page.js in place of too large an upload, `drawn` and `redraw` are as `drawn_at` has
    them.
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
    drawn: gr.HTML
    redraw: gr.Button


def build_files() -> FileParts:
    """Lay the tab out; call inside its `gr.Tab`."""
    lead = html("files-lead")
    with gr.Row(elem_classes="actions"):
        # Any file may be chosen: Gradio itself would refuse some, and in English only.
        upload = gr.UploadButton(
            elem_id="files-upload", type="filepath", file_count="multiple", variant="primary"
        )
        stop, go_on = button("files-stop", visible=False), button("files-go-on", visible=False)
    screen = html("files-problem"), html("files-state"), html("files-table")
    asked = _asked("files-excerpt"), _asked("files-book")
    refuse = button("files-refuse", visible="hidden")
    return FileParts(lead, upload, stop, go_on, *screen, *asked, refuse, *drawn_at("files-"))


def _asked(name: str) -> gr.Textbox:
    return gr.Textbox(elem_id=name, visible="hidden", container=False, max_length=_LONGEST_WISH)


CSV_FILE, JSON_FILE = "table.csv", "table.json"


def render_trouble(view: FilesView, language: Language) -> str:
    """What is wrong with all files together; nothing where all is well."""
    files = file_messages(language)
    busy = messages(language).busy.format(seconds=view.busy)
    said = {"": "", "lost": files.lost, "too_much": fill_limits(files.too_much), "busy": busy}
    return render_problem(said[view.trouble])


def render_state(batch: Batch, language: Language) -> str:
    """Which file is being read, with a bar; once reading has ended how many were and were not."""
    words, files = messages(language), file_messages(language)
    if batch.stage == "waiting":
        ahead = words.waiting_behind.format(ahead=batch.ahead) if batch.ahead else files.waiting
        said = files.busy.format(seconds=batch.busy) if batch.busy else ahead
        return f'<p class="progress">{escape(said)}</p>'
    if batch.stage == "reading" and batch.waiting:
        place = {"number": len(batch.rows) + 1, "total": batch.total, "name": batch.waiting[0].name}
        said = (files.reading if batch.share else files.unpacking).format(**place)
        done = (len(batch.rows) + batch.share) / max(batch.total, 1)
        bar = f'<progress max="1000" value="{done * 1000:.0f}" aria-hidden="true"></progress>'
        return f'<p class="progress">{escape(said)}{bar}</p>'
    form = files.stopped if batch.stage == "stopped" else files.done
    said = form.format(count=counted(sum(row.found is not None for row in batch.rows), files.files, words))
    failed = batch.left_out + sum(row.found is None for row in batch.listed)
    if failed:
        said += " " + files.left_out.format(count=counted(failed, files.files, words))
    for form, names in ((files.others, batch.others), (files.junk, batch.junk)):
        if names:
            said += " " + form.format(names=_some(names, files))
    return f'<p class="progress">{escape(said)}</p>'


def _some(names: Sequence[str], files: FileMessages) -> str:
    """The first few of many names, and how many more there are."""
    more = files.more.format(count=len(names) - _NAMED) if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def render_table(batch: Batch, language: Language) -> str:
    """The rows so far, with the link to the CSV; nothing before the first."""
    rows = batch.listed
    if not rows:
        return ""
    files = file_messages(language)
    heads = (files.file, files.verdict, files.certainty, files.notices, files.length, files.open)
    head = "".join(f'<th scope="col" role="columnheader">{escape(one)}</th>' for one in heads)
    body = "".join(_row(number, row, heads, language) for number, row in enumerate(rows))
    labels = {CSV_FILE: files.export, JSON_FILE: check_messages(language).export_json}
    links = "".join(
        f'<a href="files/{escape(batch.token)}/{file}?language={language}" download="{file}">'
        f"{escape(label)}</a> "
        for file, label in labels.items()
    )
    return (
        f'<table class="files" role="table"><caption>{escape(files.caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
        f'<p class="exports">{links}</p>'
    )


def _row(number: int, row: Row, heads: tuple[str, ...], language: Language) -> str:
    words, files = messages(language), file_messages(language)
    length = counted(row.characters, words.characters, words) if row.found else ""
    notices = "".join(f"<li>{escape(notice)}</li>" for notice in say_notices(row, language))
    cells = (
        f'<p class="said">{escape(say_row(row, language))}</p>',
        _certainty(row, words, files),
        f"<ul>{notices}</ul>" if notices else "",
        escape(length),
        _opener(number, row, files),
    )
    body = "".join(
        f'<td role="cell" data-head="{escape(head)}"{"" if cell else " class=none"}>{cell}</td>'
        for head, cell in zip(heads[1:], cells, strict=True)
    )
    kind = "" if row.found else ' class="failed"'
    return f'<tr role="row"{kind}><th scope="row" role="rowheader">{escape(row.name)}</th>{body}</tr>'


def _certainty(row: Row, words: Messages, files: FileMessages) -> str:
    """In a word, and where it is of an author the probability that each model gives its first."""
    said = f"<b>{escape(say_certainty(row, files))}</b>"
    shares = first_shares(row.found)
    pairs = zip(ROLES if shares else (), shares, strict=True)
    told = (f"{role_name(role, words)} {probability(share, words)}" for role, share in pairs)
    return said + "".join(f"<span>{escape(one)}</span>" for one in told)


def first_shares(found: Found | None) -> tuple[float, ...]:
    """Each model's probability of its first author; none where the verdict is not that of one author."""
    if found is None or found.several or found.verdict.certainty in ("outside", "nobody"):
        return ()
    return tuple(one.top_k(1)[0].probability for one in (found.teacher, found.student))


def _opener(number: int, row: Row, files: FileMessages) -> str:
    if row.found is None:
        return ""
    label = files.open_book if row.token else files.open_excerpt
    kind = "book" if row.token else "excerpt"
    named = f"{label}: {row.name}"
    return (
        f'<button type="button" data-files-open="{kind}" data-row="{number}" aria-label="{escape(named)}">'
        f"{escape(label)}</button>"
    )


def say_row(row: Row, language: Language) -> str:
    """The verdict on a file as the other tabs word it, or why there is none."""
    words, book, found = messages(language), book_messages(language), row.found
    if found is not None:
        if found.several:
            return say_several(found.parts, words, book)
        return say_of(found.verdict, found.teacher, found.student, words)
    if row.waits:
        return file_messages(language).not_reached
    if row.problem is None:
        return words.failed
    if row.problem.code == "empty":
        return file_messages(language).no_text
    return problem_message(row.problem, words)


def say_certainty(row: Row, files: FileMessages) -> str:
    """How sure the verdict is, in a word or two."""
    if row.found is None:
        return files.not_read
    return files.several if row.found.several else files.certainties[row.found.verdict.certainty]


def say_notices(row: Row, language: Language) -> list[str]:
    """What was repaired or left out in a file, a sentence each."""
    words, book = messages(language), book_messages(language)
    outside = row.found.judgement.outside if row.found else None
    return [notice_text(notice, words, book) for notice in without_words(row.notices, outside)]
