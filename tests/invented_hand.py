"""A measure of two texts that is quick and easy to foresee: texts are alike as their letters are."""

from collections.abc import Sequence

import numpy as np

from authorship.errors import TextError
from authorship.same_hand.answer import Answer
from authorship.same_hand.datamodels import Comparison, Sample, Usual, pooled
from explain.attribution import find_words
from explain.datamodels import WordScore
from explain.same_hand.reasons import HandReasons

LETTERS = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф"


class InventedHand:
    """Says e to the power of 6 for equal letters, and less the more they differ."""

    def sample(self, text: str) -> Sample:
        letters = [text.lower().count(letter) for letter in LETTERS]
        if not sum(letters):
            raise TextError("empty", "The text holds no letters.")
        vector = np.array(letters, np.float32) / sum(letters)
        return Sample(vector, max(1, sum(letters) // 2000), len(text))

    def compare(self, known: Sequence[Sample], disputed: Sample) -> Comparison:
        one = pooled(known)
        distance = float(np.abs(one.vector - disputed.vector).sum())
        usual = Usual(tuple(np.linspace(-2, 8, 21)), tuple(np.linspace(-9, 3, 21)))
        return Comparison(6 - 20 * distance, one.characters, disputed.characters, usual)


def invented_reasons(measure: object, answer: Answer) -> HandReasons:
    """Words speak for one hand where both sides have them, longer ones more; the rest speaks against."""
    sides = answer.known, answer.disputed
    known, disputed = ({word.casefold() for one in side for word in _words(one.text)} for side in sides)
    common = known & disputed

    def scored(text: str) -> tuple[WordScore, ...]:
        return tuple(
            WordScore(start, stop, word, (1 if word.casefold() in common else -0.3) * len(word) / 50)
            for start, stop in find_words(text)
            for word in (text[start:stop],)
        )

    first, second = (tuple(scored(one.text) for one in side) for side in sides)
    return HandReasons(first, second, 0.004)


def _words(text: str) -> list[str]:
    return [text[start:stop] for start, stop in find_words(text)]
