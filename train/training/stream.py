"""Whole works as token streams, from which training cuts random crops."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerFast

from authorship.datamodels import Work
from authorship.encode.tokens import read_tokens
from authorship.text.names import name_spans
from train.linear.ngram_features import symbol_codes


@dataclass(frozen=True, slots=True)
class TokenisedWork:
    """One work's tokens: `starts[i]` is token `i`'s first character, `codes` the characters' symbols.

    Shapes `(tokens,)`, but `codes` `(characters,)`; `names` is true where a token belongs to a name.
    """

    author: str
    title: str
    ids: NDArray[np.integer]
    starts: NDArray[np.int32]
    names: NDArray[np.bool_]
    codes: NDArray[np.uint8]


def characters(work: TokenisedWork, crop: slice) -> int:
    """How many characters a crop of tokens covers, up to the next token."""
    end = int(work.starts[crop.stop]) if crop.stop < len(work.starts) else len(work.codes)
    return end - int(work.starts[crop.start])


def tokenise(works: Iterable[Work], tokenizer: PreTrainedTokenizerFast) -> Iterator[TokenisedWork]:
    """Every work's tokens, without special ones."""
    for work in works:
        parts = list(read_tokens(work.text, tokenizer))
        if sum(len(ids) for ids, _ in parts):
            ids = np.concatenate([ids for ids, _ in parts]).astype(np.int32)
            starts = np.concatenate([places[:, 0] for _, places in parts]).astype(np.int32)
            names = _inside(starts, name_spans(work.text))
            yield TokenisedWork(
                work.author, work.title, ids, starts, names, symbol_codes(work.text).astype(np.uint8)
            )


def _inside(starts: NDArray[np.int32], spans: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which of the characters at `starts` lie in one of the `spans`, both ascending."""
    if not spans:
        return np.zeros(len(starts), dtype=np.bool_)
    begins, ends = np.array(spans).T
    span = np.searchsorted(begins, starts, side="right") - 1
    inside: NDArray[np.bool_] = (span >= 0) & (starts < ends[np.maximum(span, 0)])
    return inside
