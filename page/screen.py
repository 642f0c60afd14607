"""A whole screen as values, drawn from a session: what every handler hands to the components."""

from dataclasses import dataclass
from html import escape

from authorship.datamodels import Author
from authorship.models.source import Role
from authorship.text.letters.folding import without_words
from page.book.passages import render_origin
from page.book.verdict import render_notices
from page.excerpt.agreement import render_agreement
from page.excerpt.pair_service import Reader
from page.excerpt.reasons import render_excerpt, render_legend, render_progress, render_strongest
from page.excerpt.results import ROLES, Reading
from page.excerpt.verdict import problem_message, render_model, render_problem, render_ranking, render_verdict
from page.i18n.messages import BookMessages, Messages
from page.i18n.wording import book_messages, check_messages, messages, sharing_messages
from page.masking.links import render_links
from page.masking.outcome import Tried, render_outcome
from page.session import Session


@dataclass(frozen=True, slots=True)
class Column:
    """One model's part: its ranking, the state of its explanation, its coloured excerpt."""

    ranking: str = ""
    progress: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything that changes while the page is used, as HTML and switches."""

    problem: str = ""
    to_book: bool = False
    to_book_label: str = ""
    visible: bool = False
    verdict: str = ""
    insist: bool = False
    insist_label: str = ""
    agreement: str = ""
    explaining: bool = False
    stop_label: str = ""
    legend: str = ""
    teacher: Column = Column()
    student: Column = Column()
    trial: bool = False
    outcome: str = ""
    exports: str = ""


def draw(reader: Reader, session: Session) -> Screen:
    """The screen for a session as it stands now."""
    words = messages(session.language)
    book = book_messages(session.language)
    problem = render_problem(problem_text(session, words)) or render_note(session, words)
    reading = session.reading
    scale = None if session.rival else reader.scale  # measured of authors, not of differences
    if reading is None:
        return Screen(
            problem, bool(session.offered), book.to_book, stop_label=words.stop, insist_label=words.insist
        )
    return Screen(
        problem=problem,
        to_book=bool(session.offered),
        to_book_label=book.to_book,
        visible=not session.held,
        verdict=render_verdict(reading, words, _right(reader, reading), session.held) + _long(session, book),
        insist=session.held,
        insist_label=words.insist,
        agreement=render_agreement(session.teacher, session.student, words, scale, session.transfer),
        explaining=session.explaining,
        stop_label=words.stop,
        legend=render_legend(words, *_sides(reader, session)),
        teacher=_column(reader, session, ROLES[0]),
        student=_column(reader, session, ROLES[1]),
        trial=session.masks.active,
        outcome=_outcome(reader, session, words),
        exports=render_links(session, check_messages(session.language)),
    )


def _long(session: Session, book: BookMessages) -> str:
    """That the text is long enough for the book tab, with a button that presses the one under the text."""
    if not session.offered:
        return ""
    button = f'<button type="button" class="back" data-to-book>{escape(book.to_book)}</button>'
    return f'<div class="origin"><p class="aside">{escape(book.notices["long_text"])}</p>{button}</div>'


def _right(reader: Reader, reading: Reading) -> float | None:
    """How often the first author is right in texts of this length, by the model that is right less often."""
    found = [reader.bundle(role).calibration.share_right(len(reading.text)) for role in ROLES]
    known = [share for share in found if share is not None]
    return min(known) if len(known) == len(ROLES) else None


def _sides(reader: Reader, session: Session) -> tuple[Author, Author | None]:
    """Whom the colours speak for on either side."""
    return reader.author(session.author), reader.author(session.rival) if session.rival else None


def _outcome(reader: Reader, session: Session, words: Messages) -> str:
    """What masking did; while the models are still reading, that they are."""
    check, reading, masked = check_messages(session.language), session.reading, session.masked
    if reading is None or not session.masks.active:
        return ""
    if masked is None or masked.spans != session.masks.spans:
        return f'<p class="held">{escape(check.computing)}</p>'
    sides = _sides(reader, session)
    return render_outcome(Tried(reading, masked, *sides, session.teacher, session.student), words, check)


def render_note(session: Session, words: Messages) -> str:
    """Where in a book the excerpt stands, or what of its file could not be read."""
    book = book_messages(session.language)
    if session.place:
        return render_origin(session.place, words, book)
    outside = session.reading.judgement.outside if session.reading else None
    return render_notices(without_words(session.notices, outside), words, book)


def problem_text(session: Session, words: Messages) -> str:
    """What went wrong, in the page's language; nothing where all is well."""
    if session.trouble == "busy":
        return words.busy.format(seconds=session.busy)
    if session.trouble == "link":
        return sharing_messages(session.language).broken
    if session.trouble:
        return words.failed if session.trouble == "failed" else words.lost
    return problem_message(session.problem, words) if session.problem else ""


def _column(reader: Reader, session: Session, role: Role) -> Column:
    words, reading, reasons = messages(session.language), session.reading, session.of(role)
    if reading is None:
        return Column()
    prediction, masked = reading.of(role), session.masks.spans
    author, rival = _sides(reader, session)
    return Column(
        ranking=render_model(role, reader.bundle(role), prediction, words)
        + render_ranking(prediction, session.shown, words, reading.verdict.certainty),
        progress=render_progress(role, reasons, words)
        + render_strongest(reasons.attribution, words, author, rival),
        excerpt=render_excerpt(role, reading.text, author, reasons, session.pieces, words, rival, masked),
    )
