"""Every author with F1 in both models, as buttons; and what is said where nothing was measured."""

from html import escape

from authorship.datamodels import Author
from authorship.models.source import Role
from authorship.numerals import decimal
from explain.fingerprints.datamodels import PairFingerprints
from page.authors.view import View
from page.excerpt.results import ROLES
from page.excerpt.verdict import role_name
from page.i18n.messages import FingerprintMessages, Messages
from page.i18n.wording import display_name, surname

COMMAND = "python -m explain.fingerprints --data CSV --out DIR --teacher DIR/teacher --student DIR/student"


def render_lead(view: View) -> str:
    """What the tab is about, and a note on what was not measured."""
    lead = f'<p class="lead">{escape(view.messages.lead)}</p>'
    return lead + render_missing(view.prints, view.words, view.messages)


def render_roster(view: View) -> str:
    """A button an author; one tab stop, arrows do the rest. Nothing where nothing was measured."""
    if not view.measured:
        return ""
    ordered = sorted(view.authors, key=lambda author: surname(author, view.words))
    items = "".join(_item(author, view) for author in ordered)
    messages = view.messages
    return (
        f'<h2>{escape(messages.roster_label)}</h2><p class="aside">{escape(messages.roster_note)}</p>'
        f'<ul class="roster" data-arrows>{items}</ul>'
    )


def render_missing(prints: PairFingerprints, words: Messages, messages: FingerprintMessages) -> str:
    """Which model was not measured, and how it can be; nothing where both were."""
    missing = [role for role in ROLES if prints.of(role) is None]
    if not missing:
        return ""
    if len(missing) == len(ROLES):
        said = messages.none
    else:
        said = messages.stale.format(role=role_name(missing[0], words))
    head, tail = messages.make.split("{command}")
    return (
        f'<p class="partial" role="status">{escape(said)} {escape(head)}'
        f"<code>{escape(COMMAND)}</code>{escape(tail)}</p>"
    )


def _item(author: Author, view: View) -> str:
    chosen = author.key == view.chosen.key
    figures = " · ".join(_f1(role, author.key, view) for role in ROLES)
    return (
        f'<li><button type="button" data-author="{escape(author.key)}" aria-pressed="{str(chosen).lower()}" '
        f'tabindex="{0 if chosen else -1}">'
        f"<b>{escape(display_name(author, view.words))}</b>"
        f'<span class="f1">{escape(figures)}</span></button></li>'
    )


def _f1(role: Role, key: str, view: View) -> str:
    found = view.prints.of(role)
    author = found.author(key) if found else None
    return "—" if author is None or author.f1 is None else decimal(author.f1, 2, view.words)
