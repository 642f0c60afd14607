"""What surrounds the two columns: masthead, guide, authors, footer, as HTML."""

from collections.abc import Sequence
from html import escape

from authorship.datamodels import Author
from authorship.models.source import Role
from page.excerpt.results import ROLES
from page.excerpt.verdict import role_name
from page.i18n.messages import Messages
from page.i18n.wording import counted, display_name, surname, years


def render_masthead(authors: int, words: Messages, uncalibrated: Sequence[Role] = ()) -> str:
    """Title, motto and one paragraph on what the page does; and which models are not calibrated."""
    said = _caution(uncalibrated, words)
    caution = f'<p class="caution">{escape(said)}</p>' if said else ""
    return (
        f'<a class="skip" href="#tabs">{escape(words.skip_link)}</a>'
        f"<h1>{escape(words.title)} <em>{escape(words.subtitle)}?</em></h1>"
        f'<p class="lead">{escape(words.lead.format(authors=authors))}</p>{caution}'
    )


def _caution(uncalibrated: Sequence[Role], words: Messages) -> str:
    """What the percentages of these models are not; nothing of none."""
    if len(uncalibrated) == 1:
        return words.uncalibrated_one.format(role=role_name(uncalibrated[0], words))
    return words.uncalibrated if uncalibrated else ""


def render_guide(authors: int, words: Messages, uncalibrated: Sequence[Role] = ()) -> str:
    """How to read percentages and colours, and what the models cannot know."""
    (percentages, measured), *others = words.guide
    if len(uncalibrated) == len(ROLES):
        measured = words.uncalibrated_percentages
    elif uncalibrated:
        measured = f"{measured} {_caution(uncalibrated, words)}"
    first = percentages, measured
    notes = "".join(
        f"<div><h3>{escape(head)}</h3><p>{escape(body.replace('{authors}', str(authors)))}</p></div>"
        for head, body in (first, *others)
    )
    title = escape(words.guide_title)
    return f'<section class="guide"><h2>{title}</h2><div class="notes">{notes}</div></section>'


def render_authors(authors: Sequence[Author], words: Messages) -> str:
    """Everyone the models know, with years of life."""
    entries = "".join(
        _entry(author, words) for author in sorted(authors, key=lambda one: surname(one, words))
    )
    count = counted(len(authors), words.authors, words)
    note = escape(words.authors_note.format(count=count))
    return (
        f'<details class="authors" id="authors"><summary>{escape(words.authors_title)} '
        f"<span>{note}</span></summary><ul>{entries}</ul></details>"
    )


def _entry(author: Author, words: Messages) -> str:
    return f"<li>{escape(display_name(author, words))} <span>{escape(years(author))}</span></li>"


def render_footer(words: Messages) -> str:
    """A word on privacy, and where to read on."""
    links = (
        (f"about?language={words.language}", words.readme),
        ("#authors", words.authors_title),
        ("?view=api", words.api),
    )
    items = "".join(f'<a href="{address}">{escape(label)}</a>' for address, label in links)
    nav = f'<nav aria-label="{escape(words.readme)}">{items}</nav>'
    return f"<footer><p>{escape(words.privacy)}</p>{nav}</footer>"
