"""From one explained excerpt to its traits: words, marks, endings and pieces with their signed scores."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from authorship.names import name_spans
from explain.fingerprints.datamodels import Kind
from explain.fingerprints.record import Explained, Scored
from explain.words import find_owners

SHORTEST_ENDED = 5
_ENDING_LENGTHS = (2, 3)
_MARKS = str.maketrans({"–": "—", "―": "—", "-": "—", "„": "«", "“": "»", "”": "»"})
_YO = str.maketrans("ё", "е")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a trait stands: `key` is what counts as the same, `form` how it is written there.

    `source` is the word in which an ending or piece stands; of a word or mark it is the key again.
    """

    kind: Kind
    key: str
    form: str
    source: str
    score: float
    name: bool


def find_occurrences(text: str, explained: Explained) -> Iterator[Occurrence]:
    """Every word or mark of the excerpt once, and the endings and pieces within.

    The scores of all words and marks add up to the attribution's; an ending has its whole word's score.
    Endings of names are left out: a hero's case endings say nothing of the author's grammar.
    """
    names = {start for start, _ in name_spans(text)}
    for word in explained.words:
        yield from _of_word(text[word.start : word.stop], word.score, word.start in names)
    yield from _pieces(text, explained, names)


def _of_word(word: str, score: float, name: bool) -> Iterator[Occurrence]:
    if not any(map(str.isalnum, word)):
        mark = fold_mark(word)
        yield Occurrence("mark", mark, mark, mark, score, False)
        return
    key = fold(word)
    yield Occurrence("word", key, word if name else word.lower(), key, score, name)
    if not name and len(key) >= SHORTEST_ENDED and key.isalpha():
        for length in _ENDING_LENGTHS:
            ending = "-" + key[-length:]
            yield Occurrence("ending", ending, ending, key, score, False)


def _pieces(text: str, explained: Explained, names: Container[int]) -> Iterator[Occurrence]:
    """The tokens that are but a part of a word, with hyphens where they are cut."""
    tokens = [token for token in explained.tokens if token.start < token.stop]
    spans = [(word.start, word.stop) for word in explained.words]
    owners = find_owners(text, spans, [(token.start, token.stop) for token in tokens])
    for token, owner in zip(tokens, owners, strict=True):
        word = explained.words[owner]
        piece = _cut(text, token, word)
        if piece:
            source = fold(text[word.start : word.stop])
            yield Occurrence("piece", piece, piece, source, token.score, word.start in names)


def _cut(text: str, token: Scored, word: Scored) -> str:
    """The piece as "пре-", "-ова-" or "-лся"; "" where the token is the whole word, or has no letter."""
    inside = text[token.start : token.stop].strip()
    before, after = token.start > word.start, token.stop < word.stop
    if not (before or after) or not inside.isalpha():
        return ""
    return f"{'-' if before else ''}{fold(inside)}{'-' if after else ''}"


def fold(word: str) -> str:
    """A word as the models' tokenizers read it: small letters, е for ё."""
    return word.lower().translate(_YO)


def fold_mark(mark: str) -> str:
    """One sign for all dashes, and for all quotes that open or close; three points are one mark."""
    return "…" if mark.strip(".") == "" and len(mark) > 1 else mark.translate(_MARKS)
