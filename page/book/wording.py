"""The book tab's words in a language; durations and hands as one says them."""

from functools import partial

from authorship.datamodels import Author, Stretch
from authorship.phrases import phrases, say_stretch
from page.book.english import ENGLISH_BOOK
from page.book.messages import BookMessages
from page.book.russian import RUSSIAN_BOOK
from page.messages import Language, Messages
from page.wording import display_name


def book_messages(language: Language) -> BookMessages:
    """The book tab's words in a language."""
    return RUSSIAN_BOOK if language == "ru" else ENGLISH_BOOK


def remaining(seconds: float, book: BookMessages) -> str:
    """How long reading will go on: in tens of seconds, from a minute and a half on in minutes."""
    if seconds >= 90:
        return book.minutes_left.format(count=round(seconds / 60))
    return book.seconds_left.format(count=max(5, round(seconds / 5) * 5))


def hand_name(author: Author | None, words: Messages) -> str:
    """An author's name, or that it is nobody known."""
    return display_name(author, words) if author else phrases(words.language).nobody


def hand_surely(stretch: Stretch, words: Messages) -> str:
    """Whose a stretch is, in words that fit how sure the model is of it."""
    return say_stretch(stretch, phrases(words.language), partial(display_name, words=words))
