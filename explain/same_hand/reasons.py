"""What speaks for one hand and what against, word by word in the texts of both sides, and summed by word."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from authorship.same_hand.answer import Answer, Measure
from authorship.same_hand.datamodels import pooled
from authorship.same_hand.measure import SameHand
from explain.datamodels import CONFIDENT_ERROR, WordScore
from explain.same_hand.attribution import attribute_pairs, attribute_sides

STRONGEST = 12
"""How many words or marks are listed on either side."""
LONGEST_EXPLAINED = 300_000
"""Characters of both sides whose words are weighed; 700,000 take a quarter of a minute."""
MOST_PLACES = 50
"""How many places of a word are listed for programs."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A word, mark or pair wherever it stands: its score in the known texts, in the disputed, and how often.

    Pairs are not counted: 0.
    """

    text: str
    known: float
    disputed: float
    count: int

    @property
    def score(self) -> float:
        """What it adds in all."""
        return self.known + self.disputed


@dataclass(frozen=True, slots=True)
class HandReasons:
    """What each word adds to the log ratio of two sides: positive speaks for one hand.

    `known` has the words of each known text, in the order given, `disputed` those of each disputed one; they
    and `missing`, what the lack of usual words adds, make the log ratio less that of two usual texts, but for
    a share `error` of it. `pairs` are neighbouring word pieces, whose scores are within those of their words.
    """

    known: tuple[tuple[WordScore, ...], ...]
    disputed: tuple[tuple[WordScore, ...], ...]
    error: float
    missing: float = 0.0
    pairs: tuple[Telling, ...] = ()

    @property
    def total(self) -> float:
        """What all words, and the lack of some, add to the log ratio."""
        return self.missing + sum(word.score for text in (*self.known, *self.disputed) for word in text)

    @property
    def converged(self) -> bool:
        """Whether the scores are exact enough to be shown with confidence."""
        return self.error <= CONFIDENT_ERROR


Explain = Callable[[Measure, Answer], HandReasons | None]


def strongest(
    reasons: HandReasons, marks: bool, most: int = STRONGEST
) -> tuple[list[Telling], list[Telling]]:
    """The words, or the marks, that speak most for one hand in all their places, and those most against."""
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0])
    for side, texts in enumerate((reasons.known, reasons.disputed)):
        for word in _of_kind(texts, marks):
            sums = found[word.text.casefold()]
            sums[side] += word.score
            sums[2] += 1
    told = [Telling(text, known, disputed, int(count)) for text, (known, disputed, count) in found.items()]
    return extremes(told, most)


def extremes(told: Sequence[Telling], most: int = STRONGEST) -> tuple[list[Telling], list[Telling]]:
    """Those that speak most for one hand, and those most against."""
    ranked = sorted(told, key=lambda one: -one.score)
    speaking = [one for one in ranked if one.score > 0][:most]
    return speaking, [one for one in reversed(ranked) if one.score < 0][:most]


def reasons_object(reasons: HandReasons, most: int) -> dict[str, Any]:
    """The `most` words, and marks, that speak most for one hand and against it, with their places.

    Scores are parts of the log ratio. A place names the side, the number of its text there, and the
    characters from `start` to `stop`; of a word that stands very often those that weigh most are listed.
    """
    places = _places(reasons)
    value: dict[str, Any] = {"missing": reasons.missing, "error": reasons.error}
    for name, marks in (("words", False), ("marks", True)):
        sides = zip(("for", "against"), strongest(reasons, marks, most), strict=True)
        value[name] = {side: [_told(one, places[one.text]) for one in told] for side, told in sides}
    return value


def _told(one: Telling, places: list[dict[str, Any]]) -> dict[str, Any]:
    ranked = sorted(places, key=lambda place: -abs(place["score"]))[:MOST_PLACES]
    sums = {"score": one.score, "known": one.known, "disputed": one.disputed, "count": one.count}
    return {"text": one.text} | sums | {"places": ranked}


def _places(reasons: HandReasons) -> dict[str, list[dict[str, Any]]]:
    """Where each word stands, in the order of the texts."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for side, texts in (("known", reasons.known), ("disputed", reasons.disputed)):
        for number, words in enumerate(texts):
            for word in words:
                place = {"side": side, "text": number, "start": word.start, "stop": word.stop}
                found[word.text.casefold()].append(place | {"score": word.score})
    return found


def _of_kind(texts: Sequence[Sequence[WordScore]], marks: bool) -> Iterable[WordScore]:
    return (word for words in texts for word in words if marks != any(map(str.isalnum, word.text)))


def explain_answer(measure: Measure, answer: Answer) -> HandReasons | None:
    """What speaks for one hand and against it in all texts of an answer; None of another kind of measure."""
    if not isinstance(measure, SameHand):
        return None
    sides = ([one.text for one in texts] for texts in (answer.known, answer.disputed))
    known, disputed, error = attribute_sides(measure, *sides)
    first, second = (pooled([one.sample for one in texts]) for texts in (answer.known, answer.disputed))
    pairs = tuple(
        Telling(text, one, other, 0) for text, (one, other) in attribute_pairs(measure, first, second).items()
    )
    return HandReasons(known.words, disputed.words, error, known.missing + disputed.missing, pairs)
