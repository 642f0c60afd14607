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
from transformers import PreTrainedTokenizerFast

from authorship.commandline import run
from train.additive import Codes
from train.config import PieceArguments, parse
from train.data import (
    TEST_FILE,
    TRAIN_FILE,
    excerpt_index,
    held_out_excerpts,
    read_excerpts,
)
from train.evaluation import to_dictionary
from train.linear_scores import Read, balanced, measure, tempered
from train.piece_model import PieceModel, fit_pieces
from train.split import held_out_works
from train.stage import prose_tokenizer, training_works, unlabelled_works

logger = logging.getLogger(__name__)
PIECES = "pieces.npz"
NAME = "word pieces and pairs, by works"


def reader(tokenizer: PreTrainedTokenizerFast) -> Read:
    """What makes a text the numbers of its word pieces, without special ones."""

    def read(text: str) -> Codes:
        return np.array(
            tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids, dtype=np.int64
        )

    return read


def main(argv: Sequence[str] | None = None) -> int:
    """Fit, write the model and its tokenizer, print one JSON object a data set."""
    arguments = parse(PieceArguments, argv)
    data, out = Path(arguments.data), Path(arguments.out)
    held_out = held_out_works(excerpt_index(data / TRAIN_FILE))
    tokenizer = prose_tokenizer(arguments.tokenizer, held_out, arguments)
    tokenizer.save_pretrained(out)
    read, validation = reader(tokenizer), held_out_excerpts(data / TRAIN_FILE, held_out)
    works, others = training_works(held_out, tokenizer, arguments), unlabelled_works(tokenizer, arguments)
    logger.warning("Fitting word pieces and pairs of %d works.", len(works))
    fitted = balanced(fit_pieces(works, others, arguments.pairs), read, validation)
    model: PieceModel = tempered(fitted, read, validation)
    model.save(out / PIECES)
    parts = {TRAIN_FILE: validation} if len(validation) else {}
    if arguments.test and (data / TEST_FILE).is_file():
        parts[TEST_FILE] = read_excerpts(data / TEST_FILE)
    reports = []
    for file, part in parts.items():
        reports.append(to_dictionary(measure(NAME, model, read, data, part, file)))
        print(json.dumps(reports[-1], ensure_ascii=False), flush=True)
    text = json.dumps(reports, ensure_ascii=False, indent=1)
    (out / "pieces.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
