"""Cross-transfer: what a model loses when the words that decide for the *other* model are masked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from authorship.bundle import ModelBundle
from authorship.datamodels import EncodedText
from explain.agreement import CrossTransfer, Drop
from explain.compare import align, shared_spans
from explain.datamodels import Attribution, WordScore
from explain.faithfulness import probabilities_lost, rank_words
from explain.gradients import masking_id
from explain.words import Span


@dataclass(frozen=True, slots=True)
class Explained:
    """A model, a text as it encodes it, and why it takes an author for the text's."""

    bundle: ModelBundle
    encoded: EncodedText
    attribution: Attribution

    def lost(self, orders: Sequence[Sequence[int]], words: Sequence[WordScore]) -> NDArray[np.float64]:
        """The probability lost, on average over `SHARES`, to masking by each order of `words`."""
        author = self.attribution.author
        losses = probabilities_lost(self.bundle, self.encoded, author, words, orders)
        means: NDArray[np.float64] = losses.mean(axis=1)
        return means


def measure_transfer(teacher: Explained, student: Explained) -> CrossTransfer | None:
    """Mask each model's words by its own ranking and by the other's; both must explain one author.

    None where a tokenizer has nothing to mask with.
    """
    if min(masking_id(teacher.bundle), masking_id(student.bundle)) < 0:
        return None
    return CrossTransfer(
        measure_drop(teacher, student.attribution), measure_drop(student, teacher.attribution)
    )


def measure_drop(explained: Explained, other: Attribution) -> Drop:
    """One model's losses by its own ranking and by another's, over words that neither tokenizer divides."""
    own, foreign = shared_words(explained.encoded.text, explained.attribution.words, other.words)
    lost = explained.lost([rank_words(own), rank_words(foreign)], own)
    return Drop(float(lost[0]), float(lost[1]))


def shared_words(
    text: str, first: Sequence[WordScore], second: Sequence[WordScore]
) -> tuple[tuple[WordScore, ...], tuple[WordScore, ...]]:
    """Both models' scores over the same words of `text`, the finest that neither divides."""
    spans = shared_spans(first, second)
    left, right = align(first, second)
    return _to_words(text, spans, left), _to_words(text, spans, right)


def _to_words(text: str, spans: Sequence[Span], scores: NDArray[np.float64]) -> tuple[WordScore, ...]:
    return tuple(
        WordScore(start, stop, text[start:stop], score)
        for (start, stop), score in zip(spans, scores.tolist(), strict=True)
    )
