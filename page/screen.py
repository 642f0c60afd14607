"""A whole screen as values, drawn from a session: what every handler hands to the components."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from html import escape

from authorship.datamodels import Author
from authorship.models.source import Role
from authorship.text.letters.folding import without_words
from explain.report.html import plain_name
from page.book.passage_lists import render_origin
from page.book.verdict import render_notices
from page.excerpt.agreement import render_agreement
from page.excerpt.composer import render_composed, render_sample
from page.excerpt.pair_service import Reader
from page.excerpt.reasons import (
    View,
    render_coloured,
    render_exactness,
    render_explained,
    render_legend,
    render_progress,
    render_strongest,
    see,
)
from page.excerpt.results import ROLES, Reading
from page.excerpt.verdict import (
    problem_message,
    render_citable,
    render_length,
    render_model,
    render_problem,
    render_rankings,
    render_verdict,
)
from page.i18n.messages import BookMessages, Messages
from page.i18n.wording import book_messages, check_messages, messages, sharing_messages
from page.masking.links import render_links, render_near
from page.masking.outcome import Tried, render_outcome
from page.session import Session

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything that changes while the page is used, as HTML and switches.

    Each field is the value of the component of that name in `events.excerpt_screen`; `labels` are the words
    on those of them that are buttons.
    """

    problem: str = ""
    to_book: bool = False
    composed: str = ""
    sample: str = ""
    verdict: str = ""
    insist: bool = False
    group: bool = False
    rankings: str = ""
    strongest: str = ""
    view: View = "teacher"
    progress: str = ""
    stop: bool = False
    explained: str = ""
    coloured: str = ""
    nearest_works: str = ""
    legend: str = ""
    trial: bool = False
    outcome: str = ""
    agreement: str = ""
    figures: str = ""
    exports: str = ""
    drawn: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


SCREEN = tuple(one.name for one in fields(Screen) if one.name != "labels")


def draw(reader: Reader, session: Session) -> Screen:
    """The screen for a session as it stands now."""
    words = messages(session.language)
    book = book_messages(session.language)
    labels = {"to_book": book.to_book, "insist": words.insist, "stop": words.stop}
    before = Screen(
        problem=_problem(session, words) or render_note(session, words),
        to_book=bool(session.offered),
        view=session.seen,
        labels=labels,
    )
    reading = session.reading
    if reading is None:
        sample = "" if before.problem else render_sample(reader.sample, words)
        return replace(before, sample=sample)
    answered = replace(
        before,
        composed=render_composed(session, reading, words),
        verdict=render_verdict(reading, words, _right(reader, reading), session.held) + _long(session, book),
        insist=session.held,
        group=not session.held,
        rankings=render_rankings(reading, words),
    )
    return _with_reasons(answered, reader, session, reading, words)


def _with_reasons(
    answered: Screen, reader: Reader, session: Session, reading: Reading, words: Messages
) -> Screen:
    """The answer with its evidence and with what checks it."""
    check = check_messages(session.language)
    sides = _sides(reader, session)
    both = session.teacher, session.student
    seen = see(session.seen, reading.text, sides, *both, session.pieces, session.masks.spans)
    scale = None if session.rival else reader.scale  # measured of authors, not of differences
    return replace(
        answered,
        strongest=render_strongest(seen, words),
        progress=render_progress(tuple(zip(ROLES, both, strict=True)), words),
        stop=session.explaining,
        explained=render_explained(reading, *sides, words, session.seen),
        coloured=render_coloured(seen, words),
        legend=render_legend(seen, words),
        trial=session.masks.active,
        outcome=_outcome(reader, session, words),
        agreement=render_agreement(*both, words, scale, session.transfer),
        figures=render_citable(reader.uncalibrated, words)
        + "".join(_figures(reader, session, role, words) for role in ROLES)
        + render_length(reading, words),
        nearest_works=render_near(session),
        exports=render_links(session, check),
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


def _problem(session: Session, words: Messages) -> str:
    """What went wrong as an alert; of a file, that the text in the box is not its."""
    said = problem_text(session, words)
    if said and session.refused:
        named = words.of_file.format(file=_short_name(session.refused), problem=said)
        return render_problem(named) + f'<p class="kept">{escape(words.kept)}</p>'
    return render_problem(said)


def _short_name(name: str) -> str:
    """A file's name as far as it can be read at a glance, its control characters made visible."""
    plain = plain_name(name)
    return plain if len(plain) <= _LONGEST_NAME else f"{plain[:_LONGEST_NAME]}…"


def problem_text(session: Session, words: Messages) -> str:
    """What went wrong, in the page's language; nothing where all is well."""
    if session.trouble == "busy":
        return words.busy.format(seconds=session.busy)
    if session.trouble == "link":
        return sharing_messages(session.language).broken
    if session.trouble:
        return words.failed if session.trouble == "failed" else words.lost
    return problem_message(session.problem, words) if session.problem else ""


def _figures(reader: Reader, session: Session, role: Role, words: Messages) -> str:
    """What a model is, how long it took, and how exact its explanation is."""
    assert session.reading is not None
    model = render_model(role, reader.bundle(role), session.reading.of(role), words)
    return f"<section>{model}{render_exactness(session.of(role), words)}</section>"
