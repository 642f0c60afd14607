"""Numbers, counted nouns and names in both languages; both say everything."""

import string
from dataclasses import fields

import pytest

from authorship.datamodels import Author
from page.book.english import ENGLISH_BOOK
from page.book.messages import BookMessages
from page.book.russian import RUSSIAN_BOOK
from page.english import ENGLISH
from page.messages import Messages
from page.russian import RUSSIAN
from page.wording import counted, decimal, display_name, messages, percent, whole, years

GOGOL = Author("Gogol", 0, "Гоголь Н. В.", "Nikolai Gogol", 1809, 1852)
TEXTS = [field.name for field in fields(Messages) if field.name not in ("language", "guide")]


def placeholders(value: str | tuple[str, ...]) -> set[str | None]:
    """The names in braces."""
    return {
        name for part in ([value] if isinstance(value, str) else value) for _, name, _, _ in _parse(part)
    } - {None}


def _parse(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    return list(string.Formatter().parse(text))


@pytest.mark.parametrize("name", TEXTS)
def test_both_languages_say_it_with_the_same_fields(name: str) -> None:
    russian, english = getattr(RUSSIAN, name), getattr(ENGLISH, name)
    assert all(russian) and all(english)
    assert placeholders(russian) == placeholders(english)


@pytest.mark.parametrize("name", [field.name for field in fields(BookMessages)])
def test_both_languages_say_it_of_books_too(name: str) -> None:
    russian, english = getattr(RUSSIAN_BOOK, name), getattr(ENGLISH_BOOK, name)
    assert all(russian) and all(english)
    assert placeholders(russian) == placeholders(english)


def test_both_guides_have_the_same_parts() -> None:
    assert len(RUSSIAN.guide) == len(ENGLISH.guide)
    for (_, russian), (_, english) in zip(RUSSIAN.guide, ENGLISH.guide, strict=True):
        assert placeholders(russian) == placeholders(english)


def test_messages_are_those_of_the_language() -> None:
    assert messages("ru") is RUSSIAN
    assert messages("en") is ENGLISH


@pytest.mark.parametrize(
    ("number", "russian", "english"),
    [(1, "1 знак", "1 character"), (2, "2 знака", "2 characters"), (11, "11 знаков", "11 characters"),
     (21, "21 знак", "21 characters"), (114, "114 знаков", "114 characters"),
     (0, "0 знаков", "0 characters")],
)  # fmt: skip
def test_nouns_follow_their_numbers(number: int, russian: str, english: str) -> None:
    assert counted(number, RUSSIAN.characters, RUSSIAN) == russian.replace(" ", "\u00a0")
    assert counted(number, ENGLISH.characters, ENGLISH) == english.replace(" ", "\u00a0")


def test_shares_have_one_decimal_and_no_false_certainty() -> None:
    assert percent(0.6234, RUSSIAN) == "62,3\u00a0%"
    assert percent(0.6234, ENGLISH) == "62.3%"
    assert percent(0.0001, ENGLISH) == "<\u00a00.1%"
    assert percent(0.9999, ENGLISH) == ">\u00a099.9%"
    assert percent(1.0, ENGLISH) == "100.0%"
    assert percent(0.0, ENGLISH) == "0.0%"


def test_numbers_have_the_marks_of_the_language() -> None:
    assert decimal(-0.5, 2, RUSSIAN) == "−0,50"
    assert whole(12345, RUSSIAN) == "12\u202f345"
    assert whole(12345, ENGLISH) == "12,345"


def test_names_are_said_initials_first() -> None:
    assert display_name(GOGOL, RUSSIAN) == "Н.\u00a0В.\u00a0Гоголь"
    assert display_name(GOGOL, ENGLISH) == "Nikolai Gogol"
    assert display_name(Author("A", 0, "Автор Альфа", "Author A"), RUSSIAN) == "Автор Альфа"


def test_years_of_life_may_be_unknown() -> None:
    assert years(GOGOL) == "1809–1852"
    assert years(Author("A", 0, "A", "A")) == ""
