"""Numbers, counted nouns and names in both languages; both say everything."""

import string
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

import page.i18n.messages as all_messages
from authorship.datamodels import Author
from authorship.same_hand.phrases import hand_phrases
from explain.report.html import name_of
from explain.report.wording import document_words
from explain.same_hand.wording import comparison_words
from page.i18n.english import (
    ENGLISH,
    ENGLISH_BOOK,
    ENGLISH_CHECK,
    ENGLISH_FILES,
    ENGLISH_FINGERPRINTS,
    ENGLISH_TWO_TEXTS,
)
from page.i18n.russian import (
    RUSSIAN,
    RUSSIAN_BOOK,
    RUSSIAN_CHECK,
    RUSSIAN_FILES,
    RUSSIAN_FINGERPRINTS,
    RUSSIAN_TWO_TEXTS,
)
from page.i18n.wording import counted, display_name, messages, years

GOGOL = Author("Gogol", 0, "Гоголь Н. В.", "Nikolai Gogol", 1809, 1852)
BOTH = (
    (RUSSIAN, ENGLISH),
    (RUSSIAN_BOOK, ENGLISH_BOOK),
    (RUSSIAN_CHECK, ENGLISH_CHECK),
    (RUSSIAN_FILES, ENGLISH_FILES),
    (RUSSIAN_FINGERPRINTS, ENGLISH_FINGERPRINTS),
    (RUSSIAN_TWO_TEXTS, ENGLISH_TWO_TEXTS),
)
OF_COMPARISONS = (tuple(map(hand_phrases, ("ru", "en"))), tuple(map(comparison_words, ("ru", "en"))))


def placeholders(value: str | tuple[Any, ...]) -> list[set[str | None]]:
    """The names in braces, of a sentence's every form together, of a guide's every part by itself."""
    if isinstance(value, tuple) and isinstance(value[0], tuple):
        return [names for _, part in value for names in placeholders(part)]
    text = value if isinstance(value, str) else "".join(value)
    return [{name for _, name, _, _ in string.Formatter().parse(text)} - {None}]


def test_both_languages_say_everything_with_the_same_fields() -> None:
    """A record's fields are in both by its type; here, that none is empty or fills in something else."""
    other = []
    for russian, english in (*BOTH, *OF_COMPARISONS):
        assert type(russian) is type(english)
        for name in (field.name for field in fields(russian)):
            one, two = getattr(russian, name), getattr(english, name)
            if not (all(one) and all(two) and placeholders(one) == placeholders(two)):
                other.append((type(russian).__name__, name, one, two))
    assert not other


def test_no_record_of_sentences_is_left_out() -> None:
    records = {record for record in vars(all_messages).values() if is_dataclass(record)}
    assert records == {type(russian) for russian, _ in BOTH} and len(records) == len(BOTH)


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


def test_names_are_said_initials_first() -> None:
    assert display_name(GOGOL, RUSSIAN) == "Н.\u00a0В.\u00a0Гоголь"
    assert display_name(GOGOL, ENGLISH) == "Nikolai Gogol"
    for words in (RUSSIAN, ENGLISH):  # what is saved names authors as the page does
        assert name_of(GOGOL, document_words(words.language)) == display_name(GOGOL, words)
    assert display_name(Author("A", 0, "Автор Альфа", "Author A"), RUSSIAN) == "Автор Альфа"


def test_years_of_life_may_be_unknown() -> None:
    assert years(GOGOL) == "1809–1852"
    assert years(Author("A", 0, "A", "A")) == ""
