"""Open a linear model of whichever kind a file holds."""

from pathlib import Path

import numpy as np
from transformers import PreTrainedTokenizerFast

from train.additive import AdditiveModel
from train.errors import DataError
from train.ngrams import NgramModel
from train.piece_model import PieceModel

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
