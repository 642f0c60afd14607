"""Whether the words that an explanation names are those that decide, for this model and the other.

DeYoung et al. 2020, arXiv 1911.03429. Values of different models are not comparable as they are
(NAOPC, arXiv 2408.08137); each is given less the mean of random orders.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import ceil
from statistics import fmean, pstdev

import numpy as np
from numpy.typing import NDArray

from authorship.datamodels import Author, EncodedText, Window
from authorship.models.bundle import ModelBundle
from authorship.predict.prediction import average_logits, predict_logits
from explain.agreement import CrossTransfer, Drop, align, shared_spans
from explain.attribution import Span, find_owners
from explain.datamodels import Attribution, WordScore
from explain.gradients import masking_id

SHARES = (0.01, 0.05, 0.1, 0.2, 0.5)
RANDOM_ORDERS = 5


@dataclass(frozen=True, slots=True)
class Effect:
    """What the words of one order do to an author's probability; both are better when higher.

    `comprehensiveness` is the probability lost when the first words are masked, `sufficiency` the
    probability kept when only they stay, each the mean over `SHARES`.
    """

    comprehensiveness: float
    sufficiency: float


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """An explanation's effect less the mean of random orders', and these orders' standard deviation."""

    above_random: Effect
    deviation: Effect


def measure_faithfulness(
    bundle: ModelBundle,
    encoded: EncodedText,
    attribution: Attribution,
    orders: int = RANDOM_ORDERS,
    seed: int = 0,
) -> Faithfulness:
    """Mask by falling score, and by `orders` random orders of the same words."""
    words, author = attribution.words, attribution.author
    own = measure_effect(bundle, encoded, author, words, rank_words(words))
    generator = np.random.default_rng(seed)
    chance = [
        measure_effect(bundle, encoded, author, words, generator.permutation(len(words)).tolist())
        for _ in range(orders)
    ]
    lost = [effect.comprehensiveness for effect in chance]
    kept = [effect.sufficiency for effect in chance]
    above = Effect(own.comprehensiveness - fmean(lost), own.sufficiency - fmean(kept))
    return Faithfulness(above, Effect(pstdev(lost), pstdev(kept)))


def rank_words(words: Sequence[WordScore]) -> list[int]:
    """The words' indices, those that speak loudest for the author first."""
    return sorted(range(len(words)), key=lambda index: -words[index].score)


def measure_effect(
    bundle: ModelBundle,
    encoded: EncodedText,
    author: Author,
    words: Sequence[WordScore],
    order: Sequence[int],
    shares: Sequence[float] = SHARES,
) -> Effect:
    """Mask the first words of `order`, indices into `words`, and all but them, share by share."""
    firsts = [set(order[: ceil(share * len(order))]) for share in shares]
    everything = set(range(len(words)))
    without = [mask_words(bundle, encoded, words, first) for first in firsts]
    only = [mask_words(bundle, encoded, words, everything - first) for first in firsts]
    whole, *changed = probabilities(bundle, [encoded, *without, *only], author)
    lost = [whole - probability for probability in changed[: len(firsts)]]
    return Effect(fmean(lost), fmean(changed[len(firsts) :]))


def probabilities_lost(
    bundle: ModelBundle,
    encoded: EncodedText,
    author: Author,
    words: Sequence[WordScore],
    orders: Sequence[Sequence[int]],
    shares: Sequence[float] = SHARES,
) -> NDArray[np.float64]:
    """The author's probability lost to masking the first words of each order, shape `(orders, shares)`."""
    variants = [
        mask_words(bundle, encoded, words, set(order[: ceil(share * len(order))]))
        for order in orders
        for share in shares
    ]
    whole, *rest = probabilities(bundle, [encoded, *variants], author)
    lost: NDArray[np.float64] = whole - np.reshape(rest, (len(orders), len(shares)))
    return lost


def mask_words(
    bundle: ModelBundle, encoded: EncodedText, words: Sequence[WordScore], masked: Collection[int]
) -> EncodedText:
    """The same windows with every token of the masked words, given by index, replaced by [MASK].

    Raises:
        ValueError: the tokenizer has neither [MASK] nor [PAD].
    """
    mask_id = masking_id(bundle)
    if mask_id < 0:
        raise ValueError("The tokenizer has neither [MASK] nor [PAD]: words cannot be masked.")
    spans = [(word.start, word.stop) for word in words]

    def mask(window: Window) -> Window:
        owners = find_owners(encoded.text, spans, window.offsets)
        hidden = [
            mask_id if owner in masked and not special else token
            for token, owner, special in zip(window.input_ids, owners, window.special, strict=True)
        ]
        return replace(window, input_ids=tuple(hidden))

    return replace(encoded, windows=tuple(mask(window) for window in encoded.windows))


def probabilities(bundle: ModelBundle, variants: Sequence[EncodedText], author: Author) -> list[float]:
    """The author's probability in each variant of a text; all are read together."""
    label_id = bundle.author(author.key).label_id
    logits = predict_logits(bundle, [window for variant in variants for window in variant.windows])
    ends = np.cumsum([len(variant.windows) for variant in variants])
    averages = [
        average_logits(logits[end - len(variant.windows) : end], variant.weights)
        for end, variant in zip(ends, variants, strict=True)
    ]
    return [
        float(bundle.calibration.probabilities(average, len(variant.text))[label_id])
        for average, variant in zip(averages, variants, strict=True)
    ]


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
