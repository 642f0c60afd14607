"""What happens when the page is opened by a link: its text is read, its author explained."""

from dataclasses import dataclass

import gradio as gr
import orjson

from authorship.numerals import Language
from page.events import BEGIN, PREDICTION, choosers_of, excerpt_screen, then_explain
from page.excerpt.pair_service import LONGEST_TEXT
from page.handlers import Handlers
from page.layout import Parts
from page.scheduler.turns import Turns
from page.scheduler.waiting import in_turn
from page.screen import Updates, choosers
from page.session import Session

_LONGEST = 4 * LONGEST_TEXT  # of the JSON, whose escapes are longer than what they stand for


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link holds, unpacked; `author` and `rival` are keys, "" for none."""

    text: str
    author: str = ""
    rival: str = ""


class SharingHandlers:
    """Opens what sharing.js has unpacked."""

    def __init__(self, excerpts: Handlers) -> None:
        self.excerpts = excerpts

    @property
    def turns(self) -> Turns:
        """Who waits for what."""
        return self.excerpts.turns

    def open(self, session: Session, language: Language, asked: str | None) -> Updates:
        """Put a link's text into the box, read it and explain its author; or say that the link is damaged."""
        shared = parse_link(asked or "")
        session.language = language
        if shared is None:
            session.mistrust()
        else:
            self.excerpts.read(session, language, shared.text)
            self._choose(session, shared)
        chosen = choosers(self.excerpts.reader.authors, session)
        box = shared.text if shared else gr.skip()
        return [box, session, *chosen, *self.excerpts.screen(session)]

    def _choose(self, session: Session, shared: Shared) -> None:
        """As the link has it, as far as these models know its authors."""
        known = {author.key for author in self.excerpts.reader.authors}
        if session.reading is None:
            return
        if shared.author in known:
            session.choose(shared.author)
        if shared.rival in known - {session.author}:
            session.oppose(shared.rival)


def parse_link(asked: str) -> Shared | None:
    """The JSON that sharing.js hands over; None where there is no text in it, or half a character."""
    try:
        found = orjson.loads(asked)
    except ValueError:
        return None
    values = [found.get(name, "") for name in ("text", "author", "rival")] if isinstance(found, dict) else []
    if not values or not values[0] or not all(isinstance(value, str) for value in values):
        return None
    return Shared(*values)


def wire_sharing(parts: Parts, handlers: SharingHandlers) -> None:
    """Make the box into which sharing.js writes, and listen to it; call inside `gr.Blocks()`."""
    shared = gr.Textbox(elem_id="shared", visible="hidden", container=False, max_length=_LONGEST)
    event = shared.change(
        in_turn(handlers.turns, handlers.open),
        [parts.session, parts.language, shared],
        [parts.composer.excerpt, parts.session, *choosers_of(parts), *excerpt_screen(parts)],
        js=BEGIN,
        **PREDICTION,
    )
    then_explain(event, parts, handlers.excerpts)
