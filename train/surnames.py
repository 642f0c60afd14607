"""Which excerpts name their own author: prefaces and notes by others."""

import re
from functools import cache

MOST_MENTIONS = 1

_ADJECTIVE = re.compile(r"(?:ый|ий|ой)$")
_ADJECTIVE_ENDINGS = "ый|ий|ой|ого|его|ому|ему|ым|им|ом|ем"
_NOUN_ENDINGS = "а|у|ом|ем|ым|е|я|ю"


def surname(name: str) -> str:
    """The surname in a display name like "Пушкин А. С."; empty where it is not Cyrillic."""
    words = re.findall(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?", name)
    return words[0] if words else ""


@cache
def mention_pattern(family: str) -> re.Pattern[str]:
    """Finds a surname in any case, a double one by either part; a longer surname is another one.

    >>> mention_pattern("Грин").findall("О Грине и Гриневе, у Грина")
    ['Грине', 'Грина']
    """
    parts = [_forms(part) for part in family.split("-")]
    double = r"-".join(f"(?:{part})" for part in parts)
    choices = [double, *parts] if len(parts) > 1 else parts
    before = r"(?<![\w-])" if not _ADJECTIVE.search(family) else r"(?<=[а-яё.,(«] )(?<![.!?…—] )(?<![\w-])"
    initials = r"(?:(?<=[А-ЯЁ]\. )|(?<=[А-ЯЁ]\.))" if _ADJECTIVE.search(family) else ""
    whole = "|".join(f"(?:{choice})" for choice in choices)
    return re.compile(rf"(?:{before}{'|' + initials if initials else ''})(?:{whole})(?![\w])")


def _forms(part: str) -> str:
    """A pattern of the case forms of one surname."""
    if _ADJECTIVE.search(part):
        return f"{part[:-2]}(?:{_ADJECTIVE_ENDINGS})"
    stem = part[:-1] if part[-1] in "ьй" else part
    last = part[-1] if part[-1] in "ьй" else ""
    return f"{stem}(?:{last}|{_NOUN_ENDINGS})" if last else f"{stem}(?:{_NOUN_ENDINGS})?"


def names_author(text: str, family: str) -> bool:
    """Whether a text names the surname twice or more; one like an adjective counts within sentences only."""
    return bool(family) and len(mention_pattern(family).findall(text)) > MOST_MENTIONS
