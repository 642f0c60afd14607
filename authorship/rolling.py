"""A whole book in overlapping windows, read and handed out in reading order."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from authorship.bundle import ModelBundle
from authorship.datamodels import Passage
from authorship.errors import TextError
from authorship.prediction import engine_of
from authorship.tokens import read_tokens, special_affixes
from authorship.windows import passage_capacity

# Of 100 books stitched of held-out works all changes are found, and none invented, in 92 without overlap,
# in 95 with a half, in 97 with three quarters, which takes twice as long again.
OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class _Span:
    """One window's ids, without special tokens, and the characters of the book that they cover."""

    ids: NDArray[np.int64]
    start: int
    stop: int


def read_along(bundle: ModelBundle, text: str, overlap: float = OVERLAP, skip: int = 0) -> Iterator[Passage]:
    """The passages of `text` in reading order, each yielded as soon as it is read.

    All hold as many tokens, so that nothing is padded and no short one misleads; neighbours share the part
    `overlap` of their tokens, the last two more. A text shorter than a passage is one. The first `skip`
    passages, read before, are left out. Memory does not grow with the text.

    Raises:
        TextError: the text holds no token.
    """
    before, after = special_affixes(bundle.tokenizer)
    waiting: deque[tuple[int, int]] = deque()

    def windows() -> Iterator[NDArray[np.int64]]:
        for span in islice(cut_spans(text, bundle.tokenizer, overlap), skip, None):
            waiting.append((span.start, span.stop))
            yield np.concatenate([before, span.ids, after])

    for logits in engine_of(bundle).read(windows()):
        start, stop = waiting.popleft()
        yield Passage(start, stop, tuple(logits.tolist()))


def cut_spans(text: str, tokenizer: PreTrainedTokenizerFast, overlap: float) -> Iterator[_Span]:
    """The windows of `text`; no more tokens are held than one window and one chunk."""
    length = passage_capacity(tokenizer)
    step = max(1, round(length * (1 - overlap)))
    ids, offsets = np.empty(0, np.int64), np.empty((0, 2), np.int64)
    first = read = 0
    for more_ids, more_offsets in read_tokens(text, tokenizer):
        ids, offsets = np.concatenate([ids, more_ids]), np.concatenate([offsets, more_offsets])
        while first + length <= len(ids):
            yield _span(ids, offsets, first, first + length)
            first, read = first + step, first + length
        drop = max(0, min(first, len(ids) - length))
        ids, offsets = ids[drop:], offsets[drop:]
        first, read = first - drop, read - drop
    if not len(ids):
        raise TextError("empty", "The text is empty: give at least a few sentences.")
    if read < len(ids):
        yield _span(ids, offsets, max(0, len(ids) - length), len(ids))


def _span(ids: NDArray[np.int64], offsets: NDArray[np.int64], first: int, last: int) -> _Span:
    return _Span(ids[first:last], int(offsets[first, 0]), int(offsets[last - 1, 1]))
