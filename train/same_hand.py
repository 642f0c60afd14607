"""`python -m train.same_hand --data DIR --out FOLDER [--years CSV]`: fit what compares two texts.

FOLDER is a model with a cohort (`train.cohort`). Four times a quarter of all authors is held back: a cohort
and a space are fitted to the others, and pairs of the held-back authors' works, as many by one as by two of
one time, choose how likenesses are weighed and calibrated at each two lengths. Then the space is fitted to
everything and written as `same_hand.safetensors`.
"""

import hashlib
import logging
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from transformers import PreTrainedTokenizerFast

from authorship.commandline import run
from authorship.models.cohort import Cohort
from authorship.same_hand.grams import Spelling
from authorship.same_hand.measure import LENGTHS, PASSAGE, SAME_HAND_FILE, SameHand, Scale, Vector
from train.config import SameHandArguments, parse_options
from train.data.sources import DataError
from train.linear.hand_space import Passages, choose_grams, fit_space
from train.linear.piece_model import fit_cohort
from train.training.stage import training_works, unlabelled_works
from train.training.tokens import TokenisedWork

logger = logging.getLogger(__name__)
_FOLDS = 4
_FEWEST_TOKENS = 15_000  # of an author of the cohort
_APART = 10  # years between two works "of one time"
_PAIRS = 15  # of one author's works
_DRAWS = 4  # of each pair, at other places
_QUANTILES = np.linspace(0, 1, 41)
_BATCH = 200


@dataclass(slots=True)
class Folders:
    """Where the data lie, and the model whose tokenizer reads them."""

    data: Path
    out: Path


@dataclass(frozen=True, slots=True)
class Pairs:
    """Runs of passages, `begins` to `ends` `(pairs, 2)`; whether one author wrote both, `same` `(pairs,)`."""

    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    same: NDArray[np.bool_]


def draw_pairs(
    read: Passages, sizes: tuple[int, int], years: dict[tuple[str, str], int], draws: int = _DRAWS
) -> Pairs:
    """As many pairs of different works by one author as by two of one time, of so many passages each.

    Where `years` does not tell a work's time, it is of the time of every other.
    """
    generator = np.random.default_rng(0)
    lengths = np.diff(read.bounds)
    same, different = _candidates(read.works, lengths, sizes, years, generator)
    rows = []
    for turn in range(draws * len(same)):
        for pool in (same, different):
            first, second = pool[turn % len(pool)]
            fits = [
                lengths[one] >= sizes[0] and lengths[two] >= sizes[1] for one, two in _ways(first, second)
            ]
            if not fits[0] or (fits[1] and generator.random() < 0.5):
                first, second = second, first
            places = [
                int(read.bounds[work] + generator.integers(lengths[work] - size + 1))
                for work, size in zip((first, second), sizes, strict=True)
            ]
            rows.append((*places, pool is same))
    begins = np.array([row[:2] for row in rows], dtype=np.int64)
    ends = begins + np.array(sizes, dtype=np.int64)
    return Pairs(begins, ends, np.array([row[2] for row in rows], dtype=np.bool_))


def _ways(first: int, second: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (first, second), (second, first)


def _candidates(
    works: Sequence[TokenisedWork],
    lengths: NDArray[np.int64],
    sizes: tuple[int, int],
    years: dict[tuple[str, str], int],
    generator: np.random.Generator,
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The pairs of works that are long enough, by one author and by two."""
    by_author: dict[str, list[tuple[int, int]]] = {}
    different = []
    for pair in combinations(range(len(works)), 2):
        if min(lengths[list(pair)]) < min(sizes) or max(lengths[list(pair)]) < max(sizes):
            continue
        one, two = (works[place] for place in pair)
        if one.author == two.author:
            by_author.setdefault(one.author, []).append(pair)
        elif _of_one_time(one, two, years):
            different.append(pair)
    same = []
    for pairs in by_author.values():
        generator.shuffle(pairs)
        same += [(int(first), int(second)) for first, second in pairs[:_PAIRS]]
    generator.shuffle(different)
    if not same or not different:
        raise DataError("Too few works of enough length: several by each of several authors are needed.")
    return same, [(int(first), int(second)) for first, second in different]


def _of_one_time(one: TokenisedWork, two: TokenisedWork, years: dict[tuple[str, str], int]) -> bool:
    first, second = (years.get((_plain(work.author), work.title)) for work in (one, two))
    return first is None or second is None or abs(first - second) <= _APART


def _plain(author: str) -> str:
    return author.removeprefix("unlabelled ")


def read_years(file: Path | None) -> dict[tuple[str, str], int]:
    """When works were written, from a table with the columns author, title, year."""
    if file is None:
        return {}
    table = pd.read_csv(file, dtype=str).dropna(subset=["author", "title", "year"])
    table = table[table["year"].str.fullmatch(r"\d{4}")]
    return {
        (author, title): int(year)
        for author, title, year in zip(table["author"], table["title"], table["year"], strict=True)
    }


@dataclass(frozen=True, slots=True)
class Reading:
    """Works' whole passages, and the beginnings of them that make the shortest texts."""

    whole: Passages
    short: Passages

    @classmethod
    def of(cls, works: Sequence[TokenisedWork], measure: SameHand, names: bool = True) -> "Reading":
        """The works' passages in the measure's features."""
        cohort, space = measure.cohort, measure.gram_space
        grams = space.grams if space else None
        longest = PASSAGE * LENGTHS[0] // LENGTHS[1]
        whole = Passages.of(works, cohort, grams, names=names)
        return cls(whole, Passages.of(works, cohort, grams, longest, names))


def pair_likenesses(
    measure: SameHand,
    read: Reading,
    lengths: tuple[int, int],
    years: dict[tuple[str, str], int],
    draws: int = _DRAWS,
) -> tuple[Vector, NDArray[np.bool_], Pairs]:
    """How alike pairs of so many characters are, `(pairs, likenesses)`, which are by one hand, and they."""
    sizes = tuple(max(round(length / LENGTHS[1]), 1) for length in lengths)
    pairs = draw_pairs(read.whole, (sizes[0], sizes[1]), years, draws)
    sides = [read.short if length == LENGTHS[0] else read.whole for length in lengths]
    found = []
    for start in range(0, len(pairs.same), _BATCH):
        rows = slice(start, start + _BATCH)
        first, second = (
            side.means(pairs.begins[rows, place], pairs.ends[rows, place]) - measure.centre
            for place, side in enumerate(sides)
        )
        found.append(measure.likenesses(first, second))
    return np.concatenate(found), pairs.same, pairs


Likenesses = dict[tuple[int, int], list[tuple[Vector, NDArray[np.bool_]]]]
"""By places of two lengths in `LENGTHS`: how alike pairs are, and which are by one hand."""


def fit_scale(found: Likenesses) -> Scale:
    """Weights and usual ratios at every two lengths."""
    shape = (len(LENGTHS), len(LENGTHS))
    likenesses = next(iter(found.values()))[0][0].shape[1]
    weights = np.zeros((*shape, likenesses + 1), np.float32)
    same, different = (np.zeros((*shape, len(_QUANTILES)), np.float32) for _ in range(2))
    for (row, column), parts in found.items():
        alike, truth = (np.concatenate(part) for part in zip(*parts, strict=True))
        model = LogisticRegression(C=100.0).fit(alike, truth)
        chosen = np.append(model.coef_[0], model.intercept_[0]).astype(np.float32)
        ratios = alike @ chosen[:-1] + chosen[-1]
        for place in ((row, column), (column, row)):
            weights[place] = chosen
            same[place] = np.quantile(ratios[truth], _QUANTILES)
            different[place] = np.quantile(ratios[~truth], _QUANTILES)
        area = roc_auc_score(truth, ratios)
        logger.warning(
            "%d against %d characters: %s, AUC %.3f of %d pairs",
            LENGTHS[row], LENGTHS[column], chosen.round(2), area, len(truth),
        )  # fmt: skip
    return Scale(weights, same, different)


_UNSCALED = Scale(*(np.zeros((len(LENGTHS), len(LENGTHS), size), np.float32) for size in (4, 1, 1)))


def fold_of(author: str) -> int:
    """In which fit an author is held back; the same for every corpus."""
    return int(hashlib.sha256(_plain(author).encode()).hexdigest(), 16) % _FOLDS


def held_back_likenesses(
    works: Sequence[TokenisedWork], tokenizer: PreTrainedTokenizerFast, years: dict[tuple[str, str], int]
) -> Likenesses:
    """How alike pairs are by authors of each fold, compared by what was fitted to the others."""
    found: Likenesses = {}
    for fold in range(_FOLDS):
        logger.warning("Fitting without the authors of fold %d of %d.", fold + 1, _FOLDS)
        others = [work for work in works if fold_of(work.author) != fold]
        measure = fit_measure(others, tokenizer, fit_cohort(_cohort_works(others)), _UNSCALED)
        read = Reading.of([work for work in works if fold_of(work.author) == fold], measure)
        for row, column in zip(*np.tril_indices(len(LENGTHS)), strict=True):
            lengths = LENGTHS[row], LENGTHS[column]
            alike, truth, _ = pair_likenesses(measure, read, lengths, years)
            found.setdefault((int(row), int(column)), []).append((alike, truth))
    return found


def fit_measure(
    works: Sequence[TokenisedWork], tokenizer: PreTrainedTokenizerFast, cohort: Cohort, scale: Scale
) -> SameHand:
    """The measure of the works' authors over a cohort, by a scale."""
    grams = choose_grams(works, Spelling.of(tokenizer))
    spaces = fit_space(Passages.of(works, cohort, grams), cohort, grams)
    return SameHand(tokenizer, cohort, spaces[0], scale, spaces[1])


def _cohort_works(works: Sequence[TokenisedWork]) -> list[TokenisedWork]:
    tokens = Counter[str]()
    for work in works:
        tokens[work.author] += len(work.ids)
    return [work for work in works if tokens[work.author] > _FEWEST_TOKENS]


def main(argv: Sequence[str] | None = None) -> int:
    """Fit the scale on authors held back, the space on all."""
    arguments = parse_options(SameHandArguments, argv)
    out = Path(arguments.out)
    cohort = Cohort.load(out, ())
    if cohort is None:
        raise DataError(f"{out} has no cohort: fit one with `python -m train.cohort`.")
    tokenizer = PreTrainedTokenizerFast.from_pretrained(out)
    folders = Folders(Path(arguments.data), out)
    years = read_years(arguments.years)
    works = training_works(frozenset(), tokenizer, folders) + unlabelled_works(tokenizer, folders)
    scale = fit_scale(held_back_likenesses(works, tokenizer, years))
    fit_measure(works, tokenizer, cohort, scale).save(out)
    print(f"Wrote {out / SAME_HAND_FILE}.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(run(main, quiet=False))
