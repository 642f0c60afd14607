"""One excerpt, both models: explained, compared, masked, and the most and the least that masking can do.

NAOPC (Edin et al. 2025, arXiv 2408.08137) is (AOPC - lower) / (upper - lower) between the best and the worst
order of masking. All orders of five hundred words cannot be tried, nor can their beam search over
single words (a hundred thousand readings an excerpt). Here the beam goes by the blocks of the curve: at each
share the next words are proposed by the gradient at the text masked so far, by the explanation itself and,
in the small first blocks, by trying some of the explanation's first words one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import ceil

import numpy as np
from numpy.typing import NDArray

from authorship.datamodels import Author, Excerpt
from authorship.encode import encode
from authorship.predict.prediction import predict_encoded
from explain.agreement import compare
from explain.attribution import attribute, find_owners
from explain.datamodels import Attribution
from explain.faithfulness import (
    RANDOM_ORDERS,
    SHARES,
    Explained,
    mask_words,
    measure_drop,
    measure_effect,
    probabilities,
    probabilities_lost,
    rank_words,
    shared_words,
)
from explain.gradients import StraightPath, value_of
from explain.report.highlights import strongest
from explain.study.records import Floats, Losses, ModelRecord, Record, Reference
from explain.study.subjects import Baseline, Model, Subjects

GRID = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
BEAM = 2
TRIED_SINGLY = 0.05
_AROUND_THE_INPUT = 0.5, 1.5  # of the path; the gradient is taken in the middle
_TRIALS = 20

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Beam:
    """Words masked so far, by index, and the probability lost at each share reached."""

    masked: frozenset[int]
    lost: tuple[float, ...]


def area(lost: Sequence[float]) -> float:
    """AOPC: the probability lost, integrated over the shares so far by the trapezoid rule on `GRID`."""
    return float(np.trapezoid([0.0, *lost], [0.0, *GRID[: len(lost)]]))


def search_limit(explained: Explained, most: bool, width: int = BEAM) -> float:
    """The largest AOPC that a beam search by blocks finds, or the smallest."""
    words, author = explained.attribution.words, explained.attribution.author
    bundle, encoded = explained.bundle, explained.encoded
    sign = 1.0 if most else -1.0
    whole = probabilities(bundle, [encoded], author)[0]
    beams = [Beam(frozenset(), ())]
    for share in GRID:
        size = ceil(share * len(words))
        heirs = {heir: beam for beam in beams for heir in _heirs(explained, beam, size, sign)}
        masked = [mask_words(bundle, encoded, words, heir) for heir in heirs]
        kept = probabilities(bundle, masked, author)
        grown = [
            Beam(heir, (*beam.lost, whole - rest))
            for (heir, beam), rest in zip(heirs.items(), kept, strict=True)
        ]
        beams = sorted(grown, key=lambda beam: -sign * area(beam.lost))[:width]
    return area(beams[0].lost)


def _heirs(explained: Explained, beam: Beam, size: int, sign: float) -> list[frozenset[int]]:
    """The beam's words and more, `size` in all, by each proposal; the last block leaves no choice."""
    words = explained.attribution.words
    left = np.array(sorted(set(range(len(words))) - beam.masked), dtype=np.int64)
    wanted = size - len(beam.masked)
    if wanted >= len(left):
        return [frozenset(range(len(words)))]
    scores = np.array([word.score for word in words])
    orders = [_ranked(left, scores, sign), _ranked(left, _effects(explained, beam), sign)]
    if size <= TRIED_SINGLY * len(words):
        orders.append(_by_trial(explained, beam, orders[0][: 2 * wanted + _TRIALS], sign))
    return [beam.masked | set(order[:wanted].tolist()) for order in orders]


def _ranked(left: Indices, scores: NDArray[np.float64], sign: float) -> Indices:
    """The words left, those with the most to lose first, or where `sign` is -1 last."""
    order: Indices = left[np.argsort(-sign * scores[left], kind="stable")]
    return order


def _by_trial(explained: Explained, beam: Beam, candidates: Indices, sign: float) -> Indices:
    """Candidates by the probability that masking each of them alone would take now."""
    bundle, encoded, own = explained.bundle, explained.encoded, explained.attribution
    masked = [mask_words(bundle, encoded, own.words, beam.masked | {index}) for index in candidates.tolist()]
    kept = np.array(probabilities(bundle, masked, own.author))
    order: Indices = candidates[np.argsort(sign * kept, kind="stable")]
    return order


def _effects(explained: Explained, beam: Beam) -> NDArray[np.float64]:
    """To first order, the logit that masking each further word would take, shape `(words,)`."""
    words = explained.attribution.words
    masked = mask_words(explained.bundle, explained.encoded, words, beam.masked)
    label_id = explained.attribution.author.label_id
    path = StraightPath(explained.bundle, masked, [label_id], course=lambda progress: progress)
    (scores,) = value_of(path.over([_AROUND_THE_INPUT]))
    tokens, owners = scores[0], _owners(explained)
    effects = np.zeros(len(words))
    np.add.at(effects, owners[owners >= 0], tokens[owners >= 0])
    return effects


def _owners(explained: Explained) -> NDArray[np.int64]:
    """For each token of all windows the index of its word, -1 for special tokens."""
    spans = [(word.start, word.stop) for word in explained.attribution.words]
    owners = [
        -1 if special else owner
        for window in explained.encoded.windows
        for owner, special in zip(
            find_owners(explained.encoded.text, spans, window.offsets), window.special, strict=True
        )
    ]
    return np.array(owners, dtype=np.int64)


_MEANT = [GRID.index(share) for share in SHARES]


@dataclass(frozen=True, slots=True)
class Explanations:
    """A model's explanation of one text, the same under other baselines."""

    model: Model
    explained: Explained
    baselines: dict[Baseline, Attribution]


def record_key(excerpt: Excerpt) -> str:
    """What tells excerpts apart from run to run."""
    return sha256(f"{excerpt.author}\n{excerpt.work}\n{excerpt.text}".encode()).hexdigest()[:16]


def measure_excerpt(subjects: Subjects, excerpt: Excerpt, seed: int) -> Record:
    """Everything about one excerpt, explained for the author whom the teacher takes for its own.

    Raises:
        AuthorshipError: the excerpt has no token, or the student does not know the author.
    """
    key = record_key(excerpt)
    encoded = encode(excerpt.text, subjects.teacher.bundle.tokenizer)
    author = predict_encoded(subjects.teacher.bundle, encoded).top_k(1)[0].author
    teacher, student = (
        explain(model, excerpt.text, author) for model in (subjects.teacher, subjects.student)
    )
    chance = np.random.default_rng([seed, int(key, 16)])
    blank = subjects.shuffled[int(chance.integers(len(subjects.shuffled)))]
    shuffled = attribute(blank, student.explained.encoded, author)
    own, other = teacher.explained.attribution, student.explained.attribution
    floor = Reference("student", "shuffled", compare(own, shuffled), shuffled.converged)
    return Record(
        key=key,
        writer=excerpt.author,
        work=excerpt.work,
        author=author.key,
        words=len(own.words),
        agreement=compare(own, other),
        references=(*_ceilings(teacher), *_ceilings(student), floor),
        teacher=measure_model(teacher, other, shuffled, chance),
        student=measure_model(student, own, shuffled, chance),
    )


def explain(model: Model, text: str, author: Author) -> Explanations:
    """A model's explanations of a text for one author, by each baseline."""
    encoded = encode(text, model.bundle.tokenizer)
    own = Explained(model.bundle, encoded, attribute(model.bundle, encoded, author))
    others = {kind: attribute(bundle, encoded, author) for kind, bundle in model.variants.items()}
    return Explanations(model, own, others)


def _ceilings(explanations: Explanations) -> list[Reference]:
    own, role = explanations.explained.attribution, explanations.model.role
    return [
        Reference(role, kind, compare(own, attribution), attribution.converged)
        for kind, attribution in explanations.baselines.items()
    ]


def measure_model(
    explanations: Explanations, other: Attribution, shuffled: Attribution, chance: np.random.Generator
) -> ModelRecord:
    """What one model loses by its own reasons, by the other's, by chance, and at most and at least."""
    explained = explanations.explained
    own, orders = explained.attribution, _random_orders(len(explained.attribution.words), chance)
    ranked = rank_words(own.words)
    randoms = curves(explained, orders)
    curve, reverse = curves(explained, [ranked, ranked[::-1]])
    aopcs = [area(curve), area(reverse), *map(area, randoms)]
    found = search_limit(explained, most=False), search_limit(explained, most=True)
    return ModelRecord(
        probability=probabilities(explained.bundle, [explained.encoded], own.author)[0],
        error=own.error,
        n_steps=own.n_steps,
        converged=own.converged,
        comprehensiveness=comprehensiveness(curve),
        sufficiency=sufficiency(explained, ranked),
        random_comprehensiveness=tuple(map(comprehensiveness, randoms)),
        random_sufficiency=tuple(sufficiency(explained, order) for order in orders),
        curve=curve,
        other_curve=_other_curve(explained, other),
        randoms=tuple(randoms),
        aopc=aopcs[0],
        reverse_aopc=aopcs[1],
        lower=min(*aopcs, *found),
        upper=max(*aopcs, *found),
        losses=_losses(explanations, other, shuffled),
        strongest=tuple(word.text for word in strongest(own.words)),
    )


def _random_orders(words: int, chance: np.random.Generator) -> list[list[int]]:
    return [chance.permutation(words).tolist() for _ in range(RANDOM_ORDERS)]


def curves(explained: Explained, orders: Sequence[Sequence[int]]) -> list[Floats]:
    """For each order of the words the probability lost at each share of `GRID`."""
    own = explained.attribution
    lost = probabilities_lost(explained.bundle, explained.encoded, own.author, own.words, orders, GRID)
    return [tuple(row) for row in lost.tolist()]


def comprehensiveness(curve: Floats) -> float:
    """The mean of a curve over the shares of DeYoung et al."""
    return float(np.mean([curve[place] for place in _MEANT]))


def sufficiency(explained: Explained, order: Sequence[int]) -> float:
    """The probability kept when only the first words of the order stay."""
    own = explained.attribution
    return measure_effect(explained.bundle, explained.encoded, own.author, own.words, order).sufficiency


def _other_curve(explained: Explained, other: Attribution) -> Floats:
    words, foreign = shared_words(explained.encoded.text, explained.attribution.words, other.words)
    shared = replace(explained, attribution=replace(explained.attribution, words=words))
    return curves(shared, [rank_words(foreign)])[0]


def _losses(explanations: Explanations, other: Attribution, shuffled: Attribution) -> Losses:
    explained = explanations.explained
    by_other = measure_drop(explained, other)
    return Losses(
        own=by_other.own,
        other=by_other.other,
        shuffled=measure_drop(explained, shuffled).other,
        baselines={
            kind: measure_drop(explained, attribution).other
            for kind, attribution in explanations.baselines.items()
        },
    )
