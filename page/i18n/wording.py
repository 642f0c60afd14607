"""Numbers, names and counted nouns as each language writes them, and the words for every tab."""

from dataclasses import dataclass
from functools import partial

from authorship.datamodels import Author, Stretch
from authorship.numerals import Language, whole
from authorship.predict.verdict import phrases, say_stretch, spoken_name
from authorship.text.formats.limits import Limits
from page.files.rows import MOST_FILES
from page.i18n.english import (
    ENGLISH,
    ENGLISH_BOOK,
    ENGLISH_CHECK,
    ENGLISH_FILES,
    ENGLISH_FINGERPRINTS,
    ENGLISH_TWO_TEXTS,
)
from page.i18n.messages import (
    BookMessages,
    CheckMessages,
    FileMessages,
    FingerprintMessages,
    Forms,
    Messages,
    TwoTextMessages,
)
from page.i18n.russian import (
    RUSSIAN,
    RUSSIAN_BOOK,
    RUSSIAN_CHECK,
    RUSSIAN_FILES,
    RUSSIAN_FINGERPRINTS,
    RUSSIAN_TWO_TEXTS,
)


def messages(language: Language) -> Messages:
    """The page's words in a language."""
    return RUSSIAN if language == "ru" else ENGLISH


def counted(number: int, forms: Forms, words: Messages) -> str:
    """A number and its noun: 21 знак, 22 знака, 25 знаков; 1 character, 2 characters."""
    return f"{whole(number, words)}\u00a0{forms[_form(number, words.language)]}"


def _form(number: int, language: Language) -> int:
    if language == "en":
        return 0 if number == 1 else 2
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


def display_name(author: Author, words: Messages) -> str:
    """A name as one says it in the page's language."""
    return spoken_name(author, words.language)


def listed_name(author: Author, words: Messages) -> str:
    """A name as a list sorts it: by the surname in Russian."""
    return author.name if words.language == "ru" else author.name_en


def surname(author: Author, words: Messages) -> str:
    """What a list of authors is sorted by: the first word in Russian, the last in English."""
    return author.name if words.language == "ru" else author.name_en.split()[-1]


def years(author: Author) -> str:
    """Years of life, 1809–1852, or nothing where they are unknown."""
    if author.born is None:
        return ""
    return f"{author.born}–{author.died or ''}"


def day(iso: str, words: Messages) -> str:
    """A day given as 2026-11-29 as the language writes it: 29.11.2026, or as it is."""
    return ".".join(reversed(iso.split("-"))) if words.language == "ru" else iso


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


def check_messages(language: Language) -> CheckMessages:
    """The words for checking in a language."""
    return RUSSIAN_CHECK if language == "ru" else ENGLISH_CHECK


def fingerprint_messages(language: Language) -> FingerprintMessages:
    """The tab's words in a language."""
    return RUSSIAN_FINGERPRINTS if language == "ru" else ENGLISH_FINGERPRINTS


@dataclass(frozen=True, slots=True)
class SharingMessages:
    """The button's words, and what sharing.js says when it is pressed; it fills in what is in braces."""

    copy: str
    copied: str
    by_hand: str
    too_long: str
    changed: str
    impossible: str
    broken: str
    picture: str
    copy_citation: str
    citation_copied: str


_RUSSIAN = SharingMessages(
    copy="Скопировать ссылку",
    copied="Ссылка скопирована. Текст — в ней самой, на сервере ничего не хранится: "
    "прочтёт его всякий, у кого есть ссылка.",
    by_hand="Скопируйте ссылку отсюда. Текст — в ней самой: прочтёт его всякий, у кого она есть.",
    too_long="Для ссылки текст слишком длинен: вышло бы {length} знаков, а целыми доходят до {limit}. "
    "Сократите текст или сохраните результат файлом.",
    changed="Текст в поле изменился. Нажмите «Узнать автора», а потом копируйте ссылку.",
    impossible="Этот браузер не умеет делать такие ссылки. Обновите его или сохраните результат файлом.",
    broken="Ссылка повреждена: текст из неё не прочесть. Попросите прислать её ещё раз, целиком.",
    picture="Картинка",
    copy_citation="Скопировать сноску",
    citation_copied="Сноска скопирована.",
)
_ENGLISH = SharingMessages(
    copy="Copy a link",
    copied="The link is copied. The text is in the link itself, the server keeps nothing: "
    "whoever has the link can read it.",
    by_hand="Copy the link from here. The text is in the link itself: whoever has it can read it.",
    too_long="The text is too long for a link: it would take {length} characters, and up to {limit} arrive "
    "whole. Shorten the text, or save the result as a file.",
    changed="The text in the box has changed. Press “Find the author”, then copy the link.",
    impossible="This browser cannot make such links. Update it, or save the result as a file.",
    broken="The link is damaged: its text cannot be read. Ask for it once more, whole.",
    picture="Picture",
    copy_citation="Copy the citation",
    citation_copied="The citation is copied.",
)


def sharing_messages(language: Language) -> SharingMessages:
    """The words about links in a language."""
    return _RUSSIAN if language == "ru" else _ENGLISH


_MEGABYTES = Limits().file // 1_000_000


def file_messages(language: Language) -> FileMessages:
    """The tab's words in a language."""
    return RUSSIAN_FILES if language == "ru" else ENGLISH_FILES


def fill_limits(sentence: str) -> str:
    """A sentence with how many files, and of how many megabytes, are read at once."""
    return sentence.format(most=MOST_FILES, limit=_MEGABYTES)


def two_text_messages(language: Language) -> TwoTextMessages:
    """The words of the tab of two texts in a language."""
    return RUSSIAN_TWO_TEXTS if language == "ru" else ENGLISH_TWO_TEXTS
