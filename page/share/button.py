"""The button that copies a link, with all that sharing.js needs to make it but the text."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from explain.report.highlights import escape
from page.i18n.wording import sharing_messages

if TYPE_CHECKING:
    from page.session import Session

LONGEST_LINK = 32_000  # characters: browsers take many more, what carries links about often does not


def render_share(session: Session) -> str:
    """The button for the reading on screen; its checksum tells whether the box still holds that text."""
    if session.reading is None:
        return ""
    words = sharing_messages(session.language)
    facts = {
        "crc": f"{crc32(session.reading.text.encode(errors='replace')):08x}",
        "author": session.author,
        "rival": session.rival,
        "language": session.language,
        "limit": str(LONGEST_LINK),
        "copied": words.copied,
        "by-hand": words.by_hand,
        "too-long": words.too_long,
        "changed": words.changed,
        "impossible": words.impossible,
    }
    data = " ".join(f'data-{name}="{escape(value)}"' for name, value in facts.items())
    return f'<p class="exports"><button type="button" id="copy-link" {data}>{escape(words.copy)}</button></p>'
