"""The words for checking in a language."""

from page.checking.english import ENGLISH_CHECK
from page.checking.messages import CheckMessages
from page.checking.russian import RUSSIAN_CHECK
from page.messages import Language


def check_messages(language: Language) -> CheckMessages:
    """The words for checking in a language."""
    return RUSSIAN_CHECK if language == "ru" else ENGLISH_CHECK
