"""What happens on each event: change the session, then draw it."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from authorship.errors import TextError
from authorship.text import LARGEST_FILE, decode_text
from page.examples import example
from page.frame import render_authors, render_footer, render_guide, render_masthead
from page.messages import Language
from page.reader import Reader, check_length
from page.screen import Screen, draw
from page.session import Session, explaining
from page.wording import listed_name, messages

Updates = list[Any]
logger = logging.getLogger(__name__)


class Handlers:
    """One method an event; each answers with the components' new values, in the order `wire` lists them."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def read(self, session: Session, language: Language, text: str | None) -> Updates:
        """Ask both models about the text in the box; a session lost meanwhile begins anew."""
        session.language = language
        try:
            session.open(self.reader.read(text or ""))
        except TextError as problem:
            session.refuse(problem)
        except Exception as error:
            _log(error)
            session.fail()
        return [session, gr.Dropdown(value=session.author or None), *self.screen(session)]

    def read_example(self, name: str, session: Session, language: Language) -> Updates:
        """Put a pastiche into the box and ask about it."""
        text = example(name)
        return [text, *self.read(session, language, text)]

    def explain(self, session: Session) -> Iterator[Updates]:
        """Explain what was read, redrawn after every gradient."""
        yield self.screen(session)
        try:
            for _ in explaining(self.reader, session):
                yield self.screen(session)
        except Exception as error:
            _log(error)
            session.stop()
            session.trouble = "failed"
        yield self.screen(session)

    def choose(self, session: Session, author: str | None) -> Updates:
        """Another author is to be explained."""
        if author and session.reading:
            session.choose(author)
        return self._results(session)

    def stop(self, session: Session) -> Updates:
        """End the explanation under way and keep what it has."""
        session.stop()
        return self.screen(session)

    def show(self, session: Session, shown: float) -> Updates:
        """Show more or fewer authors; nothing is computed."""
        session.shown = int(shown)
        return self._results(session)

    def switch_pieces(self, session: Session, pieces: bool) -> Updates:
        """Show words or word pieces; nothing is computed."""
        session.pieces = pieces
        return self._results(session)

    def _results(self, session: Session) -> Updates:
        """The screen after a switch over results, which may be lost by now."""
        if session.reading is None:
            session.lose()
        return self.screen(session)

    def open_file(self, session: Session, file: str | None) -> Updates:
        """Read an uploaded file into the box and forget the file."""
        if file is None:
            return [gr.skip(), gr.skip(), *self.screen(session)]
        path = Path(file)
        data = path.read_bytes()
        path.unlink(missing_ok=True)
        return self._decode(session, data, None)

    def refuse_file(self, session: Session) -> Updates:
        """The browser held back a file that is too large to upload."""
        session.refuse(TextError("too_large", "The file is too large.", limit=LARGEST_FILE))
        return self.screen(session)

    def reopen_file(self, session: Session, encoding: str | None) -> Updates:
        """Read the file that was opened last in another encoding."""
        if not session.upload or not encoding:
            return [gr.skip(), gr.skip(), *self.screen(session)]
        return self._decode(session, session.upload, encoding)

    def _decode(self, session: Session, data: bytes, encoding: str | None) -> Updates:
        try:
            decoded = decode_text(data, encoding)
            check_length(decoded.text)
        except TextError as problem:
            session.refuse(problem)
            return [gr.skip(), gr.Dropdown(visible=bool(session.upload)), *self.screen(session)]
        session.receive(data, decoded.encoding)
        return [decoded.text, self._encoding(session), *self.screen(session)]

    def _encoding(self, session: Session) -> gr.Dropdown:
        words = messages(session.language)
        info = words.encoding_found.format(encoding=session.encoding)
        return gr.Dropdown(
            label=words.encoding_label,
            value=session.encoding or None,
            info=info if session.upload else None,
            visible=bool(session.upload),
        )

    def screen(self, session: Session) -> Updates:
        """The values of the components that change while the page is used."""
        return _flatten(draw(self.reader, session))

    def localise(self, session: Session, language: Language) -> Updates:
        """Put the page into a language; nothing is computed."""
        session.language = language
        return [*self._chrome(session), *self.screen(session)]

    def _chrome(self, session: Session) -> Updates:
        """Labels and standing texts in the session's language."""
        words, authors = messages(session.language), self.reader.authors
        choices = sorted((listed_name(author, words), author.key) for author in authors)
        about = render_guide(len(authors), words) + render_authors(authors, words) + render_footer(words)
        return [
            gr.Radio(value=session.language, label=words.language_label),
            render_masthead(len(authors), words),
            gr.Textbox(label=words.text_label, placeholder=words.text_placeholder.format(minimum=200)),
            gr.UploadButton(words.upload),
            self._encoding(session),
            gr.Button(words.run),
            f'<p class="aside">{words.examples_title}</p>',
            gr.Button(words.example_gogol),
            gr.Button(words.example_chekhov),
            gr.Button(words.example_dostoevsky),
            gr.Slider(label=words.shown_label),
            f"<h2>{words.reasons_title}</h2>",
            gr.Dropdown(choices=choices, label=words.author_label, value=session.author or None),
            gr.Checkbox(label=words.pieces_label),
            about,
        ]


def _flatten(screen: Screen) -> Updates:
    columns = (screen.teacher, screen.student)
    return [
        screen.problem,
        screen.verdict,
        gr.Column(visible=screen.visible),
        screen.agreement,
        gr.Button(screen.stop_label, visible=screen.explaining),
        screen.legend,
        *(part for column in columns for part in (column.ranking, column.progress, column.excerpt)),
    ]


def _log(error: Exception) -> None:
    """Name the error only: its message could quote the visitor's text."""
    logger.error("The page could not answer: %s", type(error).__name__)
