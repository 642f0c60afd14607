"""Which words are masked (names, or what carries the topic), and what that does to the model."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from authorship.datamodels import Author, EncodedText, Prediction
from authorship.models.bundle import ModelBundle
from authorship.predict.prediction import predict_encoded
from authorship.text.letters.old_spelling import analyser
from authorship.text.names import name_spans
from explain.attribution import Span, aggregate_words, merge_spans
from explain.datamodels import Attribution, TokenScore, WordScore
from explain.faithfulness import mask_words

Cover = Literal["nothing", "names", "content"]
COVERS: tuple[Cover, ...] = get_args(Cover)
# OpenCorpora's grammemes: nouns, verbs with infinitives, participles and gerunds, adjectives.
_CONTENT = {"NOUN", "VERB", "INFN", "PRTF", "PRTS", "GRND", "ADJF", "ADJS", "COMP"}
# "Который" and "этот" are adjectives to the dictionary, "был" a verb; they say nothing of the topic.
_PRONOUN = "Apro"
_AUXILIARIES = {"быть", "мочь", "стать"}


@dataclass(frozen=True, slots=True)
class Verification:
    """What masking did to the author's logit (less the rival's) and to the author's probability.

    `predicted` is minus the sum of the masked words' scores, None where there is no explanation yet.
    """

    predicted: float | None
    actual: float
    probability_before: float
    probability_after: float


def words_of(encoded: EncodedText) -> tuple[WordScore, ...]:
    """The words that the model can tell apart, without scores."""
    spans = [span for window in encoded.windows for span in window.offsets]
    return aggregate_words(encoded.text, [TokenScore(start, stop, "", 0.0) for start, stop in spans])


def maskable_words(*encoded: EncodedText) -> tuple[Span, ...]:
    """The finest words that none of the models divides, in order."""
    spans = {(word.start, word.stop) for one in encoded for word in words_of(one)}
    return tuple(merge_spans(sorted(spans)))


def overlapping(words: Sequence[Span], spans: Sequence[Span]) -> tuple[Span, ...]:
    """Those of the ordered `words` that share a character with any of the ordered, disjoint `spans`."""
    starts = [start for start, _ in spans]

    def touched(word: Span) -> bool:
        place = bisect_right(starts, word[1] - 1) - 1
        return place >= 0 and spans[place][1] > word[0]

    return tuple(word for word in words if touched(word))


def predict_masked(bundle: ModelBundle, encoded: EncodedText, spans: Sequence[Span]) -> Prediction:
    """Who wrote the text whose words over `spans`, ordered and disjoint, are masked piece by piece.

    Raises:
        ValueError: the tokenizer has nothing to mask with.
    """
    words = words_of(encoded)
    masked = set(overlapping([(word.start, word.stop) for word in words], spans))
    indices = {index for index, word in enumerate(words) if (word.start, word.stop) in masked}
    return predict_encoded(bundle, mask_words(bundle, encoded, words, indices))


def verify(
    before: Prediction,
    after: Prediction,
    spans: Sequence[Span],
    author: Author,
    rival: Author | None = None,
    attribution: Attribution | None = None,
) -> Verification:
    """Hold an explanation of `author` (rather than `rival`) against what masking `spans` did."""
    place = _place(before, author)
    return Verification(
        predicted=None if attribution is None else -_mass(attribution, spans),
        actual=_margin(after, author, rival) - _margin(before, author, rival),
        probability_before=before.probabilities[place],
        probability_after=after.probabilities[place],
    )


def knows(prediction: Prediction, author: Author) -> bool:
    """Whether the model that predicted knows the author."""
    return any(known.key == author.key for known in prediction.authors)


def _mass(attribution: Attribution, spans: Sequence[Span]) -> float:
    """The sum of the scores of the words over `spans`."""
    masked = set(overlapping([(word.start, word.stop) for word in attribution.words], spans))
    return sum(word.score for word in attribution.words if (word.start, word.stop) in masked)


def _margin(prediction: Prediction, author: Author, rival: Author | None) -> float:
    logit = prediction.logits[_place(prediction, author)]
    return logit - (prediction.logits[_place(prediction, rival)] if rival else 0.0)


def _place(prediction: Prediction, author: Author) -> int:
    return [known.key for known in prediction.authors].index(author.key)


def covered_words(text: str, words: Sequence[Span], cover: Cover) -> tuple[Span, ...]:
    """The words that a position of the switch masks: none, names, or names and content words."""
    if cover == "nothing":
        return ()
    names = overlapping(words, name_spans(text))
    if cover == "names":
        return names
    content = {(start, stop) for start, stop in words if is_content(text[start:stop].lower())}
    return tuple(sorted({*names, *content}))


def is_content(word: str) -> bool:
    """Whether a lower-case word is most probably a noun, a verb or an adjective.

    >>> [is_content(word) for word in ("пристань", "дремала", "рыжая", "который", "однако", "был", "…")]
    [True, True, True, False, False, False, False]
    """
    if not any(map(str.isalpha, word)):
        return False
    likeliest = analyser().parse(word)[0]
    tag = likeliest.tag
    if _PRONOUN in tag or likeliest.normal_form in _AUXILIARIES:
        return False
    return str(tag.POS) in _CONTENT
