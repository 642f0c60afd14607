"""The page's values in the order of its components, as Gradio takes them."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from authorship.datamodels import Author
from authorship.models.source import Role
from authorship.text.encodings import ENCODINGS
from page.examples import EXAMPLES, is_known
from page.frame import render_authors, render_footer, render_guide, render_masthead
from page.i18n.about import about_messages
from page.i18n.wording import check_messages, listed_name, messages
from page.masking.masks import rival_choices
from page.screen import Screen
from page.session import MOST_SHOWN, Session

Updates = list[Any]


def flatten(screen: Screen) -> Updates:
    """A whole screen, in the order of `events.excerpt_screen`."""
    columns = (screen.teacher, screen.student)
    return [
        screen.problem,
        gr.Button(screen.to_book_label, visible=screen.to_book),
        screen.verdict,
        gr.Button(screen.insist_label, visible=screen.insist),
        gr.Column(visible=screen.visible),
        screen.agreement,
        gr.Button(screen.stop_label, visible=screen.explaining),
        screen.legend,
        *(part for column in columns for part in (column.ranking, column.progress, column.excerpt)),
        gr.Column(visible=screen.trial),
        screen.outcome,
        screen.exports,
    ]


def nothing() -> Updates:
    """A screen that stays as it is."""
    return [gr.skip()] * len(flatten(Screen()))


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


def label(authors: Sequence[Author], session: Session, uncalibrated: Sequence[Role] = ()) -> Updates:
    """Labels and standing texts in the session's language, in the order of `events._chrome`.

    Examples are offered of `authors` only, and no more of them shown than there are.
    """
    most = min(MOST_SHOWN, len(authors))
    words = messages(session.language)
    choices = sorted((listed_name(author, words), author.key) for author in authors)
    offered = [is_known(name, authors) for name in EXAMPLES]
    titles = about_messages(session.language).examples
    guide = render_guide(len(authors), words, uncalibrated)
    about = guide + render_authors(authors, words) + render_footer(words)
    return [
        gr.Radio(value=session.language, label=words.language_label),
        render_masthead(len(authors), words, uncalibrated),
        gr.Textbox(label=words.text_label, placeholder=words.text_placeholder.format(minimum=200)),
        gr.UploadButton(words.upload),
        choose_encoding(session),
        gr.Button(words.run),
        f'<p class="aside">{words.examples_title}</p>' if any(offered) else "",
        *(gr.Button(title, visible=known) for title, known in zip(titles, offered, strict=True)),
        gr.Slider(label=words.shown_label, maximum=most, value=min(session.shown, most)),
        f"<h2>{words.reasons_title}</h2>",
        gr.Dropdown(choices=choices, label=words.author_label, value=session.author or None),
        gr.Checkbox(label=words.pieces_label),
        about,
    ]
