"""`python -m train.cohort --data DIR --held-out FOLDER... --out FOLDER...`: fit what tells typical texts.

Fits the cohort of `authorship.models.cohort` to the authors of DATA's `train_data.csv` and to those of its
`unlabelled_data.csv` that have enough text. At each length a text may be as untypical as lets the model
refuse as many texts of held-out works as it refuses by its logits: the same price, for more of the unknown.
These limits are chosen with a cohort, and by models, that never saw the held-out works; every model in OUT
gets a cohort of all works as `cohort.safetensors`, and the limits in its `calibration.json`.
"""

import logging
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from authorship.commandline import run
from authorship.models.bundle import ModelBundle, load_bundle
from authorship.models.calibration import AtLength, Calibration
from authorship.models.cohort import COHORT_FILE, Cohort
from authorship.predict.predictor import LONG_TEXT
from train.config import CohortArguments, parse_options
from train.data.csv_files import TRAIN_FILE, excerpt_index, held_out_excerpts
from train.data.sources import DataError
from train.data.split import held_out_works
from train.evaluation.calibrate import LENGTHS, cut_texts
from train.linear.piece_model import fit_cohort
from train.training.stage import training_works, unlabelled_works
from train.training.validation import compiled_for, excerpt_logits, typicality

logger = logging.getLogger(__name__)
_FEWEST_TOKENS = 15_000  # of an author


@dataclass(slots=True)
class _Folders:
    data: Path
    out: Path


def _fit(bundle: ModelBundle, folders: _Folders, left_out: frozenset[tuple[str, str]]) -> Cohort:
    """The cohort of all authors with enough text, in the bundle's word pieces, without some works."""
    known = training_works(left_out, bundle.tokenizer, folders)
    others = unlabelled_works(bundle.tokenizer, folders)
    tokens = Counter[str]()
    for work in others:
        tokens[work.author] += len(work.ids)
    works = known + [work for work in others if tokens[work.author] > _FEWEST_TOKENS]
    logger.warning("Fitting a cohort of %d authors.", len({work.author for work in works}))
    return fit_cohort(works)


def choose_limits(bundle: ModelBundle, calibration: Calibration, held_out: pd.DataFrame) -> Calibration:
    """`calibration` with the least typicality at each length at which texts are read as one.

    `bundle` has a cohort; neither has seen the works of `held_out`, excerpts with the column `label`.
    """
    read = compiled_for(bundle, len(held_out))
    lengths = tuple(
        _with_limit(read, calibration, length, held_out) if length.characters < LONG_TEXT else length
        for length in calibration.lengths
    )
    return replace(calibration, lengths=lengths)


def _with_limit(
    bundle: ModelBundle, calibration: Calibration, length: AtLength, held_out: pd.DataFrame
) -> AtLength:
    texts, _ = cut_texts(held_out, length.characters, LENGTHS[length.characters])
    logits = excerpt_logits(bundle, texts, f"{length.characters} characters")
    lengths = np.full(len(texts), length.characters)
    refused = (calibration.strangeness(logits, lengths) > calibration.threshold_at(lengths)).mean()
    return replace(length, least_typical=float(np.quantile(typicality(bundle, texts, logits), refused)))


def main(argv: Sequence[str] | None = None) -> int:
    """Choose the limits on held-out works, then fit to everything."""
    arguments = parse_options(CohortArguments, argv)
    if len(arguments.held_out) != len(arguments.out):
        raise DataError("Name as many folders after --held-out as after --out.")
    folders = _Folders(Path(arguments.data), Path(arguments.out[0]))
    file = folders.data / TRAIN_FILE
    left_out = held_out_works(excerpt_index(file))
    measured, final = (load_bundle(Path(paths[0])) for paths in (arguments.held_out, arguments.out))
    cohort = _fit(measured, folders, left_out)
    excerpts = held_out_excerpts(file, left_out).assign(label=0)
    whole = _fit(final, folders, frozenset())
    for held_out, out in zip(map(Path, arguments.held_out), map(Path, arguments.out), strict=True):
        bundle = replace(load_bundle(held_out), cohort=cohort)
        chosen = choose_limits(bundle, Calibration.load(out), excerpts)
        whole.save(out)
        chosen.save(out)
        print(f"Wrote {out / COHORT_FILE} and the limits beside it.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(run(main, quiet=False))
