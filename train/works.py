"""`python -m train.works --data DIR --held-out FOLDER... --out FOLDER...`: which works a text is nearest to.

Reads excerpts of every work of DATA's `train_data.csv` by each model in OUT and keeps the mean scores of each
work as `works.safetensors` (`authorship.models.known_works`). How scores are compared is chosen with models,
named after --held-out, that never saw the held-out works: the comparison by which the nearest of the other
works is most often by a held-out excerpt's author. `test_data.csv` chooses nothing; it is read last, to say
how often the nearest work is of the right author, and how often at each distance. With --measure-only that is
all that is done, with the works that the models in OUT have, and nothing is written.

Prints a JSON line for each model.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from authorship.commandline import run
from authorship.models.bundle import ModelBundle, load_bundle
from authorship.models.known_works import WORKS_FILE, KnownWorks
from train.config import WorksArguments, parse_options
from train.data.csv_files import TEST_FILE, TRAIN_FILE, read_excerpts
from train.data.sources import DataError
from train.data.split import held_out_works, split_frame
from train.training.validation import compiled_for, excerpt_logits

READ_PER_WORK = 12
_BINS = 12
_HELD_OUT_PER_WORK = 25
_EMPTY = np.zeros(0, dtype=np.float32)

Logits = NDArray[np.float64]


def spread(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """At most `most` excerpts of each work, at equal distances."""
    chosen: list[int] = []
    for _, work in frame.groupby(["writer", "book"], sort=True):
        taken = min(most, len(work))
        chosen += [int(work.index[int((place + 0.5) * len(work) / taken)]) for place in range(taken)]
    return frame.loc[chosen]


def plain(logits: Logits, _: NDArray[np.int64]) -> Logits:
    """Scores as they are."""
    return np.eye(logits.shape[1])


def whitened(ridge: float) -> Callable[[Logits, NDArray[np.int64]], Logits]:
    """Scores by how little they vary within works, so much of the mean variance added to each direction."""

    def turn(logits: Logits, work: NDArray[np.int64]) -> Logits:
        centred = logits - logits.mean(axis=1, keepdims=True)
        within = centred - _means(centred, work)[work]
        spread_of = within.T @ within / len(within)
        values, axes = np.linalg.eigh(spread_of)
        return np.asarray(axes / np.sqrt(np.maximum(values, 0) + ridge * values.mean()) @ axes.T)

    return turn


MEASURES: dict[str, Callable[[Logits, NDArray[np.int64]], Logits]] = {
    "plain": plain,
    "whitened, ridge 1": whitened(1.0),
    "whitened, ridge 0.1": whitened(0.1),
    "whitened, ridge 10": whitened(10.0),
}


def _means(rows: Logits, group: NDArray[np.int64]) -> Logits:
    """The mean row of each group, shape `(groups, columns)`."""
    sums = np.zeros((int(group.max()) + 1, rows.shape[1]))
    np.add.at(sums, group, rows)
    return np.asarray(sums / np.bincount(group)[:, None])


def known_works(frame: pd.DataFrame, logits: Logits, measure: str) -> KnownWorks:
    """The works of a frame's excerpts, `logits` `(excerpts, labels)`, compared by one of `MEASURES`."""
    work = frame.groupby(["writer", "book"], sort=True).ngroup().to_numpy(dtype=np.int64)
    names = sorted(set(zip(frame["writer"], frame["book"], strict=True)))
    turn = MEASURES[measure](logits, work).astype(np.float32)
    authors, titles = zip(*names, strict=True)
    return KnownWorks(authors, titles, _means(logits, work).astype(np.float32), turn, _EMPTY, _EMPTY)


def nearest_right(works: KnownWorks, frame: pd.DataFrame, logits: Logits) -> tuple[Logits, NDArray[np.bool_]]:
    """How far each excerpt is from the work nearest to it, and whether that is its author's."""
    apart = works.distances_of(logits)
    nearest = np.asarray(works.authors)[apart.argmin(axis=1)]
    return apart.min(axis=1), np.asarray(nearest == frame["writer"].to_numpy(), dtype=bool)


def with_shares(works: KnownWorks, apart: Logits, right: NDArray[np.bool_]) -> KnownWorks:
    """The works with how often the nearest is the author's at each distance: never more at a greater one."""
    bins = [rows for rows in np.array_split(np.argsort(apart, kind="stable"), _BINS) if len(rows)]
    places = np.array([apart[rows].mean() for rows in bins], dtype=np.float32)
    shares = np.minimum.accumulate([right[rows].mean() for rows in bins]).astype(np.float32)
    rising = np.concatenate([[True], np.diff(places) > 0])
    return replace(works, distances=places[rising], right=shares[rising], measured=len(right))


def choose_measure(bundle: ModelBundle, frame: pd.DataFrame) -> tuple[str, dict[str, float]]:
    """The measure that is best on the held-out works, which `bundle` has not seen, and each one's share."""
    kept, held_out = split_frame(frame, held_out_works(frame))
    kept, held_out = spread(kept, READ_PER_WORK), spread(held_out, _HELD_OUT_PER_WORK)
    if held_out.empty:
        raise DataError("No work can be held out: the data hold too few of each author.")
    ours, theirs = (_read(bundle, part, name) for part, name in ((kept, "works"), (held_out, "held out")))
    shares = {
        name: float(nearest_right(known_works(kept, ours, name), held_out, theirs)[1].mean())
        for name in MEASURES
    }
    return max(shares, key=lambda name: shares[name]), shares


def _read(bundle: ModelBundle, frame: pd.DataFrame, progress: str) -> Logits:
    return excerpt_logits(compiled_for(bundle, len(frame)), list(frame["text"]), progress)


def _known(bundle: ModelBundle, frame: pd.DataFrame) -> pd.DataFrame:
    """The excerpts of the bundle's authors."""
    return frame[frame["writer"].isin([author.key for author in bundle.authors])]


def _fit(bundle: ModelBundle, frame: pd.DataFrame, measure: str) -> KnownWorks:
    """The mean scores of every work of the bundle's authors in a frame."""
    chosen = spread(_known(bundle, frame), READ_PER_WORK)
    return known_works(chosen, _read(bundle, chosen, "works"), measure)


def measured(
    bundle: ModelBundle, works: KnownWorks, test: pd.DataFrame
) -> tuple[KnownWorks, dict[str, float | int]]:
    """The works with what `test` says of their distances, and the share of excerpts that came right."""
    known = _known(bundle, test)
    apart, right = nearest_right(works, known, _read(bundle, known, "test"))
    by_author = pd.Series(right).groupby(known["writer"].to_numpy()).mean()
    figures = {
        "excerpts": len(known),
        "works": len(works.titles),
        "nearest_right": round(float(right.mean()), 4),
        "mean_of_authors": round(float(by_author.mean()), 4),
    }
    return with_shares(works, apart, right), figures


def main(argv: Sequence[str] | None = None) -> int:
    """Choose, fit, measure and write; or only measure what is there."""
    arguments = parse_options(WorksArguments, argv)
    if not arguments.measure_only and len(arguments.held_out) != len(arguments.out):
        raise DataError("Name as many folders after --held-out as after --out, or --measure-only.")
    data = Path(arguments.data)
    test = read_excerpts(data / TEST_FILE)
    train = None if arguments.measure_only else read_excerpts(data / TRAIN_FILE)
    for place, out in enumerate(map(Path, arguments.out)):
        bundle = load_bundle(out)
        works, chosen = bundle.works, dict[str, object]()
        if train is not None:
            measure, shares = choose_measure(load_bundle(Path(arguments.held_out[place])), train)
            works, chosen = _fit(bundle, train, measure), {"measure": measure, "held_out": shares}
        if works is None:
            raise DataError(f"{out} has no {WORKS_FILE}: make it without --measure-only.")
        works, figures = measured(bundle, works, test)
        if train is not None:
            works.save(out)
            print(f"Wrote {out / WORKS_FILE}.", file=sys.stderr)
        print(json.dumps({"bundle": str(out), **figures, **chosen}, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run(main, quiet=False))
