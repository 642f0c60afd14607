"""A whole screen as values, drawn from a session: what every handler hands to the components."""

from dataclasses import dataclass

from authorship.reference import Role
from page.agreement import render_agreement
from page.book.passages import render_origin
from page.book.problems import render_notices
from page.book.wording import book_messages
from page.messages import Messages
from page.reader import Reader
from page.readings import ROLES
from page.reasons import render_excerpt, render_legend, render_progress, render_strongest
from page.session import Session
from page.verdict import problem_message, render_model, render_problem, render_ranking, render_verdict
from page.wording import messages


@dataclass(frozen=True, slots=True)
class Column:
    """One model's part: its ranking, the state of its explanation, its coloured excerpt."""

    ranking: str = ""
    progress: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything that changes while the page is used, as HTML and switches."""

    problem: str
    to_book: bool
    to_book_label: str
    visible: bool
    verdict: str
    agreement: str
    explaining: bool
    stop_label: str
    legend: str
    teacher: Column
    student: Column


def draw(reader: Reader, session: Session) -> Screen:
    """The screen for a session as it stands now."""
    words = messages(session.language)
    to_book = book_messages(session.language).to_book
    problem = render_problem(problem_text(session, words)) or render_note(session, words)
    reading = session.reading
    if reading is None:
        offered = bool(session.offered)
        return Screen(problem, offered, to_book, False, "", "", False, words.stop, "", Column(), Column())
    return Screen(
        problem=problem,
        to_book=False,
        to_book_label=to_book,
        visible=True,
        verdict=render_verdict(reading, words),
        agreement=render_agreement(session.teacher, session.student, words, reader.scale, session.transfer),
        explaining=session.explaining,
        stop_label=words.stop,
        legend=render_legend(words),
        teacher=_column(reader, session, ROLES[0]),
        student=_column(reader, session, ROLES[1]),
    )


def render_note(session: Session, words: Messages) -> str:
    """Where in a book the excerpt stands, or what of its file could not be read."""
    book = book_messages(session.language)
    if session.place:
        return render_origin(session.place, words, book)
    return render_notices(session.notices, words, book)


def problem_text(session: Session, words: Messages) -> str:
    """What went wrong, in the page's language; nothing where all is well."""
    if session.trouble:
        return words.failed if session.trouble == "failed" else words.lost
    return problem_message(session.problem, words) if session.problem else ""


def _column(reader: Reader, session: Session, role: Role) -> Column:
    words, reading, reasons = messages(session.language), session.reading, session.of(role)
    if reading is None:
        return Column()
    prediction = reading.of(role)
    author = reader.author(session.author)
    return Column(
        ranking=render_model(role, reader.bundle(role), prediction, words)
        + render_ranking(prediction, session.shown, words),
        progress=render_progress(role, reasons, words) + render_strongest(reasons.attribution, words),
        excerpt=render_excerpt(role, reading.text, author, reasons, session.pieces, words),
    )
