"""`python -m bench.same_hand_limits --data DIR --model FOLDER [--years CSV]`: what deceives the measure?

All but the imitations by the authors of DIR's `unknown_data.csv`, on whom nothing was fitted:

- two hands: 50,000 characters of one work against 10,000 of another by the same author, of which a quarter,
  a half, three quarters and all are replaced by as much of another author's;
- a chapter and the rest of its book: 10,000 characters of a work against the rest of it, and against the rest
  of a work by another author of the time;
- works by their length, whose kinds the corpus does not tell: AUC for pairs of an author's short works, of
  long ones, and of one of each, against pairs by two authors;
- imitations: our own pastiches (`page/examples`) against the works of those whom they imitate, in
  `train_data.csv`, and against those of the others imitated.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from authorship.same_hand.datamodels import Sample
from authorship.same_hand.measure import SameHand, Vector
from bench.same_hand import LENGTHS, Years
from page.examples import PASTICHES, example
from train.data.csv_files import TRAIN_FILE, UNKNOWN_FILE
from train.linear.hand_space import Passages
from train.same_hand import Folders, Reading, draw_pairs, pair_likenesses, read_years
from train.training.stage import tokenised_works

_PASSAGE = 2_500
_KNOWN, _DISPUTED = 20, 4  # passages
_LONG = 250_000  # characters of a novel, as opposed to a story
_DRAWS = 12
Scores = NDArray[np.float64]


def log_ratios(measure: SameHand, first: Vector, second: Vector, lengths: tuple[int, int]) -> Scores:
    """The log ratio of each pair of rows, texts of so many characters each."""
    weights = measure.scale.at(*lengths)[0]
    alike = measure.likenesses(first, second)
    ratios: Scores = (alike @ weights[:-1] + weights[-1]).astype(np.float64)
    return ratios


def told(ratios: Scores) -> str:
    """The middle log ratio, and what share of texts speak for one hand, for neither, and for two."""
    bound = float(np.log(2))
    one, two = (ratios >= bound).mean(), (ratios <= -bound).mean()
    return f"median {np.median(ratios):6.2f}  one {one:.2f}  neither {1 - one - two:.2f}  two {two:.2f}"


def two_hands(measure: SameHand, read: Passages, years: Years) -> list[str]:
    """A line for each share of the disputed text that is by another author."""
    pairs = draw_pairs(read, (_KNOWN, _DISPUTED), years, _DRAWS)
    begins = pairs.begins[pairs.same]
    works = np.searchsorted(read.bounds, begins, side="right") - 1
    authors = np.unique([work.author for work in read.works], return_inverse=True)[1][works[:, 0]]
    generator = np.random.default_rng(0)
    others = np.array([generator.choice(np.flatnonzero(authors != author)) for author in authors])
    centre, ends = measure.centre, begins[:, 1] + _DISPUTED
    known = read.means(begins[:, 0], begins[:, 0] + _KNOWN) - centre
    lines = []
    for strange in range(_DISPUTED + 1):
        mixed = np.zeros_like(known) - centre
        if strange < _DISPUTED:
            mixed += read.means(begins[:, 1], ends - strange) * (1 - strange / _DISPUTED)
        if strange:
            begin = begins[others, 1]
            mixed += read.means(begin, begin + strange) * (strange / _DISPUTED)
        ratios = log_ratios(measure, known, mixed, (_KNOWN * _PASSAGE, _DISPUTED * _PASSAGE))
        lines.append(f"{strange / _DISPUTED:4.0%} by another  {told(ratios)}")
    return lines


def chapters(measure: SameHand, read: Passages, years: Years) -> list[str]:
    """Own and strange chapters against the rest of a book."""
    generator, vectors = np.random.default_rng(0), read.features
    pairs = draw_pairs(read, (_KNOWN, _DISPUTED), years, _DRAWS)
    begins = pairs.begins[~pairs.same]
    works = np.searchsorted(read.bounds, begins, side="right") - 1
    own: list[float] = []
    strange: list[float] = []
    for (book, _), (_, begin) in zip(works, begins, strict=True):
        start, stop = int(read.bounds[book]), int(read.bounds[book + 1])
        place = int(generator.integers(start, stop - _DISPUTED + 1))
        total = np.asarray(vectors[start:stop].sum(axis=0)).ravel()
        chapter = np.asarray(vectors[place : place + _DISPUTED].sum(axis=0)).ravel()
        other = np.asarray(vectors[begin : begin + _DISPUTED].mean(axis=0)).ravel()
        rest = (total - chapter) / (stop - start - _DISPUTED) - measure.centre
        lengths = (stop - start - _DISPUTED) * _PASSAGE, _DISPUTED * _PASSAGE
        for found, part in ((own, chapter / _DISPUTED), (strange, other)):
            vector = (part - measure.centre)[None].astype(np.float32)
            found.append(float(log_ratios(measure, rest[None].astype(np.float32), vector, lengths)[0]))
    truth = np.repeat([True, False], [len(own), len(strange)])
    area = roc_auc_score(truth, [*own, *strange])
    return [f"its own  {told(np.array(own))}", f"strange  {told(np.array(strange))}  AUC {area:.3f}"]


def by_length(measure: SameHand, read: Reading, years: Years) -> list[str]:
    """The area under the curve by lengths of works, a line for each two lengths of texts."""
    long = np.array([len(work.codes) > _LONG for work in read.whole.works])
    lines = []
    for lengths in LENGTHS:
        alike, truth, pairs = pair_likenesses(measure, read, lengths, years, _DRAWS)
        weights = measure.scale.at(*lengths)[0]
        ratio = alike @ weights[:-1] + weights[-1]
        works = np.searchsorted(read.whole.bounds, pairs.begins, side="right") - 1
        novels = long[works].sum(axis=1)
        found = []
        for name, count in (("both short", 0), ("one of each", 1), ("both long", 2)):
            chosen = ~truth | (novels == count)
            if (truth & chosen).any():
                area = roc_auc_score(truth[chosen], ratio[chosen])
                found.append(f"{name} {area:.3f} ({(truth & chosen).sum()})")
        lines.append(f"{lengths[0]:6,} {lengths[1]:6,}  {', '.join(found)}")
    return lines


def imitations(measure: SameHand, folders: Folders) -> list[str]:
    """Each pastiche's log ratio with the works of all who are imitated."""
    works = [
        work
        for work in tokenised_works(TRAIN_FILE, measure.tokenizer, folders)
        if work.author.casefold() in PASTICHES
    ]
    read = Reading.of(works, measure).whole
    lines = []
    for name in PASTICHES:
        sample = measure.sample(example(name))
        said = []
        for author in PASTICHES:
            chosen = [at for at, work in enumerate(works) if work.author.casefold() == author]
            known = [
                Sample(vector, int(read.bounds[at + 1] - read.bounds[at]), len(works[at].codes))
                for at, vector in zip(chosen, _centred(measure, read, chosen), strict=True)
            ]
            said.append(f"{author} {measure.compare(known, sample).log_ratio:.2f}")
        lines.append(f"in the manner of {name}: {', '.join(said)}")
    return lines


def _centred(measure: SameHand, read: Passages, works: Sequence[int]) -> Vector:
    begins, ends = (read.bounds[np.array(works) + step] for step in (0, 1))
    return read.means(begins, ends) - measure.centre


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.same_hand_limits", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--years", type=Path)
    arguments = parser.parse_args(argv)
    measure, years = SameHand.load(arguments.model), read_years(arguments.years)
    folders = Folders(arguments.data, arguments.model)
    read = Reading.of(tokenised_works(UNKNOWN_FILE, measure.tokenizer, folders), measure)
    for title, lines in (
        ("Two hands in the disputed text", two_hands(measure, read.whole, years)),
        ("A chapter and the rest of the book", chapters(measure, read.whole, years)),
        ("By length of work", by_length(measure, read, years)),
        ("Imitations", imitations(measure, folders)),
    ):
        print("\n  ".join([title, *lines]), flush=True)


if __name__ == "__main__":
    main()
