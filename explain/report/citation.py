"""How a result is cited: title, text, day, version, address, and the hashes of text and models."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from authorship import VERSION
from authorship.models.digest import Hashes
from authorship.numerals import whole
from explain.report.wording import ENGLISH, RUSSIAN, DocumentWords

_FIRST_WORDS, _LONGEST_INCIPIT = 5, 40
SHOWN_DIGITS = 16  # of a hash in a sentence: enough to tell any two apart


@dataclass(frozen=True, slots=True)
class Citation:
    """What another needs to name a result: of which text, when, by which version and models, and where.

    `name` is the text's, `address` the page's; either is "" where there is none.
    """

    name: str
    characters: int
    made: date
    address: str
    hashes: Hashes | None

    def to_object(self) -> dict[str, Any]:
        """As JSON has it: the title in both languages, the day as ISO 8601 writes it, and the sentences."""
        return {
            "title": ENGLISH.cited_title,
            "title_ru": RUSSIAN.cited_title,
            "text": self.name,
            "characters": self.characters,
            "date": self.made.isoformat(),
            "version": VERSION,
            "address": self.address,
            "sentence": say_citation(self, ENGLISH),
            "sentence_ru": say_citation(self, RUSSIAN),
        }


def incipit(text: str) -> str:
    """A text's first few words, by which it is known where it has no name."""
    words = "".join(one if one.isprintable() else " " for one in text[:200]).split()
    shown = ""
    for word in words[:_FIRST_WORDS]:
        if len(shown) + len(word) > _LONGEST_INCIPIT:
            break
        shown = f"{shown} {word}".strip()
    shown = shown.strip(" .,;:!?…—–-«»")
    return f"{shown}…" if shown else ""


def say_citation(citation: Citation, words: DocumentWords) -> str:
    """The citation as it stands in a footnote; hashes are shortened to their first 16 digits."""
    length = whole(citation.characters, words)
    parts = [
        words.cited.format(title=words.cited_title, version=VERSION),
        (words.cited_text if citation.name else words.cited_unnamed).format(
            name=citation.name, characters=length, day=say_day(citation.made, words)
        ),
        f"{citation.address}." if citation.address else "",
    ]
    if citation.hashes:
        hashes = {role: f"{getattr(citation.hashes, role)[:SHOWN_DIGITS]}…" for role in _HASHED}
        parts.append(words.cited_hashes.format(**hashes))
    return " ".join(filter(None, parts))


_HASHED = ("teacher", "student", "text")


def say_day(day: date, words: DocumentWords) -> str:
    """A day as the language writes it: 29 ноября 2026 г., 29 November 2026."""
    return words.day.format(day=day.day, month=words.months[day.month - 1], year=day.year)
