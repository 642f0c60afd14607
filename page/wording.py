"""Numbers, names and counted nouns as each language writes them."""

from authorship.datamodels import Author
from authorship.phrases import spoken_name
from page.english import ENGLISH
from page.messages import Forms, Language, Messages
from page.russian import RUSSIAN


def messages(language: Language) -> Messages:
    """The page's words in a language."""
    return RUSSIAN if language == "ru" else ENGLISH


def decimal(value: float, digits: int, words: Messages) -> str:
    """A number with the language's decimal mark and a true minus sign."""
    return f"{value:.{digits}f}".replace(".", words.decimal_mark).replace("-", "−")


def whole(value: int, words: Messages) -> str:
    """A whole number with its thousands set apart: 12 345 or 12,345."""
    return f"{value:,}".replace(",", words.thousands_mark)


def percent(share: float, words: Messages) -> str:
    """A share with one decimal: 62,3 % or 62.3%; never a false 0 or 100."""
    if 0 < share < 0.0005:
        return f"<\u00a0{decimal(0.1, 1, words)}{words.percent_mark}"
    if 0.9995 <= share < 1:
        return f">\u00a0{decimal(99.9, 1, words)}{words.percent_mark}"
    return decimal(share * 100, 1, words) + words.percent_mark


def rounded(share: float, words: Messages) -> str:
    """A share without decimals, for what was measured on few: 62 % or 62%."""
    return f"{share * 100:.0f}{words.percent_mark}".replace("-", "−")


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
