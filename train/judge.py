"""`python -m train.judge --data DIR --negatives DIR --out FOLDER...`: fit the judge of what is no such prose.

Period prose is DATA's `train_data.csv` and, where there is one, `unlabelled_data.csv`. The negatives are text
files `KIND/SOURCE/NAME.txt`, as many crops of each kind. Every figure and limit is of texts whose authors or
sources the measuring judge has not seen, in turns. FOLDER is a model's: it gets `judge.safetensors`.
"""

import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from hashlib import md5
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from authorship.commandline import run
from authorship.text.judge import JUDGE_FILE, Judge, Measures
from authorship.text.ngrams import (
    FEATURES,
    FOUR_GRAMS,
    PAIRS,
    SYMBOLS,
    WORDS,
    four_grams,
    hashed_ngrams,
    hashed_words,
    to_symbols,
)
from train.config import JudgeArguments, parse_options
from train.data.csv_files import TRAIN_FILE, UNLABELLED_FILE, read_excerpts
from train.data.sources import DataError

LENGTHS = (200, 300, 700, 1_500, 2_500)
# The shares of period prose above the limits of surprise, strange pairs, repeated, signs, modern, by length.
SHARES = {
    200: (0.001, 0.001, 0.0005, 0.001, 0.015),
    300: (0.001, 0.001, 0.0005, 0.001, 0.01),
    700: (0.0005, 0.0005, 0.0005, 0.0005, 0.006),
    1_500: (0.0003, 0.0003, 0.0003, 0.0003, 0.003),
    2_500: (0.0003, 0.0003, 0.0003, 0.0003, 0.002),
}
_FOLDS = 4
_CROPS, _OTHER_CROPS = 80, 20  # of each author and length: of the known authors, of the others
_NEGATIVES = 1_200  # of each kind
_COMMON = 1_000  # times in all of the prose
_LEAST_PAIRS = 2
_AGAINST_CHANCE = 0.5
_STRENGTH = 30.0
_LEAST_REPEATED = 0.3

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, its kind ("" for period prose), and the fold of its author or source.

    `known` is true of prose by the authors that the models know: it is they who must not be called outside.
    """

    text: str
    kind: str
    fold: int
    known: bool = False


def fold_of(group: str) -> int:
    """The fold of an author or a source, the same in every run."""
    return int(md5(group.encode()).hexdigest(), 16) % _FOLDS


def prose_crops(prose: pd.DataFrame, generator: np.random.Generator, known: bool) -> list[Sample]:
    """As many crops of each author and length."""
    found, count = [], _CROPS if known else _OTHER_CROPS
    for writer, excerpts in prose.groupby("writer")["text"]:
        texts = excerpts.to_list()
        for length in LENGTHS:
            chosen = generator.integers(len(texts), size=count)
            found += [
                Sample(crop(texts[i], length, generator), "", fold_of(str(writer)), known) for i in chosen
            ]
    return found


def negative_crops(folder: Path, generator: np.random.Generator) -> list[Sample]:
    """`_NEGATIVES` crops of each kind, its sources alike often.

    Raises:
        DataError: the folder holds no text.
    """
    files = sorted(folder.glob("*/*/*.txt"))
    if not files:
        raise DataError(f"{folder} holds no KIND/SOURCE/NAME.txt: give texts that are no period prose.")
    found = []
    for kind, of_kind in groupby(files, key=lambda file: file.parts[-3]):
        sources = [list(group) for _, group in groupby(of_kind, key=lambda file: file.parts[-2])]
        texts = [[file.read_text(encoding="utf-8") for file in source] for source in sources]
        for _ in range(_NEGATIVES):
            source = int(generator.integers(len(sources)))
            weights = np.array([len(text) for text in texts[source]], float)
            text = texts[source][int(generator.choice(len(weights), p=weights / weights.sum()))]
            length = int(generator.choice(LENGTHS))
            group = "/".join(sources[source][0].parts[-3:-1])
            found.append(Sample(crop(text, length, generator), kind, fold_of(group)))
    return found


def crop(text: str, length: int, generator: np.random.Generator) -> str:
    """So many characters from anywhere in a text, or the whole of a shorter one."""
    start = int(generator.integers(max(len(text) - length, 0) + 1))
    return text[start : start + length]


@dataclass(frozen=True, slots=True)
class Counted:
    """How often period prose of each fold has each four symbols, each hashed word and pair of words.

    `expected` `(PAIRS,)` is how often a pair would stand in all of it if words followed each other by chance.
    """

    four_grams: Counts
    words: Counts
    pairs: Counts
    expected: NDArray[np.float32]

    def without(self, fold: int | None) -> "Counted":
        """The counts of all other folds, shape `(1, ...)`; of all folds for None."""
        kept = [number for number in range(_FOLDS) if number != fold]
        share = self.words[kept].sum() / self.words.sum()
        return Counted(
            self.four_grams[kept].sum(axis=0),
            self.words[kept].sum(axis=0),
            self.pairs[kept].sum(axis=0),
            self.expected * np.float32(share),
        )


def count_prose(prose: pd.DataFrame) -> Counted:
    """Count every excerpt, fold by fold."""
    four, single, pairs = (np.zeros((_FOLDS, size), np.int64) for size in (FOUR_GRAMS, WORDS, PAIRS))
    counted = Counted(four, single, pairs, np.zeros(PAIRS, np.float32))
    for writer, excerpts in tqdm(prose.groupby("writer")["text"], desc="period prose"):
        symbols, fold = to_symbols("\n".join(excerpts)), fold_of(str(writer))
        words = hashed_words(symbols)
        found = (four_grams(symbols), words.single, words.pairs)
        for counts, numbers in zip((counted.four_grams, counted.words, counted.pairs), found, strict=True):
            counts[fold] += np.bincount(numbers, minlength=counts.shape[1])
    once = counted.words.sum(axis=0).astype(np.float32)
    for _, excerpts in tqdm(prose.groupby("writer")["text"], desc="pairs by chance"):
        words = hashed_words(to_symbols("\n".join(excerpts)))
        chance = once[words.single[:-1]] * once[words.single[1:]] / once.sum()
        np.maximum.at(counted.expected, words.pairs, chance)
    return counted


def surprise_table(counts: Counts) -> NDArray[np.uint8]:
    """Sixteenths of a bit for each four symbols, by Witten and Bell's interpolation of shorter contexts."""
    fours = counts.reshape((SYMBOLS,) * 4).astype(np.float64)
    threes = fours.sum(axis=0)
    twos = threes.sum(axis=0)
    probabilities = np.full(SYMBOLS, 1 / SYMBOLS)
    for table in (twos.sum(axis=0), twos, threes, fours):
        seen, kinds = table.sum(axis=-1, keepdims=True), (table > 0).sum(axis=-1, keepdims=True)
        mixed = (table + kinds * probabilities) / np.maximum(seen + kinds, 1)
        probabilities = np.where(seen > 0, mixed, probabilities)
    bits: NDArray[np.uint8] = np.round(-16 * np.log2(probabilities)).clip(0, 255).astype(np.uint8)
    return bits.ravel()


def bits(counts: Counts, least: NDArray[np.float32] | int) -> NDArray[np.uint8]:
    """One bit for each number, set where it was counted at least so often."""
    return np.packbits(counts >= least, bitorder="little")


def to_matrix(samples: Sequence[Sample]) -> sp.csr_matrix:
    """The n-grams that each text holds, rows of length 1."""
    rows = [hashed_ngrams(to_symbols(sample.text)) for sample in tqdm(samples, desc="n-grams")]
    sizes = np.array([len(row) for row in rows])
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
    places = np.concatenate([[0], np.cumsum(sizes)])
    return sp.csr_matrix((values, np.concatenate(rows).astype(np.int32), places), (len(rows), FEATURES))


def check_folds(samples: Sequence[Sample]) -> None:
    """Refuse what leaves nothing to fit to when a fold is left out.

    Raises:
        DataError: all authors or all sources are in one fold.
    """
    for prose in (True, False):
        if len({sample.fold for sample in samples if prose != bool(sample.kind)}) < 2:
            raise DataError("Too few authors or sources to measure on some not seen: give ten of each.")


def fit_judge(counted: Counted, matrix: sp.csr_matrix, samples: Sequence[Sample], fold: int | None) -> Judge:
    """A judge without limits, which has seen nothing of a fold."""
    chosen = np.array([sample.fold != fold for sample in samples])
    other = np.array([bool(sample.kind) for sample in samples])[chosen]
    model = LogisticRegression(C=_STRENGTH, max_iter=60, class_weight="balanced").fit(matrix[chosen], other)
    kept = counted.without(fold)
    return Judge(
        surprise=surprise_table(kept.four_grams),
        common=bits(kept.words, _COMMON),
        pairs=bits(kept.pairs, np.maximum(_AGAINST_CHANCE * kept.expected, _LEAST_PAIRS)),
        modern=model.coef_[0].astype(np.float16),
        intercept=model.intercept_.astype(np.float32),
        lengths=np.array(LENGTHS, np.float32),
        limits=np.full((len(LENGTHS), 5), np.inf, np.float32),
    )


def choose_limits(samples: Sequence[Sample], measured: Sequence[Measures]) -> NDArray[np.float32]:
    """What the shares `SHARES` of the known authors' prose exceed, shape `(lengths, 5)`."""
    rows = []
    for length in LENGTHS:
        values = np.array(
            [
                astuple(measures)
                for sample, measures in zip(samples, measured, strict=True)
                if sample.known and len(sample.text) == length
            ]
        )
        rows.append(
            [np.quantile(column, 1 - share) for column, share in zip(values.T, SHARES[length], strict=True)]
        )
    limits = np.array(rows, np.float32)
    limits[:, 2] = np.maximum(limits[:, 2], _LEAST_REPEATED)
    return limits


def _to_table(samples: Sequence[Sample], measured: Sequence[Measures], judge: Judge) -> str:
    """The share of each kind that lies above the limits, length by length, and by which measure."""
    names = [field.name for field in fields(Measures)]
    lines = [f"{'kind':14}{'length':>7}{'texts':>7}{'outside':>9}" + "".join(f"{name:>15}" for name in names)]
    for kind in sorted({sample.kind for sample in samples}):
        for shortest, longest in zip((0, *LENGTHS), LENGTHS, strict=False):
            exceeded = [
                measures.exceeded(judge.limits_at(len(sample.text)))
                for sample, measures in zip(samples, measured, strict=True)
                if sample.kind == kind and shortest < len(sample.text) <= longest
            ]
            if exceeded:
                shares = [np.mean([name in one for one in exceeded]) for name in names]
                outside = np.mean([bool(one) for one in exceeded])
                lines.append(
                    f"{kind or 'period prose':14}{longest:7}{len(exceeded):7}{outside:9.3f}"
                    + "".join(f"{share:15.3f}" for share in shares)
                )
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Fit in turns to choose the limits, then on everything."""
    arguments = parse_options(JudgeArguments, argv)
    generator = np.random.default_rng(arguments.seed)
    known, others = Path(arguments.data) / TRAIN_FILE, Path(arguments.data) / UNLABELLED_FILE
    frames = [read_excerpts(file) for file in (known, others) if file.is_file()]
    samples = negative_crops(Path(arguments.negatives), generator)
    for frame, name in zip(frames, (known, others), strict=False):
        samples += prose_crops(frame, generator, name == known)
    check_folds(samples)
    counted, matrix = count_prose(pd.concat(frames)), to_matrix(samples)
    measured: list[Measures | None] = [None] * len(samples)
    for fold in tqdm(range(_FOLDS), desc="folds"):
        judge = fit_judge(counted, matrix, samples, fold)
        for index, sample in enumerate(samples):
            if sample.fold == fold:
                measured[index] = judge.measure(sample.text)
    seen = [measures for measures in measured if measures is not None]
    final = fit_judge(counted, matrix, samples, None)
    final.limits[:] = choose_limits(samples, seen)
    for folder in arguments.out:
        final.save(Path(folder))
        print(f"Wrote {Path(folder) / JUDGE_FILE}.", file=sys.stderr)
    print(_to_table(samples, seen, final))
    return 0


if __name__ == "__main__":
    sys.exit(run(main, quiet=False))
