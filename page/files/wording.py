"""The words of the tab of many files in a language."""

from authorship.formats.limits import Limits
from page.files.english import ENGLISH_FILES
from page.files.messages import FileMessages
from page.files.rows import MOST_FILES
from page.files.russian import RUSSIAN_FILES
from page.messages import Language

_MEGABYTES = Limits().file // 1_000_000


def file_messages(language: Language) -> FileMessages:
    """The tab's words in a language."""
    return RUSSIAN_FILES if language == "ru" else ENGLISH_FILES


def fill_limits(sentence: str) -> str:
    """A sentence with how many files, and of how many megabytes, are read at once."""
    return sentence.format(most=MOST_FILES, limit=_MEGABYTES)
