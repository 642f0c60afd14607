"""A book's tokens in reading order, a chunk at a time: memory does not grow with the book."""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

_CHUNK = 50_000
_LOOK_BACK = 2_000
# Blanks between a word or a mark and a word: no rule of the tokenizers, such as the joining of words
# hyphenated over a line's end, looks across, so that the chunks' tokens are the whole text's.
_BORDER = re.compile(r"(?<=[\w.!?…,;:»\")])(?=\s+\w)")

Tokens = tuple[NDArray[np.int64], NDArray[np.int64]]


def read_tokens(text: str, tokenizer: PreTrainedTokenizerFast, chunk: int = _CHUNK) -> Iterator[Tokens]:
    """Ids, shape `(tokens,)`, and characters of the whole text, shape `(tokens, 2)`, a chunk at a time."""
    start = 0
    while start < len(text):
        stop = _chunk_stop(text, start + chunk)
        encoding = tokenizer.backend_tokenizer.encode(text[start:stop], add_special_tokens=False)
        offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2) + start
        yield np.array(encoding.ids, dtype=np.int64), offsets
        start = stop


def _chunk_stop(text: str, latest: int) -> int:
    """The last border before `latest`; in text without one, a single word is cut."""
    if latest >= len(text):
        return len(text)
    borders = [match.start() for match in _BORDER.finditer(text, latest - _LOOK_BACK, latest)]
    return borders[-1] if borders else latest


def special_affixes(tokenizer: PreTrainedTokenizerFast) -> Tokens:
    """The special tokens that the tokenizer puts before and after a text, such as [CLS] and [SEP]."""
    encoding = tokenizer.backend_tokenizer.encode("а", add_special_tokens=True)
    ids = np.array(encoding.ids, dtype=np.int64)
    inside = np.flatnonzero(np.array(encoding.special_tokens_mask) == 0)
    return ids[: inside[0]], ids[inside[-1] + 1 :]
