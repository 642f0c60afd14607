"""Both languages say everything about checking, with the same fields."""

from dataclasses import fields
from string import Formatter

import pytest

from page.checking.english import ENGLISH_CHECK
from page.checking.messages import CheckMessages
from page.checking.russian import RUSSIAN_CHECK


def placeholders(value: str | tuple[str, ...]) -> set[str | None]:
    """The names in braces."""
    parts = [value] if isinstance(value, str) else value
    return {name for part in parts for _, name, _, _ in Formatter().parse(part)}


@pytest.mark.parametrize("name", [field.name for field in fields(CheckMessages)])
def test_both_languages_say_it_with_the_same_fields(name: str) -> None:
    russian, english = getattr(RUSSIAN_CHECK, name), getattr(ENGLISH_CHECK, name)
    assert all(russian) and all(english)
    assert placeholders(russian) == placeholders(english)
