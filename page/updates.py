"""The page's values in the order of its components, as Gradio takes them."""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any

import gradio as gr

from authorship.datamodels import Author
from authorship.models.source import Role
from authorship.text.encodings import ENCODINGS
from page.examples import EXAMPLES, is_known
from page.excerpt.reasons import VIEWS
from page.frame import render_authors, render_footer, render_guide, render_masthead
from page.i18n.about import about_messages
from page.i18n.wording import check_messages, display_name, messages, surname
from page.masking.masks import rival_choices
from page.screen import SCREEN, Screen
from page.session import Session

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
