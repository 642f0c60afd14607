"""A linear model of which word pieces a text holds, and which of them side by side, hardly of how often.

The commonest pairs, marks among them, tell authors apart better than all n-grams of characters do, and are
few enough for a small network to learn. Names are left out, so that nobody is known by their heroes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from authorship.models.cohort import FIRST_PAIR, SATURATION, SHIFT, Cohort, pair_codes, saturated
from train.linear.additive import AdditiveModel, Codes, Scores
from train.linear.discriminant import Labelled, discriminate
from train.training.tokens import TokenisedWork

LENGTH = 576  # tokens, about an excerpt's
PAIRS = 8_192
RIDGE = 1e-4
_LEAST_TEXTS = 5
_NAME_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class PieceModel(AdditiveModel):
    """Units are word pieces; a feature that stands n times counts n (1 + k) / (k + n), k being `saturation`.

    That is BM25's saturation (Robertson and Zaragoza 2009, doi 10.1561/1500000019): once counts 1, and ever
    so often hardly more. Each place has an equal share of it. `presence` `(features,)` is the share of the
    fitted texts that hold a feature, `repeats` `(features,)` how often it stands in those, on the mean.
    """

    presence: Scores
    repeats: Scores
    saturation: float

    def unit_scores(self, codes: Codes) -> Scores:
        """Every word piece's share of every author's score, shape `(pieces, authors)`."""
        scores = np.zeros((len(codes), len(self.keys)), dtype=np.float32)
        for features, places in _families(codes):
            rows, inverse, counts = np.unique(self.rows(features), return_inverse=True, return_counts=True)
            shares = self.weights[rows] * self.share(counts)[:, None]
            scores[places] += shares[inverse]
        return scores

    def token_scores(self, work: TokenisedWork, crop: slice) -> Scores:
        """Each token's share, shape `(tokens, authors)`, its like counted in as much as a fitted text."""
        tokens = self.units(work, crop)
        first = max(crop.start - max(int(self.length) - tokens, 0) // 2, 0)
        around = work.ids[first : first + max(int(self.length), tokens)].astype(np.int64)
        return self.unit_scores(around)[crop.start - first :][:tokens]

    def units(self, work: TokenisedWork, crop: slice) -> int:
        """How many tokens a crop holds."""
        return len(work.ids[crop])

    def pieces(self) -> Codes:
        """The pieces that are features, the first rows."""
        return self.features[self.features < FIRST_PAIR]

    def pairs(self) -> Codes:
        """The pairs that are features, the rows after the pieces; shape `(pairs, 2)`."""
        pairs = self.features[self.features >= FIRST_PAIR]
        return np.stack([(pairs >> SHIFT) - 1, pairs & (FIRST_PAIR - 1)], axis=1)

    def share(self, counts: NDArray[np.number]) -> Scores:
        """What of its weight a feature gives at each of its places, standing there `counts` times."""
        shares: Scores = ((1 + self.saturation) / (self.saturation + counts)).astype(np.float32)
        return shares


def _families(codes: Codes) -> Iterator[tuple[Codes, Codes]]:
    """The pieces, and the pairs of neighbours, which count for the second; their numbers and places."""
    yield codes, np.arange(len(codes))
    yield pair_codes(codes), np.arange(1, len(codes))


def passages(work: TokenisedWork) -> list[Codes]:
    """A work's word pieces in nearly equal parts of about a fitted text's length."""
    parts = max(round(len(work.ids) / LENGTH), 1)
    return [part.astype(np.int64) for part in np.array_split(work.ids, parts)]


def fit_pieces(
    works: Sequence[TokenisedWork],
    others: Sequence[TokenisedWork] = (),
    pairs: int = PAIRS,
    saturation: float = SATURATION,
) -> PieceModel:
    """The model of the works' authors; `others` are works by none of them, as `discriminate` wants them."""
    blocks, keys, directions, intercepts = _fit(works, others, pairs, saturation)
    scale = np.concatenate([block.rarity / block.length for block in blocks])
    weights = np.concatenate([directions * scale[:, None], np.zeros((1, len(keys)))])
    numbers = np.concatenate([block.features for block in blocks])
    presence = np.concatenate([block.presence for block in blocks])
    repeats = np.concatenate([block.repeats for block in blocks])
    return PieceModel(
        keys, numbers, weights.astype(np.float32), intercepts, LENGTH, presence, repeats, saturation
    )


def fit_cohort(works: Sequence[TokenisedWork]) -> Cohort:
    """How typical texts are of the works' authors, beside one another; see `authorship.models.cohort`."""
    blocks, keys, directions, intercepts = _fit(works, (), PAIRS, SATURATION)
    return Cohort.of(
        keys,
        np.concatenate([block.features for block in blocks]),
        np.concatenate([block.rarity for block in blocks]),
        directions,
        intercepts.astype(np.float32),
    )


def _fit(
    works: Sequence[TokenisedWork], others: Sequence[TokenisedWork], pairs: int, saturation: float
) -> tuple[tuple["_Block", ...], tuple[str, ...], Scores, Scores]:
    """The two blocks of features, and what `discriminate` finds in them."""
    texts = [(work, passage) for work in works for passage in passages(work)]
    blocks = _vocabulary([passage for _, passage in texts], _names(works), pairs, saturation)
    features = _normalised([passage for _, passage in texts], blocks, saturation)
    strangers = [passage for work in others for passage in passages(work)]
    keys, directions, intercepts = discriminate(
        Labelled(features, [work.author for work, _ in texts], [work.title for work, _ in texts]),
        _normalised(strangers, blocks, saturation) if strangers else None,
        RIDGE,
    )
    return blocks, keys, directions, intercepts


@dataclass(frozen=True, slots=True)
class _Block:
    """Features of one kind, ascending, and the length of a usual text's vector of them.

    Of each feature how rare it is, in what share of the texts it stands, and how often in those.
    """

    features: Codes
    rarity: Scores
    presence: Scores
    repeats: Scores
    length: float


def _vocabulary(texts: Sequence[Codes], names: Codes, pairs: int, saturation: float) -> tuple[_Block, _Block]:
    """The pieces and the `pairs` commonest pairs that stand in enough texts; no names in either."""
    pieces = _counted(texts)
    sides = _counted([pair_codes(text) for text in texts])
    named = np.isin((sides.numbers >> SHIFT) - 1, names) | np.isin(sides.numbers & (FIRST_PAIR - 1), names)
    return (
        _block(texts, pieces.kept(~np.isin(pieces.numbers, names)), saturation),
        _block(texts, sides.kept(~named).commonest(pairs), saturation),
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    """In how many texts each number stands, and how often in all; numbers ascending."""

    numbers: Codes
    texts: Codes
    places: Codes

    def kept(self, chosen: NDArray[np.bool_] | Codes) -> "_Counts":
        return _Counts(self.numbers[chosen], self.texts[chosen], self.places[chosen])

    def commonest(self, size: int) -> "_Counts":
        return self.kept(np.sort(np.argsort(-self.texts, kind="stable")[:size]))


def _counted(texts: Sequence[Codes]) -> _Counts:
    """The numbers that stand in enough texts."""
    numbers, places = np.unique(np.concatenate([np.zeros(0, np.int64), *texts]), return_counts=True)
    counts = np.zeros(len(numbers), np.int64)
    for text in texts:
        counts[np.searchsorted(numbers, np.unique(text))] += 1
    return _Counts(numbers, counts, places).kept(counts >= _LEAST_TEXTS)


def _names(works: Sequence[TokenisedWork]) -> Codes:
    """The pieces that mostly belong to names."""
    size = max(int(work.ids.max()) for work in works) + 1
    named, total = np.zeros(size), np.zeros(size)
    for work in works:
        named += np.bincount(work.ids[work.names], minlength=size)
        total += np.bincount(work.ids, minlength=size)
    return np.nonzero(named > _NAME_SHARE * total)[0]


def _block(texts: Sequence[Codes], counts: _Counts, saturation: float) -> _Block:
    rarity = (np.log((1 + len(texts)) / (1 + counts.texts)) + 1).astype(np.float32)
    lengths = _lengths(_weighted(texts, counts.numbers, rarity, saturation))
    repeats = (counts.places / counts.texts).astype(np.float32)
    presence = (counts.texts / len(texts)).astype(np.float32)
    return _Block(counts.numbers, rarity, presence, repeats, max(float(np.median(lengths)), 1e-9))


def _normalised(texts: Sequence[Codes], blocks: Sequence[_Block], saturation: float) -> sp.csr_matrix:
    """Which features each text holds, rarer ones weighing more, both blocks of a text at length 1."""
    parts = []
    for block in blocks:
        matrix = _weighted(texts, block.features, block.rarity, saturation)
        parts.append(sp.diags((1 / np.maximum(_lengths(matrix), 1e-9)).astype(np.float32)) @ matrix)
    return sp.hstack(parts).tocsr()


def _lengths(matrix: sp.csr_matrix) -> NDArray[np.floating]:
    lengths: NDArray[np.floating] = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return lengths


def _weighted(texts: Sequence[Codes], features: Codes, rarity: Scores, saturation: float) -> sp.csr_matrix:
    """The weight of every feature that a text holds, shape `(texts, features)`."""
    paired = len(features) and features[0] >= FIRST_PAIR
    columns, counts = [], []
    for text in texts:
        held, count = np.unique(pair_codes(text) if paired else text, return_counts=True)
        found = np.searchsorted(features, held)
        known = np.isin(held, features, assume_unique=True)
        columns.append(found[known].astype(np.int32))
        counts.append(count[known])
    pointers = np.cumsum([0, *map(len, columns)])
    column, often = np.concatenate(columns), np.concatenate(counts)
    values = rarity[column] * saturated(often, saturation)
    return sp.csr_matrix((values, column, pointers), shape=(len(texts), len(features)))
