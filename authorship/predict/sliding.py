"""A long text window by window, read and handed out in reading order."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice, pairwise

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from authorship.datamodels import Passage
from authorship.encode.tokens import read_tokens, special_affixes
from authorship.encode.windows import last_sizes, passage_capacity, window_capacity, window_sizes
from authorship.errors import TextError
from authorship.models.bundle import ModelBundle
from authorship.predict.prediction import engine_of
from authorship.text.judge import Judge


@dataclass(frozen=True, slots=True)
class Span:
    """One window's ids, without special tokens, and the characters of the text that they cover.

    `between` is true where it lies across the border of two others.
    """

    ids: NDArray[np.int64]
    start: int
    stop: int
    between: bool = False


def read_along(
    bundle: ModelBundle,
    text: str,
    between: bool = True,
    skip: int = 0,
    is_outside: Callable[[int, int], bool] | None = None,
) -> Iterator[Passage]:
    """The passages of `text` in reading order, each yielded as soon as it is read.

    They are the windows of `encode`, and for `between` others that begin and end in the middle of two
    neighbours: of 100 books stitched of held-out works all changes are found, and none invented, in 92
    without them and in 95 with them. The first `skip` passages, read before, are left out. `is_outside` says
    which the models cannot judge, by default `passage_judge`. Memory hardly grows with the text.

    Raises:
        TextError: the text holds no token.
    """
    is_outside = is_outside or passage_judge(text, bundle.judge)
    before, after = special_affixes(bundle.tokenizer)
    waiting: deque[Span] = deque()

    def windows() -> Iterator[NDArray[np.int64]]:
        for span in islice(cut_spans(text, bundle.tokenizer, between), skip, None):
            waiting.append(span)
            yield np.concatenate([before, span.ids, after])

    for logits in engine_of(bundle).read(windows()):
        span = waiting.popleft()
        yield Passage(
            span.start,
            span.stop,
            tuple(logits.tolist()),
            tokens=len(span.ids),
            outside=is_outside(span.start, span.stop),
            between=span.between,
        )


def passage_judge(text: str, judge: Judge | None) -> Callable[[int, int], bool]:
    """Tells of `text` from one character up to another whether the models cannot judge it; asks once of each.

    Without a `judge` they can judge all.
    """

    @cache
    def is_outside(start: int, stop: int) -> bool:
        return judge is not None and judge.is_outside(text[start:stop])

    return is_outside


def cut_spans(text: str, tokenizer: PreTrainedTokenizerFast, between: bool = True) -> Iterator[Span]:
    """The windows of `text`, see `read_along`; no more tokens are held than a few windows and one chunk.

    Raises:
        TextError: the text holds no token.
    """
    spans = _whole_spans(text, tokenizer)
    first = next(spans)
    yield first.span
    for one, other in pairwise(chain([first], spans)):
        if between:
            yield _across(one, other)
        yield other.span


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Ids, shape `(tokens,)`, and the characters that each covers, shape `(tokens, 2)`."""

    ids: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, part: slice) -> "_Tokens":
        return _Tokens(self.ids[part], self.offsets[part])

    def __add__(self, other: "_Tokens") -> "_Tokens":
        return _Tokens(np.concatenate([self.ids, other.ids]), np.concatenate([self.offsets, other.offsets]))

    @property
    def span(self) -> Span:
        return Span(self.ids, int(self.offsets[0, 0]), int(self.offsets[-1, 1]))


def _across(one: _Tokens, other: _Tokens) -> Span:
    """The second half of one window and the first half of the next."""
    span = (one[len(one) // 2 :] + other[: len(other) // 2]).span
    return Span(span.ids, span.start, span.stop, between=True)


def _whole_spans(text: str, tokenizer: PreTrainedTokenizerFast) -> Iterator[_Tokens]:
    """The windows of `encode`, as soon as it is clear where they end."""
    size = passage_capacity(tokenizer)
    enough = window_capacity(tokenizer)
    held = _Tokens(np.empty(0, np.int64), np.empty((0, 2), np.int64))
    for ids, offsets in read_tokens(text, tokenizer):
        held += _Tokens(ids, offsets)
        while len(held) > max(enough, 2 * size):
            yield held[:size]
            held = held[size:]
            enough = 0  # the text is long, whatever is left of it
    if not len(held):
        raise TextError("empty", "The text is empty: give at least a few sentences.")
    sizes = window_sizes(len(held), tokenizer) if enough else last_sizes(len(held), size)
    for count in sizes:
        yield held[:count]
        held = held[count:]
