"""Put paragraphs together again that print had cut into lines."""

import re
from itertools import pairwise

from authorship.text.letters.linebreaks import join_word

_HYPHENATED = re.compile(r"([а-яёА-ЯЁ]+)-$")
_FIRST_WORD = re.compile(r"^[а-яё]+")
_HYPHEN_PARTS = re.compile(r"([а-яё]{2,})- ([а-яё]+)")
_ENDED = tuple('.!?…:;»")”]')


def join_lines(text: str, width: int | None = None) -> str:
    """One line a paragraph: scanning hyphens gone, hard line breaks joined, empty lines dropped.

    `width` is the length of a full line in characters, 0 where lines are paragraphs; found out if not given.
    """
    lines = text.split("\n")
    width = wrap_width(lines) if width is None else width
    words = _vocabulary(text) if re.search(r"[а-яё]-(?:\n+| )[а-яё]", text) else frozenset()
    paragraphs: list[str] = []
    before = ""
    for line, after_empty in _lines_with_gaps(lines):
        if paragraphs and continues(before, line, 0 if after_empty else width):
            paragraphs[-1] = join_pair(paragraphs[-1], line, words)
        else:
            paragraphs.append(line)
        before = line
    return join_parts("\n".join(paragraphs), words)


def wrap_width(lines: list[str]) -> int:
    """Characters a full line holds in a hard-wrapped text, 0 where lines are whole paragraphs."""
    lengths = sorted(len(line) for line in lines if line.strip())
    if len(lengths) < 20:
        return 0
    widest = lengths[int(len(lengths) * 0.99)]
    near = sum(length > widest * 0.8 for length in lengths)
    return widest if 40 <= widest <= 110 and near > len(lengths) * 0.45 else 0


def continues(before: str, line: str, width: int) -> bool:
    """Whether `line` goes on with the paragraph whose last printed line is `before`."""
    if before.endswith("-") and _HYPHENATED.search(before) and _FIRST_WORD.match(line):
        return True
    if not before.endswith(_ENDED) and re.match(r"[а-яё]", line):
        return before[-1:] in ",-" or before[-1:].isalpha()
    if not width or (re.match(r"(?:-|—|–) ?[^\d]", line) and before.endswith(_ENDED)):
        return False
    return len(before) > width * 0.8 or not before.endswith(_ENDED)


def join_pair(before: str, line: str, words: frozenset[str] = frozenset()) -> str:
    """Two printed lines as one, a hyphenated word put together.

    >>> join_pair("Он сказал сло-", "во и ушёл.")
    'Он сказал слово и ушёл.'
    """
    left, right = _HYPHENATED.search(before), _FIRST_WORD.match(line)
    if not (left and right):
        return f"{before} {line}"
    word = join_word(left.group(1), right.group(), words)
    return before[: left.start()] + word + line[right.end() :]


def join_parts(text: str, words: frozenset[str] = frozenset()) -> str:
    """Hyphens that scanning left inside a line: `изме- нились`; between two known words it is a dash."""
    return _HYPHEN_PARTS.sub(lambda match: _join_part(match, words), text)


def _join_part(match: re.Match[str], words: frozenset[str]) -> str:
    """One `left- right`, as a word, a hyphenated word or two words with a dash."""
    left, right = match.groups()
    whole = join_word(left, right, words)
    known = left in words and right in words and len(right) > 1
    return f"{left} — {right}" if known and whole.lower() not in words and "-" not in whole else whole


def _vocabulary(text: str) -> frozenset[str]:
    """The words of a text, lower-cased, hyphenated ones whole, without those cut at a line's end."""
    return frozenset(re.findall(r"(?<![\w-])[а-яё]+(?:-[а-яё]+)*(?![\w-])", text.lower()))


def _lines_with_gaps(lines: list[str]) -> list[tuple[str, bool]]:
    """The lines that hold something, each with whether an empty one stood before it."""
    pairs = pairwise(["", *(line.strip() for line in lines)])
    return [(line, not before) for before, line in pairs if line]
