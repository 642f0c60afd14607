"""What teacher and student have in common: their crops, and how they end."""

import logging
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from authorship.bundle import load_authors, make_bundle, save_bundle
from authorship.datamodels import Author, Work
from authorship.windows import window_capacity
from train.calibrate import calibrate
from train.config import StageArguments
from train.crops import CropOptions, RandomCrops
from train.data import UNLABELLED_FILE, read_excerpts, works
from train.ngrams import NgramModel
from train.stream import tokenise
from train.validation import fewer_excerpts, score_excerpts

logger = logging.getLogger(__name__)
_CALIBRATION_EXCERPTS = 4000


def authors_of(data: Path, keys: Sequence[str]) -> tuple[Author, ...]:
    """The authors in label order, named by DIR/authors.json where it stands."""
    return load_authors(data, dict(enumerate(keys)))


def warn_of_few_works(frame: pd.DataFrame) -> None:
    """Name the authors with fewer than three works: none can be held out, and one book is no style."""
    counts = frame.groupby("writer")["book"].nunique()
    if few := [f"{writer} ({count})" for writer, count in counts.items() if count < 3]:
        logger.warning("Fewer than three works, so that none can be held out: %s.", ", ".join(few))


def training_crops(
    training: pd.DataFrame,
    tokenizer: PreTrainedTokenizerFast,
    authors: Sequence[Author],
    arguments: StageArguments,
    ngrams: NgramModel | None = None,
    transfer: bool = False,
) -> RandomCrops:
    """Crops of the training works and, for `transfer`, of the unlabelled prose where there is any."""
    prose: list[Work] = list(works(training))
    if transfer and arguments.transfer:
        prose += unlabelled_works(Path(arguments.data))
    logger.warning("Tokenising %d works.", len(prose))
    options = CropOptions(
        window_capacity(tokenizer), arguments.token_masking, arguments.name_masking, arguments.balance
    )
    return RandomCrops(
        list(tokenise(prose, tokenizer)),
        tokenizer,
        {author.key: author.label_id for author in authors},
        arguments.crops_per_epoch,
        options,
        seed=arguments.seed,
        ngrams=ngrams,
        transfer=arguments.transfer,
    )


def unlabelled_works(data: Path) -> list[Work]:
    """The prose of DIR/unlabelled_data.csv, its authors' keys kept apart from the known ones."""
    if not (data / UNLABELLED_FILE).is_file():
        logger.warning("No %s in %s: nothing is learnt from unlabelled prose.", UNLABELLED_FILE, data)
        return []
    unlabelled = works(read_excerpts(data / UNLABELLED_FILE))
    return [Work(f"unlabelled {work.author}", work.title, work.text) for work in unlabelled]


def finish(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    authors: Sequence[Author],
    validation: pd.DataFrame,
    out: Path,
) -> None:
    """Calibrate on the held-out works and write the bundle to `out`."""
    bundle = make_bundle(model, tokenizer, authors)
    if len(validation):
        scored = score_excerpts(bundle, fewer_excerpts(validation, _CALIBRATION_EXCERPTS), progress=True)
        bundle = make_bundle(model, tokenizer, authors, calibrate(scored))
    else:
        logger.warning("No author can spare a work: the bundle is not calibrated.")
    save_bundle(bundle, out)
    logger.warning("Wrote %s: score it with `python -m train.evaluate --bundle %s --data CSV`.", out, out)
