"""A passage with as much of the book around it as a judgement wants, in whole sentences."""

from authorship.excerpts import EXCERPT_CHARACTERS, sentence_stop
from page.book.view import Place

_REACH = 1_000  # characters in which a sentence should end


def surroundings(text: str, passage: Place, wanted: int = EXCERPT_CHARACTERS) -> Place:
    """About `wanted` characters with the passage in their middle, from a sentence's start to another's end.

    Near the book's ends the passage is not in the middle; where no sentence ends in reach, one is cut.
    """
    lacking = max(0, wanted - (passage.stop - passage.start))
    start = max(0, min(passage.start - lacking // 2, len(text) - wanted))
    stop = min(len(text), max(passage.stop, start + wanted))
    return Place(_sentence_start(text, start, passage.start), _sentence_end(text, stop))


def _sentence_start(text: str, offset: int, latest: int) -> int:
    """Where the first sentence begins that does so from `offset` to `latest`; `offset` where none does."""
    if not offset:
        return 0
    first = max(0, offset - _REACH)
    start = first + sentence_stop(text[first : latest + 1], offset - first)
    while start <= latest and text[start : start + 1].isspace():
        start += 1
    return start if start <= latest else offset


def _sentence_end(text: str, offset: int) -> int:
    """Where the sentence of the character before `offset` ends, if in reach."""
    first = max(0, offset - _REACH)
    return first + sentence_stop(text[first : offset + _REACH], offset - first)
