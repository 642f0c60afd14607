"""A text's tokens in reading order, a chunk at a time: memory does not grow with the text.

Letters are folded before a tokenizer sees them (`authorship.text.letters`); all places are the input's own.
"""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from authorship.text.letters.characters import is_mark
from authorship.text.letters.folded import FoldedText
from authorship.text.letters.folding import examine, fold

CHUNK = 50_000
_LOOK_BACK = 2_000
# Blanks after a word of two letters or more, whatever marks it bears: no rule of the tokenizers or of folding
# looks across, such as the joining of words broken at a line's end, so that the chunks' tokens are the whole
# text's. A single letter may be an initial, or belong to what follows.
_MARKS = r"[^\w\s!-~\u00a0-\u00bf\u2010-\u2027\u2030-\u205e]*"
_BORDER = re.compile(rf"(?:[^\W\d_]{_MARKS}){{2}}[.!?…,;:»\")]?{_MARKS}(?=\s)")
_BLANK = re.compile(r"\s")

Tokens = tuple[NDArray[np.int64], NDArray[np.int64]]
Pieces = tuple[list[int], list[tuple[int, int]]]


def read_pieces(text: str, tokenizer: PreTrainedTokenizerFast, chunk: int = CHUNK) -> Iterator[Pieces]:
    """Ids and the characters of the whole text, a chunk at a time; no special tokens."""
    found = examine(text) if len(text) > chunk else None
    start = 0
    while start < len(text):
        stop = _chunk_stop(text, start + chunk)
        folded = fold(text[start:stop], found)
        # A batch of one: `encode` would hold Python's lock all the while.
        (encoding,) = tokenizer.backend_tokenizer.encode_batch([folded.text], add_special_tokens=False)
        yield encoding.ids, _places(encoding.offsets, folded, start)
        start = stop


def read_tokens(text: str, tokenizer: PreTrainedTokenizerFast, chunk: int = CHUNK) -> Iterator[Tokens]:
    """Ids, shape `(tokens,)`, and characters of the whole text, shape `(tokens, 2)`, a chunk at a time."""
    for ids, places in read_pieces(text, tokenizer, chunk):
        yield np.array(ids, dtype=np.int64), np.array(places, dtype=np.int64).reshape(-1, 2)


def _places(offsets: list[tuple[int, int]], folded: FoldedText, start: int) -> list[tuple[int, int]]:
    """The whole text's characters for a chunk's `offsets`, where it was folded and begins at `start`."""
    if folded.starts is None and not start:
        return offsets
    spans = folded.spans(np.array(offsets, dtype=np.int64).reshape(-1, 2)) + start
    return [(begin, end) for begin, end in spans.tolist()]


def _chunk_stop(text: str, latest: int) -> int:
    """The last border before `latest`; in text without one, a word is cut, not a letter from its marks."""
    if latest >= len(text):
        return len(text)
    first = latest - _LOOK_BACK
    if not _BLANK.search(text, first, latest):  # told sooner than by trying each letter
        return _cut(text, latest)
    borders = [match.end() for match in _BORDER.finditer(text, first, latest)]
    return borders[-1] if borders else _cut(text, latest)


def _cut(text: str, latest: int) -> int:
    stop = latest
    while stop < len(text) and is_mark(text[stop]):
        stop += 1
    return stop


def special_affixes(tokenizer: PreTrainedTokenizerFast) -> Tokens:
    """The special tokens that the tokenizer puts before and after a text, such as [CLS] and [SEP]."""
    encoding = tokenizer.backend_tokenizer.encode("а", add_special_tokens=True)
    ids = np.array(encoding.ids, dtype=np.int64)
    inside = np.flatnonzero(np.array(encoding.special_tokens_mask) == 0)
    return ids[: inside[0]], ids[inside[-1] + 1 :]
