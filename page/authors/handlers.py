"""What happens on each event of the authors' tab; the tab keeps nothing of its own between them."""

from html import escape
from typing import Any

import gradio as gr

from authorship.datamodels import Author
from authorship.numerals import Language
from explain.fingerprints.datamodels import PairFingerprints
from page.authors.map import render_map
from page.authors.portrait import render_lead, render_portrait, render_roster
from page.authors.view import View
from page.components import mark_now
from page.events import AT_ONCE, PICK_LANGUAGE, TELL_LANGUAGE
from page.excerpt.pair_service import Reader
from page.excerpt.results import ROLES
from page.excerpt.verdict import role_name
from page.i18n.wording import fingerprint_messages, messages, surname
from page.layout import Parts
from page.session import Session

Updates = list[Any]


class FingerprintHandlers:
    """One method an event; each answers in the order that `wire_fingerprints` lists."""

    def __init__(self, reader: Reader, prints: PairFingerprints) -> None:
        self.reader = reader
        self.prints = prints

    def show(self, session: Session, asked: str | None, hide_names: bool, role: str) -> Updates:
        """Portrait and map of the author asked for; the roster stays, and with it the keyboard's place."""
        mark = mark_now()
        view = self._view(session, asked, hide_names, role)
        shown = view.measured
        title, lead = escape(view.messages.map_title), escape(view.messages.map_lead)
        return [
            gr.Checkbox(label=view.messages.hide_names, visible=shown),
            render_portrait(view) if shown else "",
            f'<h2>{title}</h2><p class="aside">{lead}</p>' if shown else "",
            gr.Radio(self._roles(session.language), label=view.messages.map_model, visible=shown),
            render_map(view),
            mark,
        ]

    def localise(
        self, session: Session, language: Language, asked: str | None, hide_names: bool, role: str
    ) -> Updates:
        """Put the whole tab into a language."""
        session.language = language
        view = self._view(session, asked, hide_names, role)
        tab = gr.Tab(label=view.messages.tab)
        return [tab, render_lead(view), render_roster(view), *self.show(session, asked, hide_names, role)]

    def _view(self, session: Session, asked: str | None, hide_names: bool, role: str) -> View:
        return View(
            prints=self.prints,
            authors=self.reader.authors,
            chosen=self._chosen(session, asked),
            hide_names=hide_names,
            role="student" if role == "student" else "teacher",
            reading=None if session.held else session.reading,
            words=messages(session.language),
            messages=fingerprint_messages(session.language),
        )

    def _chosen(self, session: Session, asked: str | None) -> Author:
        """The author asked for as "NUMBER KEY", else the one explained on the other tab, else the first."""
        wanted = ((asked or "").partition(" ")[2], "" if session.held else session.author)
        known = {author.key: author for author in self.reader.authors}
        words = messages(session.language)
        first = min(self.reader.authors, key=lambda author: surname(author, words))
        return next((known[key] for key in wanted if key in known), first)

    def _roles(self, language: Language) -> list[tuple[str, str]]:
        return [(role_name(role, messages(language)), role) for role in ROLES]


_MORE = "(_, language, ...rest) => [..."
_PICK = f"{_MORE}({PICK_LANGUAGE})(_, language), ...rest]"
_TELL = f"{_MORE}({TELL_LANGUAGE})(_, language), ...rest]"


def wire_fingerprints(parts: Parts, handlers: FingerprintHandlers, blocks: gr.Blocks) -> None:
    """Connect the tab's components; call inside `gr.Blocks()`."""
    tab = parts.fingerprints
    state = [parts.session, tab.asked, tab.names, tab.role]
    shown: list[Any] = [tab.names, tab.portrait, tab.map_title, tab.role, tab.map, tab.drawn]
    spoken = [parts.session, parts.language, tab.asked, tab.names, tab.role]
    everything = [parts.fingerprint_tab, tab.lead, tab.roster, *shown]
    blocks.load(handlers.localise, spoken, everything, js=_PICK, **AT_ONCE)
    parts.language.input(handlers.localise, spoken, everything, js=_TELL, **AT_ONCE)
    parts.fingerprint_tab.select(handlers.show, state, shown, **AT_ONCE)
    tab.asked.change(handlers.show, state, shown, **AT_ONCE)
    tab.names.input(handlers.show, state, shown, **AT_ONCE)
    tab.role.input(handlers.show, state, shown, **AT_ONCE)
    tab.redraw.click(handlers.show, state, shown, **AT_ONCE)
