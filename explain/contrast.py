"""Why this author and not that one: integrated gradients are linear, so two explanations subtract.

Sundararajan et al. 2017, arXiv 1703.01365, axiom of linearity.
"""

from dataclasses import replace

from explain.datamodels import Attribution

_LEAST_DIFFERENCE = 1e-3  # logits, as in `attribution.relative_error`


def contrast(first: Attribution, second: Attribution) -> Attribution:
    """What each word adds to the difference of two authors' logits; positive speaks for the first.

    Both must be one model's explanations of one text. The words' errors add up at worst.

    Raises:
        ValueError: the words or tokens differ.
    """
    difference = (first.score - second.score) - (first.baseline_score - second.baseline_score)
    delta = first.convergence_delta - second.convergence_delta
    words = tuple(
        replace(one, score=one.score - other.score)
        for one, other in zip(first.words, second.words, strict=True)
    )
    return replace(
        first,
        words=words,
        tokens=tuple(
            replace(one, score=one.score - other.score)
            for one, other in zip(first.tokens, second.tokens, strict=True)
        ),
        score=first.score - second.score,
        baseline_score=first.baseline_score - second.baseline_score,
        convergence_delta=delta,
        relative_error=abs(delta) / max(abs(difference), _LEAST_DIFFERENCE),
        n_steps=max(first.n_steps, second.n_steps),
        seconds=first.seconds + second.seconds,
        word_error=_word_error(first, second, sum(abs(word.score) for word in words)),
    )


def _word_error(first: Attribution, second: Attribution, total: float) -> float:
    """Both errors as a share of what the difference's words weigh together."""
    errors = sum(one.word_error * sum(abs(word.score) for word in one.words) for one in (first, second))
    return errors / total if total else 0.0
