"""Tokens to words: scores of word pieces are summed by their characters, never averaged."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from explain.datamodels import TokenScore, WordScore

_UNSEEN = r"[\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]*+"
_LETTERS = rf"[^\W_](?:{_UNSEEN}[^\W_]|[\u0300-\u034e\u0350-\u036f])*"
_WORD = re.compile(rf"{_LETTERS}(?:[-\u2010\u2011'\u2019]{_LETTERS})*|([^\w\s]|_)\1*")

Span = tuple[int, int]


def find_words(text: str) -> list[Span]:
    """Runs of letters and digits with inner hyphens and apostrophes, and marks; "..." is one mark.

    >>> find_words("Кто-то шёл…")
    [(0, 6), (7, 10), (10, 11)]
    """
    return [match.span() for match in _WORD.finditer(text)]


def aggregate_words(text: str, tokens: Iterable[TokenScore]) -> tuple[WordScore, ...]:
    """The words of `text`, each with the sum of its tokens' scores; special tokens are left out.

    A token over several words cannot be divided honestly, so these words become one ("доро-⏎га",
    which a tokenizer reads as "дорога"). A token of blanks goes to the word before it. A word
    without a token scores 0, one cut by two windows gets the sum of both parts.
    """
    covering = [token for token in tokens if token.start < token.stop]
    inked = (trim(text, (token.start, token.stop)) for token in covering)
    spans = merge_spans([*find_words(text), *(span for span in inked if span[0] < span[1])])
    scores = [0.0] * len(spans)
    owners = find_owners(text, spans, [(token.start, token.stop) for token in covering])
    for owner, token in zip(owners, covering, strict=True):
        scores[owner] += token.score
    return tuple(
        WordScore(start, stop, text[start:stop], score)
        for (start, stop), score in zip(spans, scores, strict=True)
    )


def find_owners(text: str, words: Sequence[Span], tokens: Iterable[Span]) -> Iterator[int]:
    """For each token the index of its word; a token of blanks belongs to the word before it."""
    starts = [start for start, _ in words]
    return (max(bisect_right(starts, trim(text, token)[0]) - 1, 0) for token in tokens)


def trim(text: str, span: Span) -> Span:
    """A token's characters without the blanks around them, which some tokenizers count in.

    Of a token of blanks its start remains, twice.
    """
    covered = text[slice(*span)]
    blanks = len(covered) - len(covered.lstrip())
    start = span[0] + (blanks if blanks < len(covered) else 0)
    return start, start + len(covered.strip())


def merge_spans(spans: Sequence[Span]) -> list[Span]:
    """The spans in order, those that overlap made one."""
    merged: list[Span] = []
    for start, stop in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
