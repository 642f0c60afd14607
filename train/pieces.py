"""The linear model that teaches the encoder: `python -m train.pieces --data DIR --out DIR`.

Writes the tokenizer of the pair to be, OUT/pieces.npz, and OUT/pieces.json, what it reaches on the held-out
works and, where there is a test set, on that.
"""

import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from transformers import PreTrainedTokenizerFast

from authorship.commandline import run
from authorship.encode import read_tokens
from train.config import PieceArguments, parse_options
from train.data.csv_files import TEST_FILE, TRAIN_FILE, held_out_excerpts, read_excerpts
from train.evaluation.calibrate import best_scale
from train.evaluation.figures import to_dictionary
from train.linear.additive import Codes
from train.linear.piece_model import PieceModel, fit_pieces
from train.linear.scores import Read, evaluate_linear, honest_temperature, score_frame
from train.training.choices import Choices, held_out
from train.training.stage import prose_tokenizer, training_works, unlabelled_works

logger = logging.getLogger(__name__)
PIECES = "pieces.npz"
NAME = "word pieces and pairs, by works"


def reader(tokenizer: PreTrainedTokenizerFast) -> Read:
    """What makes a text the numbers of its word pieces, without special ones."""

    def read(text: str) -> Codes:
        return np.concatenate([np.empty(0, np.int64), *(ids for ids, _ in read_tokens(text, tokenizer))])

    return read


def choose(model: PieceModel, read: Read, validation: pd.DataFrame) -> Choices:
    """The intercepts' share and the temperature that suit the held-out works best."""
    if not len(validation):
        return Choices(1.0)
    scale = best_scale(score_frame(model, read, validation), model.intercepts)
    return Choices(scale, honest_temperature(model.scaled(scale), read, validation))


def fit(arguments: PieceArguments) -> None:
    """Fit, write the model and its tokenizer, print one JSON object a data set."""
    data, out, left_out = Path(arguments.data), Path(arguments.out), held_out(arguments)
    tokenizer = prose_tokenizer(arguments.tokenizer, left_out, arguments)
    tokenizer.save_pretrained(out)
    read, validation = reader(tokenizer), held_out_excerpts(data / TRAIN_FILE, left_out)
    works, others = training_works(left_out, tokenizer, arguments), unlabelled_works(tokenizer, arguments)
    logger.warning("Fitting word pieces and pairs of %d works.", len(works))
    fitted = fit_pieces(works, others, arguments.pairs)
    choices = Choices.load(arguments.choices) if arguments.choices else choose(fitted, read, validation)
    model = fitted.scaled(choices.scale).tempered(choices.temperature)
    model.save(out / PIECES)
    if len(validation) or arguments.choices:
        choices.save(out)
    parts = {TRAIN_FILE: validation} if len(validation) else {}
    if arguments.test and (data / TEST_FILE).is_file():
        parts[TEST_FILE] = read_excerpts(data / TEST_FILE)
    reports = []
    for file, part in parts.items():
        reports.append(to_dictionary(evaluate_linear(NAME, model, read, data, part, file)))
        print(json.dumps(reports[-1], ensure_ascii=False), flush=True)
    text = json.dumps(reports, ensure_ascii=False, indent=1)
    (out / "pieces.json").write_text(text + "\n", encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Read the options, and fit."""
    fit(parse_options(PieceArguments, argv))
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
