"""One excerpt, both models: explained, compared, masked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from authorship.datamodels import Author, Excerpt
from authorship.encode.windows import encode
from authorship.predict.prediction import predict_encoded
from explain.agreement import compare
from explain.attribution import attribute
from explain.datamodels import Attribution
from explain.faithfulness import (
    RANDOM_ORDERS,
    SHARES,
    Explained,
    measure_drop,
    measure_effect,
    probabilities,
    probabilities_lost,
    rank_words,
    shared_words,
)
from explain.report.highlights import strongest
from explain.study.limits import GRID, area, search_limit
from explain.study.records import Floats, Losses, ModelRecord, Record, Reference
from explain.study.subjects import Baseline, Model, Subjects

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


def measure(subjects: Subjects, excerpt: Excerpt, seed: int) -> Record:
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
