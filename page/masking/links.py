"""Links to the result: as files, which a browser without JavaScript follows too, and as an address."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import TYPE_CHECKING
from zlib import crc32

from authorship.datamodels import NearestWorks
from authorship.numerals import Language
from explain.report.citation import Citation, incipit, say_citation
from explain.report.highlights import escape as inert
from explain.report.nearest import render_nearest
from explain.report.wording import document_words
from page.downloads import file_name
from page.excerpt.results import ROLES, Reading
from page.excerpt.verdict import say_first, say_verdict
from page.i18n.messages import CheckMessages
from page.i18n.wording import display_name, messages, sharing_messages

if TYPE_CHECKING:
    from page.session import Session

ADDRESS = "https://address.invalid/"  # stands for the address until the browser, which knows it, puts it in
LONGEST_LINK = 32_000  # characters: browsers take many more, what carries links about often does not
FILES = ("explanation.html", "explanation.json", "verdict.png")


def render_links(session: Session, check: CheckMessages) -> str:
    """Both files and the link, as soon as a model has explained something."""
    if not (session.teacher.attribution or session.student.attribution):
        return ""
    labels = (check.export_html, check.export_json, sharing_messages(session.language).picture)
    links = "".join(
        f'<a href="excerpt/{escape(session.result)}/{file}?language={session.language}" '
        f'download="{escape(saved_name(session, file))}">{escape(label)}</a>'
        for file, label in zip(FILES, labels, strict=True)
    )
    saved = f'<p class="exports">{escape(check.exports)} {links}</p>'
    return saved + render_share(session) + render_citation(session)


def saved_name(session: Session, file: str) -> str:
    """The name under which one of `FILES` is saved: the text's first words and whom it is explained for."""
    reading = session.reading
    if reading is None:
        return file
    words = messages(session.language)
    known = (author for role in ROLES for author in reading.of(role).authors)
    author = next((display_name(one, words) for one in known if one.key == session.author), "")
    return file_name([incipit(reading.text), author], file)


def render_near(session: Session) -> str:
    """The works nearest to the text by all scores; nothing of a text that is no prose of the time."""
    reading = session.reading
    if reading is None or reading.verdict.outside:
        return ""
    authors = (author for role in ROLES for author in reading.of(role).authors)
    near: dict[str, NearestWorks | None] = {role: reading.of(role).nearest for role in ROLES}
    return render_nearest(near, authors, document_words(session.language), reading.verdict.named)


def render_citation(session: Session) -> str:
    """How to cite the result; sharing.js puts the page's address in place of the empty link."""
    reading = session.reading
    if reading is None:
        return ""
    words = document_words(session.language)
    citation = Citation(incipit(reading.text), len(reading.text), date.today(), ADDRESS, reading.hashes)
    return fold_citation(f"{say_citation(citation, words)} {_say_answer(reading, session)}", session.language)


def _say_answer(reading: Reading, session: Session) -> str:
    """What is cited: the verdict, and the first author and the percents of each model that names one."""
    words = messages(session.language)
    verdict = say_verdict(reading, words)
    if reading.verdict.outside:
        return verdict
    firsts = (say_first(role, reading.of(role), words) for role in ROLES)
    return f"{verdict} {'. '.join(firsts)}."


def fold_citation(said: str, language: Language) -> str:
    """A citation, folded, with a button that copies it; `ADDRESS` in it becomes the page's in the browser."""
    words, sharing = document_words(language), sharing_messages(language)
    before, _, after = said.partition(f"{ADDRESS}.")
    return (
        f'<details class="cite"><summary>{escape(words.cite_title)}</summary>'
        f'<p class="citation">{inert(before)}<span data-address></span>{inert(after)}</p>'
        f'<p class="exports"><button type="button" data-copy-citation '
        f'data-copied="{escape(sharing.citation_copied)}">{escape(sharing.copy_citation)}</button></p></details>'
    )


def render_share(session: Session) -> str:
    """The button for the reading on screen; its checksum tells whether the box still holds that text."""
    if session.reading is None:
        return ""
    words = sharing_messages(session.language)
    facts = {
        "crc": f"{crc32(session.reading.text.encode(errors='replace')):08x}",
        "author": session.author,
        "rival": session.rival,
        "language": session.language,
        "limit": str(LONGEST_LINK),
        "copied": words.copied,
        "by-hand": words.by_hand,
        "too-long": words.too_long,
        "changed": words.changed,
        "impossible": words.impossible,
    }
    data = " ".join(f'data-{name}="{inert(value)}"' for name, value in facts.items())
    return f'<p class="exports"><button type="button" id="copy-link" {data}>{inert(words.copy)}</button></p>'
