"""How well the shipped pair's certainty holds at other lengths than those it was trained on.

`python -m bench.lengths --data data/test_data.csv [--bundle REF ...] [--most 5000]` cuts a file's works into
texts of 300 to 10,000 characters, at most so many of each length, and prints for each model how many there
are and of them the share right, the expected calibration error, the share refused, and the share of such
texts that the page says are right.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from authorship.commandline import positive, run
from authorship.engines.choice import compile_bundle
from authorship.models.source import default_reference, open_bundle
from train.data.csv_files import read_excerpts
from train.evaluation.calibrate import cut_texts
from train.evaluation.metrics import expected_calibration_error
from train.training.validation import excerpt_logits

LENGTHS = (300, 700, 1_500, 2_500, 10_000)


def main(argv: Sequence[str] | None = None) -> int:
    """Print a line for each bundle and length."""
    parser = argparse.ArgumentParser(prog="python -m bench.lengths", description=__doc__)
    both = [default_reference("teacher"), default_reference("student")]
    parser.add_argument("--data", type=Path, required=True, metavar="CSV")
    parser.add_argument("--bundle", nargs="+", default=both, metavar="REF")
    parser.add_argument("--most", type=positive, default=5_000, metavar="TEXTS")
    options = parser.parse_args(argv)
    excerpts = read_excerpts(options.data)
    print(f"{'characters':>10}{'texts':>7}{'right':>8}{'error':>8}{'refused':>9}{'said right':>12}  model")
    for reference in options.bundle:
        bundle = compile_bundle(open_bundle(reference))
        labels = {author.key: author.label_id for author in bundle.authors}
        known = excerpts.assign(label=excerpts["writer"].map(labels)).dropna(subset="label")
        for length in LENGTHS:
            texts, truth = cut_texts(known, length, options.most, seed=1)
            logits, calibration = excerpt_logits(bundle, texts), bundle.calibration
            lengths = np.full(len(texts), length)
            strange = calibration.strangeness(logits, lengths) > calibration.threshold_at(length)
            error = expected_calibration_error(calibration.probabilities(logits, length), truth)
            right = (logits.argmax(axis=1) == truth).mean()
            told = f"{calibration.share_right(length):>12.3f}"
            row = f"{length:>10,}{len(texts):>7,}{right:>8.3f}{error:>8.3f}{strange.mean():>9.3f}"
            print(f"{row}{told}  {reference}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
