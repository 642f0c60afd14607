"""`python -m bench.same_hand --data DIR --model FOLDER [--years CSV] [--drop-names]`: one hand or two?

Pairs of different works by the authors of DIR's `unknown_data.csv`, on whom nothing was fitted, as many by
one as by two of one time, at the lengths of the README. Beside the measure stand the field's references:
General Impostors (Koppel and Winter 2014, doi 10.1002/asi.22954) and Bootstrap Distance Imposters (Nagy 2024,
doi 10.1093/llc/fqae012), on 5,000 character 4-grams, with impostors from `train_data.csv` as long.
Told are the area under the curve with its 95 % interval by authors, the calibration error, and c@1 and F0.5u
as PAN measures them.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from authorship.same_hand.measure import SameHand
from train.data.csv_files import TRAIN_FILE, UNKNOWN_FILE
from train.linear.hand_space import Passages
from train.linear.ngram_features import gram_codes
from train.same_hand import Folders, Pairs, Reading, pair_likenesses, read_years
from train.training.stage import tokenised_works

LENGTHS = ((2_500, 2_500), (20_000, 2_500), (10_000, 10_000), (50_000, 50_000))
_GRAMS, _ROUNDS, _IMPOSTORS, _DRAWS, _APART = 5_000, 100, 25, 12, 10
Scores = NDArray[np.float64]
Years = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Trial:
    """Pairs with a score each, `truth` where one author wrote both, and the authors of the pairs."""

    score: Scores
    truth: NDArray[np.bool_]
    authors: NDArray[np.int64]

    def auc(self) -> str:
        """The area under the curve, with an interval from resampling authors."""
        value = roc_auc_score(self.truth, self.score)
        generator, found = np.random.default_rng(0), []
        names = np.unique(self.authors)
        for _ in range(500):
            counts = np.bincount(generator.choice(names, len(names)), minlength=names.max() + 1)
            weights = counts[self.authors].prod(axis=1)
            if min(weights[self.truth].sum(), weights[~self.truth].sum()) > 0:
                found.append(roc_auc_score(self.truth, self.score, sample_weight=weights))
        low, high = np.quantile(found, (0.025, 0.975))
        return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def calibration_error(probability: Scores, truth: NDArray[np.bool_], bins: int = 10) -> float:
    """The mean distance of what was said from what was so, over `bins` of equally many pairs."""
    order = np.array_split(np.argsort(probability), bins)
    return float(
        sum(len(part) * abs(probability[part].mean() - truth[part].mean()) for part in order) / len(truth)
    )


def c_at_1(probability: Scores, truth: NDArray[np.bool_]) -> float:
    """PAN's c@1: what is left open (0.5) counts as right as often as what is answered."""
    answered = np.abs(probability - 0.5) > 0.005
    right = ((probability > 0.5) == truth) & answered
    return float((right.sum() + (~answered).sum() * right.sum() / len(truth)) / len(truth))


def f_half_u(probability: Scores, truth: NDArray[np.bool_]) -> float:
    """PAN's F0.5u: precision above recall, what is left open counting as missed."""
    answered = np.abs(probability - 0.5) > 0.005
    said = (probability > 0.5) & answered
    hit = (said & truth).sum()
    missed = (truth & answered & ~said).sum() + (~answered).sum()
    return float(1.25 * hit / max(1.25 * hit + 0.25 * missed + (said & ~truth).sum(), 1))


def gram_frequencies(read: Passages, grams: NDArray[np.int64]) -> sp.csr_matrix:
    """How often each character 4-gram stands in each passage, `(passages, grams)`."""
    rows = []
    for number, work in enumerate(read.works):
        parts = int(read.bounds[number + 1] - read.bounds[number])
        starts = [int(work.starts[part[0]]) for part in np.array_split(np.arange(len(work.ids)), parts)]
        for part in np.split(np.asarray(work.codes), starts[1:]):
            codes = gram_codes(part.astype(np.int64), 4)
            places = np.minimum(np.searchsorted(grams, codes), len(grams) - 1)
            rows.append(sp.csr_matrix(np.bincount(places[grams[places] == codes], minlength=len(grams))))
    return sp.vstack(rows).tocsr().astype(np.float32)


def commonest_grams(read: Passages) -> NDArray[np.int64]:
    """The character 4-grams that stand most often in every fourth work."""
    codes = np.concatenate(
        [gram_codes(np.asarray(work.codes).astype(np.int64), 4) for work in read.works[::4]]
    )
    numbers, counts = np.unique(codes, return_counts=True)
    return np.sort(numbers[np.argsort(-counts, kind="stable")[:_GRAMS]])


def runs(table: sp.csr_matrix, begins: NDArray[np.int64], ends: NDArray[np.int64]) -> Scores:
    """The relative frequencies of runs of passages, `(runs, grams)`."""
    counts = np.stack(
        [np.asarray(table[begin:end].sum(axis=0)).ravel() for begin, end in zip(begins, ends, strict=True)]
    )
    shares: Scores = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares


def impostors(
    first: Scores, second: Scores, others: tuple[Scores, Scores], generator: np.random.Generator
) -> tuple[float, float]:
    """General Impostors' share of rounds won, and Bootstrap Distance Imposters' mean difference."""
    won, nearer = 0.0, 0.0
    for _ in range(_ROUNDS):
        chosen = generator.choice(len(first), len(first) // 2, replace=False)
        picked = generator.choice(len(others[0]), _IMPOSTORS, replace=False)
        one, two = first[chosen], second[chosen]
        among_second, among_first = others[1][picked][:, chosen], others[0][picked][:, chosen]
        own = _ruzicka(one, two[None])[0]
        ones, twos = _ruzicka(one, among_second), _ruzicka(two, among_first)
        won += own * own > (ones * twos).max()
        nearer += own - max(ones.max(), twos.max())
    return won / _ROUNDS, nearer / _ROUNDS


def _ruzicka(one: Scores, others: Scores) -> Scores:
    smaller, larger = (function(one, others).sum(axis=1) for function in (np.minimum, np.maximum))
    alike: Scores = smaller / np.maximum(larger, 1e-12)
    return alike


def references(
    pairs: Pairs, tables: tuple[sp.csr_matrix, sp.csr_matrix], bounds: NDArray[np.int64]
) -> tuple[Scores, Scores]:
    """Both references' scores of all pairs; impostors are runs as long, by other authors."""
    generator = np.random.default_rng(0)
    sides = [runs(tables[0], pairs.begins[:, side], pairs.ends[:, side]) for side in range(2)]
    others = []
    for side in range(2):
        size = int(pairs.ends[0, side] - pairs.begins[0, side])
        works = [work for work in range(len(bounds) - 1) if bounds[work + 1] - bounds[work] >= size]
        begins = np.array(
            [
                generator.integers(bounds[work], bounds[work + 1] - size + 1)
                for work in generator.choice(works, 150)
            ]
        )
        others.append(runs(tables[1], begins, begins + size))
    found = [impostors(one, two, (others[0], others[1]), generator) for one, two in zip(*sides, strict=True)]
    won, nearer = np.array(found).T
    return won, nearer


def by_time(
    ratio: Scores,
    truth: NDArray[np.bool_],
    works: Sequence[tuple[str, str]],
    pairs: NDArray[np.int64],
    years: Years,
) -> str:
    """The area under the curve for one author's works of one time, and of times far apart."""
    apart = np.array([_apart(works[first], works[second], years) for first, second in pairs])
    told = []
    for name, chosen in ((f"within {_APART} years", apart <= _APART), (f"over {_APART}", apart > _APART)):
        kept = ~truth | chosen
        if (truth & chosen).any():
            told.append(f"{name} {roc_auc_score(truth[kept], ratio[kept]):.3f} ({(truth & chosen).sum()})")
    return ", ".join(told)


def _apart(first: tuple[str, str], second: tuple[str, str], years: Years) -> float:
    if first not in years or second not in years:
        return float("nan")
    return abs(years[first] - years[second])


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.same_hand", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--years", type=Path)
    parser.add_argument("--drop-names", action="store_true", help="leave names out of both texts")
    parser.add_argument(
        "--no-references", action="store_true", help="without the impostors' methods, which take minutes"
    )
    arguments = parser.parse_args(argv)
    measure = SameHand.load(arguments.model)
    folders = Folders(arguments.data, arguments.model)
    years = read_years(arguments.years)
    works = tokenised_works(UNKNOWN_FILE, measure.tokenizer, folders)
    read = Reading.of(works, measure, names=not arguments.drop_names)
    authors = np.unique([work.author for work in works], return_inverse=True)[1]
    if not arguments.no_references:
        train = Passages.of(tokenised_works(TRAIN_FILE, measure.tokenizer, folders)[::2], measure.cohort)
        grams = commonest_grams(train)
        tables = gram_frequencies(read.whole, grams), gram_frequencies(train, grams)
    for lengths in LENGTHS:
        alike, truth, pairs = pair_likenesses(measure, read, lengths, years, _DRAWS)
        weights = measure.scale.at(*lengths)[0]
        ratio = (alike @ weights[:-1] + weights[-1]).astype(np.float64)
        compared = np.searchsorted(read.whole.bounds, pairs.begins, side="right") - 1
        probability = 1 / (1 + np.exp(-ratio))
        area = Trial(ratio, truth, authors[compared]).auc()
        print(
            f"{lengths[0]:6,} {lengths[1]:6,} {len(truth):5} pairs  AUC {area}"
            f"  calibration {calibration_error(probability, truth):.3f}  c@1 {c_at_1(probability, truth):.3f}"
            f"  F0.5u {f_half_u(probability, truth):.3f}",
            flush=True,
        )
        titles = [(work.author, work.title) for work in works]
        print(f"{'':14}one author's works {by_time(ratio, truth, titles, compared, years)}", flush=True)
        if not arguments.no_references:
            won, nearer = references(pairs, tables, train.bounds)
            for name, score in (("General Impostors", won), ("Bootstrap Distance", nearer)):
                print(f"{'':14}{name:20} AUC {Trial(score, truth, authors[compared]).auc()}", flush=True)


if __name__ == "__main__":
    main()
