"""Integrated gradients of an author's logit, refined until they are exact enough, some nodes at a time.

Sundararajan et al. 2017, arXiv 1703.01365. They are linear: why this author and not that one is the
difference of two explanations. Scores of word pieces are summed into words by characters, never averaged.
"""

import re
from bisect import bisect_right
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from authorship.datamodels import Author, EncodedText
from authorship.models.bundle import ModelBundle
from explain.datamodels import Attribution, AttributionProgress, JointProgress, TokenScore, WordScore
from explain.gradients import value_of
from explain.path_integration import PathSums
from explain.quadrature import LEVELS, relative_error, word_error


def attribute(
    bundle: ModelBundle,
    encoded: EncodedText,
    author: Author,
    tolerance: float = 0.01,
    max_nodes: int = LEVELS[-1],
) -> Attribution:
    """What each word of a text of any length adds to the author's logit; see `attributing`."""
    return value_of(attributing(bundle, encoded, author, tolerance, max_nodes))


def attribute_together(
    bundle: ModelBundle,
    encoded: EncodedText,
    authors: Sequence[Author],
    tolerance: float = 0.01,
    max_nodes: int = LEVELS[-1],
) -> tuple[Attribution, ...]:
    """The same for several authors from the same forward passes; see `attributing_together`."""
    return value_of(attributing_together(bundle, encoded, authors, tolerance, max_nodes))


def attributing(
    bundle: ModelBundle,
    encoded: EncodedText,
    author: Author,
    tolerance: float = 0.01,
    max_nodes: int = LEVELS[-1],
    bfloat16: bool | None = None,
) -> Generator[AttributionProgress, None, Attribution]:
    """Explain a text some nodes at a time; close the generator to stop, its value is the last level's.

    Of a long text a step is a part of a node, so that none takes long; it is yielded with the same `done`.

    Levels are refined until both errors are at most `tolerance` or `max_nodes` are used up.
    Inner nodes are computed by a shortcut as long as what it moves, which is measured on the text and part
    of the error stated, leaves room for it: without the units that the text leaves inactive, or else in half
    precision, which `bfloat16` allows, by default where the processor has it.
    `encoded` must come from the bundle's own tokenizer; `author` is looked up in the bundle by key.

    Raises:
        BundleError: the bundle does not know the author.
        ValueError: `max_nodes` allows no level.
    """
    steps = attributing_together(bundle, encoded, (author,), tolerance, max_nodes, bfloat16)
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            result: Attribution = stop.value[0]
            return result
        yield AttributionProgress(step.done, step.expected, step.partials[0] if step.partials else None)


def attributing_together(
    bundle: ModelBundle,
    encoded: EncodedText,
    authors: Sequence[Author],
    tolerance: float = 0.01,
    max_nodes: int = LEVELS[-1],
    bfloat16: bool | None = None,
) -> Generator[JointProgress, None, tuple[Attribution, ...]]:
    """Explain one text for several authors: one forward pass a node, and one backward pass an author.

    Refined until all of them are exact; options and errors as for `attributing`.

    Raises:
        BundleError: the bundle does not know an author.
        ValueError: `max_nodes` allows no level, or there is no author.
    """
    if max_nodes < LEVELS[0]:
        raise ValueError(f"max_nodes is {max_nodes}; it must be at least {LEVELS[0]}.")
    if not authors:
        raise ValueError("There is nobody to explain: name at least one author.")
    known = [bundle.author(author.key) for author in authors]
    sums = PathSums(bundle, encoded, [author.label_id for author in known], tolerance, bfloat16)
    for size in (size for size in LEVELS if size <= max_nodes):
        for done in sums.refine(size):
            if done < size:
                yield JointProgress(done, size)
        results = tuple(_to_attributions(bundle, encoded, known, sums, size))
        yield JointProgress(size, size, results)
        if all(result.is_exact(tolerance) for result in results):
            break
    return results


def _to_attributions(
    bundle: ModelBundle, encoded: EncodedText, authors: Sequence[Author], sums: PathSums, size: int
) -> Iterator[Attribution]:
    """A whole level's scores; the delta is the true difference less their sum."""
    (start, end), every = sums.ends, zip(authors, sums.scores, sums.coarse, strict=True)
    for index, (author, scores, coarse) in enumerate(every):
        difference = float(end[index] - start[index])
        delta = difference - float(scores.sum())
        tokens = tuple(_to_tokens(bundle, encoded, scores))
        yield Attribution(
            author=author,
            words=aggregate_words(encoded.text, tokens),
            tokens=tokens,
            score=float(end[index]),
            baseline_score=float(start[index]),
            convergence_delta=delta,
            relative_error=relative_error(delta, difference),
            n_steps=size,
            seconds=sums.seconds,
            word_error=word_error(scores, coarse, float(sums.moved[index])),
        )


def _to_tokens(
    bundle: ModelBundle, encoded: EncodedText, scores: NDArray[np.float64]
) -> Iterator[TokenScore]:
    ids = [token for window in encoded.windows for token in window.input_ids]
    offsets = [span for window in encoded.windows for span in window.offsets]
    names = bundle.tokenizer.convert_ids_to_tokens(ids)
    for name, (start, stop), score in zip(names, offsets, scores.tolist(), strict=True):
        yield TokenScore(start, stop, name, score)


Scored = TypeVar("Scored", TokenScore, WordScore)


def contrast(first: Attribution, second: Attribution) -> Attribution:
    """What each word adds to the difference of two authors' logits; positive speaks for the first.

    Both must be one model's explanations of one text, best from `attribute_together`, whose errors are
    those of the same nodes. The author is the first's. The words' errors add up at worst; nodes and
    seconds are the larger, as of explanations that shared them.

    Raises:
        ValueError: the two explain different texts or come from different tokenizers.
    """
    if _places(first.words) != _places(second.words) or _places(first.tokens) != _places(second.tokens):
        raise ValueError("Only explanations of the same text by the same model can be subtracted.")
    words = _subtract(first.words, second.words)
    tokens = _subtract(first.tokens, second.tokens)
    score, baseline = first.score - second.score, first.baseline_score - second.baseline_score
    delta = first.convergence_delta - second.convergence_delta
    return Attribution(
        author=first.author,
        words=words,
        tokens=tokens,
        score=score,
        baseline_score=baseline,
        convergence_delta=delta,
        relative_error=relative_error(delta, score - baseline),
        n_steps=max(first.n_steps, second.n_steps),
        seconds=max(first.seconds, second.seconds),
        word_error=_word_error(first, second, tokens),
    )


def _places(scored: tuple[Scored, ...]) -> list[tuple[int, int, str]]:
    return [(entry.start, entry.stop, entry.text) for entry in scored]


def _subtract(first: tuple[Scored, ...], second: tuple[Scored, ...]) -> tuple[Scored, ...]:
    return tuple(
        replace(one, score=one.score - other.score) for one, other in zip(first, second, strict=True)
    )


def _word_error(first: Attribution, second: Attribution, tokens: tuple[TokenScore, ...]) -> float:
    """Both errors, in logits, as a share of what the difference's tokens weigh together."""
    total = _weight(tokens)
    error = first.word_error * _weight(first.tokens) + second.word_error * _weight(second.tokens)
    return error / total if total else 0.0


def _weight(tokens: tuple[TokenScore, ...]) -> float:
    return sum(abs(token.score) for token in tokens)


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
