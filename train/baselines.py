"""The n-gram baseline: `python -m train.baselines --data DIR --out DIR`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from authorship.commandline import run
from train.config import BaselineArguments, parse
from train.data import TEST_FILE, TRAIN_FILE, read_excerpts
from train.metrics import macro_f1
from train.ngrams import NgramModel, fit_ngrams, symbol_codes
from train.split import held_out_works, split_frame


def score(model: NgramModel, frame: pd.DataFrame) -> dict[str, float]:
    """Macro-F1 over the authors present and accuracy of the n-gram model by itself."""
    truth = frame["writer"].to_numpy(dtype=str)
    predicted = np.array([model.predict(symbol_codes(text)) for text in frame["text"]], dtype=str)
    accuracy = float((predicted == truth).mean())
    return {"macro_f1": macro_f1(truth, predicted), "accuracy": accuracy, "excerpts": len(frame)}


def main(argv: Sequence[str] | None = None) -> int:
    """Fit on all but the held-out works, write OUT/ngrams.npz; score on those and on test."""
    arguments = parse(BaselineArguments, argv)
    frame = read_excerpts(arguments.data / TRAIN_FILE)
    training, validation = split_frame(frame, held_out_works(frame))
    codes = [symbol_codes(text) for text in training["text"]]
    model = fit_ngrams(codes, list(training["writer"]), arguments.features)
    Path(arguments.out).mkdir(parents=True, exist_ok=True)
    model.save(Path(arguments.out) / "ngrams.npz")
    figures = {"held_out": score(model, validation)}
    if (arguments.data / TEST_FILE).is_file():
        figures["test"] = score(model, read_excerpts(arguments.data / TEST_FILE))
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
