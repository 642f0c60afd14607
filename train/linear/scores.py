"""Linear models opened from their files, whichever kind, and measured on excerpts as the pair is."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from transformers import PreTrainedTokenizerFast

from authorship.models.calibration import Calibration
from train.data.csv_files import TEST_FILE, UNKNOWN_FILE, read_excerpts
from train.data.sources import DataError
from train.evaluation.figures import Evaluation, figures
from train.linear.additive import AdditiveModel, Codes
from train.linear.ngrams import NgramModel
from train.linear.piece_model import PieceModel
from train.training.validation import ScoredExcerpts, best_temperature, with_truth

_KINDS: dict[str, type[AdditiveModel]] = {kind.__name__: kind for kind in (NgramModel, PieceModel)}


def open_linear(file: Path, tokenizer: PreTrainedTokenizerFast) -> AdditiveModel:
    """The model that `train.pieces` or `train.baselines` wrote, to teach one that reads with `tokenizer`.

    Raises:
        DataError: there is no such file, or it holds something else, or word pieces of another tokenizer.
    """
    if not file.is_file():
        raise DataError(f"{file} is missing: make it with `python -m train.pieces --out {file.parent}`.")
    try:
        with np.load(file, allow_pickle=False) as archive:
            kind = _KINDS[str(archive["kind"])]
        model = kind.load(file)
    except (KeyError, ValueError, EOFError, OSError) as error:
        raise DataError(f"{file} holds no linear model of `train.pieces` or `train.baselines`.") from error
    if isinstance(model, PieceModel) and not _same_pieces(file.parent, tokenizer):
        raise DataError(
            f"{file} knows other word pieces: make it with `python -m train.pieces --tokenizer FOLDER`."
        )
    return model


def _same_pieces(folder: Path, tokenizer: PreTrainedTokenizerFast) -> bool:
    own = PreTrainedTokenizerFast.from_pretrained(folder)
    return bool(own.get_vocab() == tokenizer.get_vocab())


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


def evaluate_linear(
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
