"""Why this author and not that one: integrated gradients are linear, so two explanations subtract.

Sundararajan et al. 2017, arXiv 1703.01365, axiom of linearity.
"""

from dataclasses import replace
from typing import TypeVar

from explain.datamodels import Attribution, TokenScore, WordScore
from explain.quadrature import relative_error

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
