"""A text's tokens in reading order, a chunk at a time: memory does not grow with the text.

The one way from text to tokens, of an excerpt, of a book, and of a work to train on.
"""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

_CHUNK = 50_000
_LOOK_BACK = 2_000
_CONTEXT = 200
# Blanks between a word or a mark and a word: no rule of the tokenizers, such as the joining of words
# hyphenated over a line's end, looks across, so that the chunks' tokens are the whole text's.
_BORDER = re.compile(r"(?<=[\w.!?…,;:»\")])(?=\s+\w)")

Tokens = tuple[NDArray[np.int64], NDArray[np.int64]]


def read_tokens(text: str, tokenizer: PreTrainedTokenizerFast, chunk: int = _CHUNK) -> Iterator[Tokens]:
    """Ids, shape `(tokens,)`, and characters of the whole text, shape `(tokens, 2)`, a chunk at a time.

    Together they are the tokens of the text encoded whole, without special ones, unless a whole chunk of it
    holds no border between words: there a cut changes the tokens beside it. Before each chunk a few words
    are encoded once more and left out, since some tokenizers treat a text's first word otherwise.
    """
    start = context = 0
    while start < len(text):
        stop = _chunk_stop(text, start, chunk)
        encoding = tokenizer.backend_tokenizer.encode(text[context:stop], add_special_tokens=False)
        offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2) + context
        own = offsets[:, 0] >= start if start else slice(None)
        yield np.array(encoding.ids, dtype=np.int64)[own], offsets[own]
        near = max(start + 1, stop - _CONTEXT)
        context = _last_border(text, near, stop) or _last_border(text, start + 1, stop) or start
        start = stop


def _chunk_stop(text: str, start: int, chunk: int) -> int:
    """The last border of a chunk; the next one where its end has none; its end where that is far too."""
    latest = start + chunk
    if latest >= len(text):
        return len(text)
    border = _last_border(text, max(start + 1, latest - _LOOK_BACK), latest)
    if border is None:
        following = _BORDER.search(text, latest, latest + chunk)
        border = following.start() if following else None
    if border is None:
        return len(text) if latest + chunk >= len(text) else latest
    return border


def _last_border(text: str, start: int, stop: int) -> int | None:
    """Where the last border between words lies from `start` on and before `stop`."""
    borders = [match.start() for match in _BORDER.finditer(text, start, stop)]
    return borders[-1] if borders else None


def special_affixes(tokenizer: PreTrainedTokenizerFast) -> Tokens:
    """The special tokens that the tokenizer puts before and after a text, such as [CLS] and [SEP]."""
    encoding = tokenizer.backend_tokenizer.encode("а", add_special_tokens=True)
    ids = np.array(encoding.ids, dtype=np.int64)
    inside = np.flatnonzero(np.array(encoding.special_tokens_mask) == 0)
    return ids[: inside[0]], ids[inside[-1] + 1 :]
