"""Which book is open, as HTML."""

from explain.view import escape
from page.book.messages import BookMessages
from page.book.pointing import first_words
from page.book.problems import render_notices
from page.book.reading import BookReading
from page.messages import Messages
from page.wording import counted

_QUOTED = 110


def render_card(reading: BookReading, words: Messages, book: BookMessages) -> str:
    """Which book is open: title, format, length, encoding, first words, and what was wrong with the file."""
    opened = reading.book
    facts = [
        book.card_file.format(
            format=opened.format, characters=counted(len(opened.text), words.characters, words)
        )
    ]
    if opened.encoding:
        facts.append(book.card_encoding.format(encoding=opened.encoding))
    begins = book.card_begins.format(words=first_words(opened.text, 0, _QUOTED))
    return (
        f'<div class="card" data-book="{escape(reading.token)}">'
        f'<p class="title">{escape(opened.title or book.card)}</p>'
        f'<p class="aside">{escape(" · ".join(facts))}</p><p class="begins">{escape(begins)}</p>'
        f"{render_notices(reading.notices, words, book)}</div>"
    )
