"""Text to tokens in reading order, and windows of them: a long text is read whole, a chunk at a time.

Letters are folded before a tokenizer sees them (`authorship.text.letters`); all places are the input's own.
Memory does not grow with the text; windows of one text are of nearly equal length.
"""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from torch import nn
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from authorship.datamodels import EncodedText, Window
from authorship.errors import TextError
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


_LONGEST_WINDOW = 1024
_PASSAGE = 254  # some 1,100 characters, so that a book shows where its author changes


def fit_to_model(tokenizer: PreTrainedTokenizerFast, model: PreTrainedModel) -> None:
    """Let the tokenizer's `model_max_length` be no more than the model has positions for.

    Many tokenizers do not say how long a window may be, and RoBERTa's kind leaves its first positions unused.
    """
    tokenizer.model_max_length = min(int(tokenizer.model_max_length), _positions(model))


def _positions(model: PreTrainedModel) -> int:
    """The tokens, special ones included, that the model tells apart by place."""
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding):
            unused = 0 if module.padding_idx is None else module.padding_idx + 1
            return module.num_embeddings - unused
    return int(getattr(model.config, "max_position_embeddings", None) or _LONGEST_WINDOW)


def window_capacity(tokenizer: PreTrainedTokenizerFast) -> int:
    """The tokens of text that fit into one window, special tokens not counted."""
    longest = min(int(tokenizer.model_max_length), _LONGEST_WINDOW)
    return longest - int(tokenizer.num_special_tokens_to_add())


def passage_capacity(tokenizer: PreTrainedTokenizerFast) -> int:
    """The tokens of a book's passage, special tokens not counted: fewer than an excerpt's window may hold."""
    return min(_PASSAGE, window_capacity(tokenizer))


def encode(text: str, tokenizer: PreTrainedTokenizerFast) -> EncodedText:
    """Cut `text` into the windows by which every text is read, wherever it comes from.

    A text that fits into one window stays whole. A longer one is cut as `window_sizes` says. Letters are
    folded before; the windows' offsets are those of `text` as it is.

    Raises:
        TextError: the text holds no token.
    """
    ids: list[int] = []
    places: list[tuple[int, int]] = []
    for more_ids, more_places in read_pieces(text, tokenizer):
        ids += more_ids
        places += more_places
    if not ids:
        raise TextError("empty", "The text is empty: give at least a few sentences.")
    before, after = (tuple(affix.tolist()) for affix in special_affixes(tokenizer))
    windows = []
    start = 0
    for size in window_sizes(len(ids), tokenizer):
        inside = slice(start, start + size)
        windows.append(_window(before, ids[inside], places[inside], after))
        start += size
    return EncodedText(text, tuple(windows))


def window_sizes(tokens: int, tokenizer: PreTrainedTokenizerFast) -> list[int]:
    """The tokens of each window of a text of so many.

    All of a long text's hold as many as a book's passage but the last two, which share what is left: a short
    last window would weigh its few words too heavily. 600 tokens and passages of 254 give 254, 173 and 173.
    """
    if tokens <= window_capacity(tokenizer):
        return [tokens]
    size = passage_capacity(tokenizer)
    whole = max((tokens - 1) // size - 1, 0)
    return [size] * whole + last_sizes(tokens - whole * size, size)


def last_sizes(tokens: int, size: int) -> list[int]:
    """What is left of a long text, at most two windows of `size`, in equal parts."""
    return [tokens - tokens // 2, tokens // 2] if tokens > size else [tokens]


def _window(
    before: tuple[int, ...], ids: list[int], places: list[tuple[int, int]], after: tuple[int, ...]
) -> Window:
    """Tokens with special ones at both ends, which stand for no characters."""
    return Window(
        input_ids=(*before, *ids, *after),
        offsets=((0, 0),) * len(before) + tuple(places) + ((0, 0),) * len(after),
        special=(True,) * len(before) + (False,) * len(ids) + (True,) * len(after),
    )
