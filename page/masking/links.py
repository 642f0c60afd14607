"""Links to the result as files; a browser without JavaScript follows them too."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from page.i18n.messages import CheckMessages
from page.share.button import render_share

if TYPE_CHECKING:
    from page.session import Session

FILES = ("explanation.html", "explanation.json")


def render_links(session: Session, check: CheckMessages) -> str:
    """Both files and the link, as soon as a model has explained something."""
    if not (session.teacher.attribution or session.student.attribution):
        return ""
    labels = (check.export_html, check.export_json)
    links = "".join(
        f'<a href="excerpt/{escape(session.result)}/{file}?language={session.language}" download="{file}">'
        f"{escape(label)}</a>"
        for file, label in zip(FILES, labels, strict=True)
    )
    return f'<p class="exports">{escape(check.exports)} {links}</p>{render_share(session)}'
