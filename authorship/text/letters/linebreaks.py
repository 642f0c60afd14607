"""Words that print had broken at a line's end."""

import re
from collections.abc import Container, Iterator

from authorship.text.letters.characters import LONGEST_WORD
from authorship.text.letters.folded import Edit
from authorship.text.letters.old_spelling import WORDS

BROKEN = re.compile(r"[-¬][^\S\r\n]*+\r?\n\s*+(?=[^\W\d_])")
_LAST_LETTERS = re.compile(r"[^\W\d_]+\Z")
_FIRST_LETTERS = re.compile(r"[^\W\d_]+")
_PARTICLES = frozenset(["то", "нибудь", "либо", "ка", "таки", "де", "с", "тка", "те"])
_FIRST_PARTS = frozenset(
    ["кое", "кой", "темно", "светло", "бледно", "ярко", "иссиня", "изжелта", "северо", "юго"]
)
_PREPOSITIONS = frozenset(("по", "из", "во", "в"))
_ADVERB = re.compile(r"(?:ски|цки|ому|ему|моему|твоему|своему|нашему|вашему|первых|вторых|третьих|за|под)$")


def fold_broken_words(text: str) -> Iterator[Edit]:
    """The edits that join words broken by a hyphen at a line's end; a hyphen that Russian wants stays.

    A part in small letters goes on with any word, one in capitals with capitals.
    """
    for match in BROKEN.finditer(text):
        left = _LAST_LETTERS.search(text, max(0, match.start() - LONGEST_WORD), match.start())
        right = _FIRST_LETTERS.match(text, match.end(), match.end() + LONGEST_WORD)
        if left and right and _goes_on(left.group(), right.group()):
            stays = "-" in join_word(left.group(), right.group().lower(), WORDS)
            yield match.start(), match.end(), "-" if stays else ""


def _goes_on(left: str, right: str) -> bool:
    return right[0].islower() or (len(left) > 1 and left.isupper() and right.isupper())


def join_word(left: str, right: str, words: Container[str] = frozenset()) -> str:
    """A word cut by a hyphen: the hyphen stays where Russian wants it or where `words` know it so.

    >>> join_word("сло", "во"), join_word("кто", "то")
    ('слово', 'кто-то')
    """
    first = left.lower()
    if (first + right) in words:
        return left + right
    keeps = (
        right in _PARTICLES
        or first == right
        or first in _FIRST_PARTS
        or (first in _PREPOSITIONS and bool(_ADVERB.search(right)))
        or f"{first}-{right}" in words
    )
    return f"{left}-{right}" if keeps else left + right
