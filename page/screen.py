"""A whole screen as values, drawn from a session, in the order of the components that every handler sets."""

import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, fields, replace
from functools import partial
from html import escape
from typing import Any

import gradio as gr

from authorship.datamodels import Author
from authorship.models.source import Role
from authorship.text.encodings import ENCODINGS
from authorship.text.letters.folding import without_words
from explain.report.html import plain_name
from page.book.passage_lists import render_origin
from page.book.verdict import render_notices
from page.examples import EXAMPLES, is_known
from page.excerpt.pair_service import Reader
from page.excerpt.reasons import (
    VIEWS,
    View,
    render_agreement,
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
    render_composed,
    render_length,
    render_model,
    render_problem,
    render_rankings,
    render_sample,
    render_verdict,
)
from page.frame import render_authors, render_footer, render_guide, render_masthead
from page.i18n.about import about_messages
from page.i18n.messages import BookMessages, Messages
from page.i18n.wording import book_messages, check_messages, display_name, messages, sharing_messages, surname
from page.masking.downloads import render_links, render_near
from page.masking.masks import Tried, render_outcome, rival_choices
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


Updates = list[Any]


class Pace:
    """When a screen is due: the first at once, the others so many seconds after the one before was drawn."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._due = seconds, 0.0

    @property
    def due(self) -> bool:
        """Whether enough time has passed."""
        return time.monotonic() >= self._due

    def drawn(self, at_least: float = 0.0) -> None:
        """A screen was drawn now; the next one may wait longer, for `at_least` so many seconds."""
        self._due = time.monotonic() + max(self._seconds, at_least)


def flatten(screen: Screen) -> Updates:
    """A whole screen, in the order of `screen.SCREEN`."""
    buttons = {
        name: gr.Button(screen.labels.get(name, name), visible=getattr(screen, name))
        for name in ("to_book", "insist", "stop")
    }
    columns = {name: gr.Column(visible=getattr(screen, name)) for name in ("group", "trial")}
    special = {**buttons, **columns, "view": gr.Radio(value=screen.view)}
    return [special.get(name, getattr(screen, name)) for name in SCREEN]


def nothing() -> Updates:
    """A screen that stays as it is."""
    return [gr.skip()] * len(flatten(Screen()))


def only_changes(
    work: Callable[..., AsyncGenerator[Updates, None]],
) -> Callable[..., AsyncGenerator[Updates, None]]:
    """The same stream, in which what a step leaves as the one before drew it is skipped.

    A browser takes time over every value that it is sent, new or not, from the models at work beside it.
    """

    async def run(*inputs: Any) -> AsyncGenerator[Updates, None]:
        known: Updates = []
        async with aclosing(work(*inputs)) as steps:
            async for step in steps:
                known = known or [gr.skip()] * len(step)
                now = [getattr(value, "constructor_args", value) for value in step]
                yield [
                    gr.skip() if new == old else value
                    for value, new, old in zip(step, now, known, strict=True)
                ]
                known = [old if new == gr.skip() else new for new, old in zip(now, known, strict=True)]

    return run


def choosers(authors: Sequence[Author], session: Session) -> Updates:
    """Author, rival and the switch as the session has them, in the order of `events.choosers_of`."""
    words, check = messages(session.language), check_messages(session.language)
    choices = rival_choices(authors, session.reading, session.author, words, check)
    rival = gr.Dropdown(choices=choices, value=session.rival, label=check.rival_label)
    return [gr.Dropdown(value=session.author or None), rival, gr.Radio(value=session.masks.cover)]


def choose_encoding(session: Session) -> gr.Dropdown:
    """The choice of encodings, shown for a file that leaves one."""
    words = messages(session.language)
    info = words.encoding_found.format(encoding=session.encoding)
    return gr.Dropdown(
        label=words.encoding_label,
        value=session.encoding if session.encoding in ENCODINGS else None,
        info=info if session.upload else None,
        visible=bool(session.upload),
    )


def label(authors: Sequence[Author], session: Session, uncalibrated: Sequence[Role] = ()) -> dict[str, Any]:
    """Labels and standing texts in the session's language, by the names of `events._chrome`.

    Examples are offered of `authors` only.
    """
    words = messages(session.language)
    listed = sorted(authors, key=partial(surname, words=words))
    choices = [(display_name(author, words), author.key) for author in listed]
    offered = [is_known(name, authors) for name in EXAMPLES]
    titles = about_messages(session.language).examples
    guide = render_guide(len(authors), words, uncalibrated)
    about = guide + render_authors(authors, words) + render_footer(words)
    views = zip((words.teacher, words.student, words.view_differences), VIEWS, strict=True)
    return {
        "language": gr.Radio(value=session.language, label=words.language_label),
        "masthead": render_masthead(len(authors), words, uncalibrated),
        "excerpt": gr.Textbox(label=words.text_label, placeholder=words.text_placeholder.format(minimum=200)),
        "upload": gr.UploadButton(words.upload),
        "encoding": choose_encoding(session),
        "run": gr.Button(words.run),
        "hint": f'<p class="aside">{words.examples_title}</p>' if any(offered) else "",
        **{
            name: gr.Button(title, visible=known)
            for name, title, known in zip(EXAMPLES, titles, offered, strict=True)
        },
        "view": gr.Radio(choices=list(views), label=words.view_label),
        "author": gr.Dropdown(choices=choices, label=words.author_label, value=session.author or None),
        "pieces": gr.Checkbox(label=words.pieces_label),
        "check_title": f"<h2>{words.check_title}</h2>",
        "check_rival": gr.Accordion(words.check_rival),
        "check_masks": gr.Accordion(words.check_masks),
        "check_agreement": gr.Accordion(words.check_agreement),
        "check_figures": gr.Accordion(words.check_figures),
        "guide": about,
    }
