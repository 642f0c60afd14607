"""What a linear model reaches on excerpts, measured as the pair is."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from authorship.calibration import Calibration
from train.additive import AdditiveModel, Codes
from train.calibrate import best_temperature
from train.data import TEST_FILE, UNKNOWN_FILE, read_excerpts
from train.evaluation import Evaluation, figures
from train.validation import ScoredExcerpts, with_truth

Read = Callable[[str], Codes]


def score_frame(model: AdditiveModel, read: Read, frame: pd.DataFrame) -> ScoredExcerpts:
    """The margins of the excerpts whose writers the model knows; `read` makes a text the model's units."""
    known = frame[frame["writer"].isin(model.keys)]
    started = time.perf_counter()
    margins = [model.margins(read(text)) for text in known["text"]]
    seconds = time.perf_counter() - started
    return with_truth(np.array(margins, dtype=np.float64), known, model.keys, seconds)


def honest_temperature(model: AdditiveModel, read: Read, validation: pd.DataFrame) -> float:
    """What the margins are to be divided by for a softmax that is honest on the held-out works."""
    return best_temperature(score_frame(model, read, validation)) if len(validation) else 1.0


def measure(
    name: str, model: AdditiveModel, read: Read, data: Path, frame: pd.DataFrame, part: str
) -> Evaluation:
    """The contract's figures of a linear model, its energy as the sign of unknown authors."""
    others = None
    if part == TEST_FILE and (data / UNKNOWN_FILE).is_file():
        texts = read_excerpts(data / UNKNOWN_FILE)["text"]
        margins = np.array([model.margins(read(text)) for text in texts], dtype=np.float64)
        others = ScoredExcerpts.of_texts(margins, np.zeros(len(texts), dtype=np.int64), list(texts))
    scored = score_frame(model, read, frame)
    return figures(scored, others, model.keys, Calibration(), name, str(data / part), model.weights.size)
