"""What surrounds the two columns: masthead, guide, authors, footer, as HTML."""

from collections.abc import Sequence
from html import escape

from authorship.datamodels import Author
from page.messages import Messages
from page.wording import counted, display_name, surname, years


def render_masthead(authors: int, words: Messages) -> str:
    """Title, motto and one paragraph on what the page does."""
    return (
        f'<a class="skip" href="#tabs">{escape(words.skip_link)}</a>'
        f"<h1>{escape(words.title)} <em>{escape(words.subtitle)}?</em></h1>"
        f'<p class="lead">{escape(words.lead.format(authors=authors))}</p>'
    )


def render_guide(authors: int, words: Messages) -> str:
    """How to read percentages and colours, and what the models cannot know."""
    notes = "".join(
        f"<div><h3>{escape(head)}</h3><p>{escape(body.replace('{authors}', str(authors)))}</p></div>"
        for head, body in words.guide
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
    links = (("readme", words.readme), ("#authors", words.authors_title), ("?view=api", words.api))
    items = "".join(f'<a href="{address}">{escape(label)}</a>' for address, label in links)
    nav = f'<nav aria-label="{escape(words.readme)}">{items}</nav>'
    return f"<footer><p>{escape(words.privacy)}</p>{nav}</footer>"
