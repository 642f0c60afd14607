"""Integrated gradients of an author's logit, refined until they are exact enough, node by node.

Sundararajan et al. 2017, arXiv 1703.01365.
"""

import time
from collections.abc import Generator, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from authorship.bundle import ModelBundle
from authorship.datamodels import Author, EncodedText
from explain.datamodels import Attribution, AttributionProgress, TokenScore
from explain.gradients import PathPoint, StraightPath
from explain.quadrature import FINEST, LEVELS, level_nodes, position, schedule, weights
from explain.words import aggregate_words

LEAST_DIFFERENCE = 1e-3


def attribute(
    bundle: ModelBundle, encoded: EncodedText, author: Author, tolerance: float = 0.01, max_nodes: int = 65
) -> Attribution:
    """What each word of a text of any length adds to the author's logit; see `attributing`."""
    steps = attributing(bundle, encoded, author, tolerance, max_nodes)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: Attribution = stop.value
            return result


def attributing(
    bundle: ModelBundle,
    encoded: EncodedText,
    author: Author,
    tolerance: float = 0.01,
    max_nodes: int = 65,
    levels: Sequence[int] = LEVELS,
    bfloat16: bool = False,
) -> Generator[AttributionProgress, None, Attribution]:
    """Explain a text node by node; close the generator to stop, its value is the last level's result.

    Levels are refined until both errors are at most `tolerance` or `max_nodes` are used up.
    `bfloat16` computes the inner nodes in half precision: a third less work where the processor has it,
    scores that differ by some 0.5 % in sum.
    `encoded` must come from the bundle's own tokenizer; `author` is looked up in the bundle by key.

    Raises:
        BundleError: the bundle does not know the author.
        ValueError: `max_nodes` allows no level.
    """
    usable = [size for size in levels if size <= max_nodes]
    if not usable:
        raise ValueError(f"max_nodes is {max_nodes}; it must be at least {min(levels)}.")
    author = bundle.author(author.key)
    clock = _Clock()
    path = StraightPath(bundle, encoded, author.label_id, bfloat16)
    points: dict[int, PathPoint] = {}
    for size, fresh in schedule(usable):
        for node in fresh:
            with clock:
                points[node] = path.at(position(node))
            if len(points) < size:
                yield AttributionProgress(len(points), size, None)
        result = _integrate(bundle, encoded, author, points, clock.seconds)
        yield AttributionProgress(size, size, result)
        if result.is_exact(tolerance):
            break
    return result


def relative_error(delta: float, difference: float) -> float:
    """|delta| as a share of the difference of logits that the scores should add up to.

    A difference under `LEAST_DIFFERENCE` logits counts as that much: there is nothing to explain
    then, and the share would only magnify rounding.
    """
    return abs(delta) / max(abs(difference), LEAST_DIFFERENCE)


def word_error(scores: NDArray[np.float64], coarse: NDArray[np.float64]) -> float:
    """An estimate of the scores' error from what the rule with half the nodes, `coarse`, says of them.

    The error of Clenshaw-Curtis on a smooth path falls geometrically with the nodes, so twice the nodes
    square it (Trefethen 2008, doi 10.1137/060659831); what changed is the coarse rule's error.
    On 120 explanations by random models that were refined to 1 %, the true error was at most 1.5 %;
    stopped as soon as the sum alone was right to 1 %, they were wrong by up to 44 %.
    """
    total = float(np.abs(scores).sum())
    return (float(np.abs(scores - coarse).sum()) / total) ** 2 if total else 0.0


class _Clock:
    """Adds up the seconds spent inside `with`; a caller's time between nodes does not count."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._started = 0.0

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._started


def _integrate(
    bundle: ModelBundle,
    encoded: EncodedText,
    author: Author,
    points: dict[int, PathPoint],
    seconds: float,
) -> Attribution:
    """Weigh the points of a whole level; the delta is the true difference less the scores' sum."""
    size = len(points)
    scores = _weigh(points, size)
    difference = points[FINEST].logit - points[0].logit
    delta = difference - float(scores.sum())
    tokens = tuple(_to_tokens(bundle, encoded, scores))
    return Attribution(
        author=author,
        words=aggregate_words(encoded.text, tokens),
        tokens=tokens,
        score=points[FINEST].logit,
        baseline_score=points[0].logit,
        convergence_delta=delta,
        relative_error=relative_error(delta, difference),
        n_steps=size,
        seconds=seconds,
        word_error=word_error(scores, _weigh(points, (size + 1) // 2)),
    )


def _weigh(points: dict[int, PathPoint], size: int) -> NDArray[np.float64]:
    """Each token's integral by the rule of `size` nodes, shape `(tokens,)`."""
    products = np.stack([points[node].tokens for node in level_nodes(size)])
    scores: NDArray[np.float64] = np.array(weights(size)) @ products
    return scores


def _to_tokens(
    bundle: ModelBundle, encoded: EncodedText, scores: NDArray[np.float64]
) -> Iterator[TokenScore]:
    ids = [token for window in encoded.windows for token in window.input_ids]
    offsets = [span for window in encoded.windows for span in window.offsets]
    names = bundle.tokenizer.convert_ids_to_tokens(ids)
    for name, (start, stop), score in zip(names, offsets, scores.tolist(), strict=True):
        yield TokenScore(start, stop, name, score)
