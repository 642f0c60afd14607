"""Proper names told by their capital letter, so that style can be judged without them."""

import re
from collections.abc import Sequence

from authorship.text.letters.folding import fold

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_INSIDE_SENTENCE = re.compile(r"[\w,;:]\s+$|[\w,;]\s*[—-]\s*$")


def name_spans(text: str) -> list[tuple[int, int]]:
    """Characters `(start, stop)` of the names in `text`, ascending.

    A word is a name where it stands capitalised inside a sentence, and then also wherever else it
    stands capitalised in this text, at the head of a sentence too. Letters are folded before.

    >>> name_spans("Вошёл Лукич. Лукич молчал.")
    [(6, 11), (13, 18)]
    """
    folded = fold(text)
    capitalised = [match for match in _WORD.finditer(folded.text) if _is_capitalised(match.group())]
    inside = {match.group() for match in capitalised if _is_inside_sentence(folded.text, match.start())}
    return [folded.span(*match.span()) for match in capitalised if match.group() in inside]


def mask_names(text: str, mask: str, spans: Sequence[tuple[int, int]] | None = None) -> str:
    """`text` with each name replaced by `mask`, a word or a token of the model."""
    parts, done = [], 0
    for start, stop in name_spans(text) if spans is None else spans:
        parts += [text[done:start], mask]
        done = stop
    return "".join([*parts, text[done:]])


def _is_capitalised(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and word[1:].islower()


def _is_inside_sentence(text: str, start: int) -> bool:
    return _INSIDE_SENTENCE.search(text, max(start - 6, 0), start) is not None
