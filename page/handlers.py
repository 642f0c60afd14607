"""What happens on each event: change the session, then draw it."""

import logging
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

import gradio as gr

from authorship.errors import TextError
from authorship.numerals import Language
from authorship.text.decode import check_text
from authorship.text.formats.limits import Limits
from authorship.text.isolated import ReadingEnded
from authorship.text.letters.folding import letter_notices
from page.book.books import Books, may_override
from page.components import mark_now
from page.examples import example_text
from page.excerpt.pair_service import LONGEST_TEXT, Reader, check_length
from page.excerpt.reasons import VIEWS
from page.masking.downloads import ShownResults
from page.scheduler.turns import Turns, make_turns
from page.screen import Pace, Updates, choose_encoding, choosers, draw, flatten, label
from page.session import Session, explaining

logger = logging.getLogger(__name__)

_PACE = 0.3  # seconds between two screens on which nothing is new but how far an explanation has come


class Handlers:
    """One method an event; each answers with the components' new values, in the order `wire` lists them."""

    def __init__(
        self, reader: Reader, books: Books, results: ShownResults | None = None, turns: Turns | None = None
    ) -> None:
        self.reader = reader
        self.books = books
        self.results = results or ShownResults()
        self.turns = turns or make_turns()

    def read(self, session: Session, language: Language, text: str | None) -> Updates:
        """Ask both models about the text in the box; a session lost meanwhile begins anew."""
        session.language = language
        try:
            if session.busy:
                session.put_off()
            else:
                session.open(reading := self.reader.read(text or ""))
                session.notices = letter_notices(reading.text)
                session.offered = self._offered(reading.text) if reading.long else ""
        except TextError as problem:
            session.refuse(problem, self._offered(text or "") if problem.code == "too_large" else "")
        except Exception as error:
            log_error(error)
            session.fail()
        return [session, *choosers(self.reader.authors, session), *self.screen(session)]

    def _offered(self, text: str) -> str:
        """The token under which a text too long for an excerpt may be read as a book."""
        try:
            return self.books.open_text(text).token
        except TextError:
            return ""

    def read_example(self, name: str, session: Session, language: Language) -> Updates:
        """Put an example into the box and ask about it."""
        text = example_text(name)
        return [text, *self.read(session, language, text)]

    def explain(self, session: Session, job: int | None = None) -> Generator[Updates | None, None, None]:
        """Explain what was read, redrawn where there are new scores and now and then between; else None."""
        yield self.screen(session)
        pace = Pace(_PACE)
        pace.drawn()
        try:
            for new in explaining(self.reader, session, job):
                if not new and not pace.due:
                    yield None
                    continue
                yield self.screen(session)
                pace.drawn()
        except Exception as error:
            log_error(error)
            session.stop()
            session.trouble = "failed"
        yield self.screen(session)

    def choose(self, session: Session, author: str | None) -> Updates:
        """Another author is to be explained.

        A dropdown tells of its choice once more whenever it loses the focus: a rival picked meanwhile stays.
        """
        again = session.reading is not None and author == session.author
        if author and session.reading:
            session.choose(author)
        drawn = self._results(session)
        chosen = choosers(self.reader.authors, session)
        return [*([gr.skip()] * len(chosen) if again else chosen), *drawn]

    def insist(self, session: Session) -> Updates:
        """Explain a text that is outside all the same."""
        session.insist()
        return self._results(session)

    def stop(self, session: Session) -> Updates:
        """End the explanation under way and keep what it has."""
        session.stop()
        return self.screen(session)

    def explain_first(self, session: Session) -> Updates:
        """Explain whom a model puts first in place of the author explained."""
        if session.contradicting:
            session.choose(session.contradicting)
        drawn = self._results(session)
        return [*choosers(self.reader.authors, session), *drawn]

    def see(self, session: Session, view: str | None) -> Updates:
        """Show one model's reasons, or where both differ; nothing is computed."""
        session.view = next((one for one in VIEWS if one == view), None)
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
        return self._decode(session, data, path.name, None)

    def put_off_file(self, session: Session, seconds: int) -> Updates:
        """There was no turn to open a file: it may be tried again in so many seconds."""
        session.busy = seconds
        session.put_off()
        return [gr.skip(), gr.skip(), *self.screen(session)]

    def refuse_file(self, session: Session) -> Updates:
        """The browser held back a file that is too large to upload."""
        session.refuse(TextError("too_large", "The file is too large.", limit=Limits().file))
        session.drop_file()
        return [choose_encoding(session), *self.screen(session)]

    def reopen_file(self, session: Session, encoding: str | None) -> Updates:
        """Read the file that was opened last in another encoding; in the same again only after a problem.

        A dropdown tells of its choice once more whenever it loses the focus.
        """
        again = encoding == session.encoding and not session.problem
        if not session.upload or not encoding or again:
            return [gr.skip(), gr.skip(), *self.screen(session)]
        return self._decode(session, session.upload, session.file, encoding)

    def _decode(self, session: Session, data: bytes, name: str, encoding: str | None) -> Updates:
        offered = ""
        try:
            book = self.books.read_file(data, name, encoding)
            if len(book.text) > LONGEST_TEXT:
                offered = self.books.open(book, data if may_override(book) else b"").token
            check_length(book.text)
        except ReadingEnded:
            return [gr.skip(), gr.skip(), *self.screen(session)]  # nobody is there to see it
        except TextError as problem:
            session.refuse(problem, offered, name)
            if encoding is None:
                session.drop_file()
            return [gr.skip(), choose_encoding(session), *self.screen(session)]
        session.receive(data if may_override(book) else b"", name, book)
        try:
            check_text(book.text)
        except TextError as problem:
            session.problem = problem
        return [book.text, choose_encoding(session), *self.screen(session)]

    def screen(self, session: Session) -> Updates:
        """The values of the components that change while the page is used."""
        drawn = mark_now()
        self.results.put(session)
        return flatten(replace(draw(self.reader, session), drawn=drawn))

    def localise(self, names: Sequence[str], session: Session, language: Language) -> Updates:
        """Put the page into a language; nothing is computed. `names` say what is labelled, in order."""
        session.language = language
        labels = label(self.reader.authors, session, self.reader.uncalibrated)
        return [*(labels[name] for name in names), *self.screen(session)]


def log_error(error: Exception) -> None:
    """Name the error only: its message could quote the visitor's text."""
    logger.error("The page could not answer: %s", type(error).__name__)
