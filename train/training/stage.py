"""What teacher and student have in common: their crops, and how they end."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Protocol, cast

import pandas as pd
from transformers import PreTrainedModel, PreTrainedTokenizerFast, Trainer

from authorship.datamodels import Author
from authorship.encode import window_capacity
from authorship.models.bundle import ModelBundle, load_authors, make_bundle, save_bundle
from authorship.models.calibration import Calibration
from train.config import StageArguments
from train.data.csv_files import (
    TRAIN_FILE,
    UNKNOWN_FILE,
    UNLABELLED_FILE,
    TrainingTexts,
    excerpt_index,
    read_excerpts,
)
from train.evaluation.calibrate import calibrate, calibrate_lengths, tuning_authors
from train.linear.additive import AdditiveModel
from train.training.choices import chosen_calibration
from train.training.crops import CropOptions, RandomCrops
from train.training.throughput import global_batch
from train.training.tokenizer import train_tokenizer
from train.training.tokens import TokenisedWork, cache_folder, cached_tokens
from train.training.validation import compiled_for, excerpt_logits, fewer_excerpts, score_excerpts

logger = logging.getLogger(__name__)


class Folders(Protocol):
    """Where a command reads and writes."""

    data: Path
    out: Path


class TokenizerOptions(Protocol):
    """What a tokenizer is trained on, and its size."""

    data: Path
    vocabulary: int
    window: int


def prose_tokenizer(
    named: str, held_out: frozenset[tuple[str, str]], options: TokenizerOptions
) -> PreTrainedTokenizerFast:
    """The tokenizer of the folder `named`, or one trained on all prose but the held-out works."""
    if named:
        opened: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(named)
        return opened
    data = Path(options.data)
    logger.warning("Training a tokenizer of %d word pieces.", options.vocabulary)
    files = [data / TRAIN_FILE, *(file for file in [data / UNLABELLED_FILE] if file.is_file())]
    return train_tokenizer(TrainingTexts(tuple(files), held_out), options.vocabulary, options.window)


def authors_of(data: Path, keys: Sequence[str]) -> tuple[Author, ...]:
    """The authors in label order, named by DIR/authors.json where it stands."""
    return load_authors(data, dict(enumerate(keys)))


def warn_of_few_works(frame: pd.DataFrame) -> None:
    """Name the authors with fewer than three works: none can be held out, and one book is no style."""
    counts = frame.groupby("writer")["book"].nunique()
    if few := [f"{writer} ({count})" for writer, count in counts.items() if count < 3]:
        logger.warning(
            "Fewer than three works to train on, so that none can be held out: %s.", ", ".join(few)
        )


def training_crops(
    held_out: frozenset[tuple[str, str]],
    tokenizer: PreTrainedTokenizerFast,
    authors: Sequence[Author],
    arguments: StageArguments,
    ngrams: AdditiveModel | None = None,
    transfer: bool = False,
) -> RandomCrops:
    """Crops of the training works and, for `transfer`, of the unlabelled prose where there is any."""
    prose = training_works(held_out, tokenizer, arguments)
    if transfer and arguments.transfer:
        prose += unlabelled_works(tokenizer, arguments)
    options = CropOptions(
        window_capacity(tokenizer), arguments.token_masking, arguments.name_masking, arguments.balance
    )
    return RandomCrops(
        prose,
        tokenizer,
        {author.key: author.label_id for author in authors},
        epoch_size(arguments),
        options,
        seed=arguments.seed,
        ngrams=ngrams,
        transfer=arguments.transfer,
    )


def epoch_size(arguments: StageArguments) -> int:
    """The crops an epoch, in whole batches, so that every division over processes has the same steps."""
    batch = global_batch(arguments)
    crops = arguments.crops_per_epoch or len(excerpt_index(Path(arguments.data) / TRAIN_FILE))
    return ceil(crops / batch) * batch


def training_works(
    held_out: frozenset[tuple[str, str]], tokenizer: PreTrainedTokenizerFast, arguments: Folders
) -> list[TokenisedWork]:
    """The tokens of DIR/train_data.csv but for the held-out works."""
    works = tokenised_works(TRAIN_FILE, tokenizer, arguments)
    return [work for work in works if (work.author, work.title) not in held_out]


def unlabelled_works(tokenizer: PreTrainedTokenizerFast, arguments: Folders) -> list[TokenisedWork]:
    """The prose of DIR/unlabelled_data.csv, its authors' keys kept apart from the known ones."""
    data = Path(arguments.data)
    if not (data / UNLABELLED_FILE).is_file():
        logger.info("No %s in %s: nothing is learnt from unlabelled prose.", UNLABELLED_FILE, data)
        return []
    works = tokenised_works(UNLABELLED_FILE, tokenizer, arguments)
    return [replace(work, author=f"unlabelled {work.author}") for work in works]


def tokenised_works(file: str, tokenizer: PreTrainedTokenizerFast, arguments: Folders) -> list[TokenisedWork]:
    """The tokens of one of DIR's files, from the cache where they are."""
    data = Path(arguments.data)
    return cached_tokens(data / file, tokenizer, cache_folder(data, Path(arguments.out)))


def tuning_excerpts(data: Path, most: int) -> pd.DataFrame:
    """At most `most` excerpts by authors whom no model knows, if there are any, to choose abstention by.

    They are of the unlabelled prose; without it some of the unknown authors have to serve.
    """
    if (data / UNLABELLED_FILE).is_file():
        return fewer_excerpts(read_excerpts(data / UNLABELLED_FILE), most)
    file = data / UNKNOWN_FILE
    if not file.is_file():
        return pd.DataFrame({"writer": [], "text": []})
    unknown = read_excerpts(file)
    return fewer_excerpts(unknown[unknown["writer"].isin(tuning_authors(unknown))], most // 4)


def calibrate_stage(bundle: ModelBundle, validation: pd.DataFrame, data: Path, most: int) -> Calibration:
    """How a bundle is calibrated on at most `most` excerpts of held-out works and of unknown authors each."""
    known, others = fewer_excerpts(validation, most), tuning_excerpts(data, most)
    compiled = compiled_for(bundle, len(known) + len(others))
    scored = score_excerpts(compiled, known, "held-out works")
    logits = excerpt_logits(compiled, list(others["text"]), "other authors")
    unlabelled = (data / UNLABELLED_FILE).is_file()  # then none of the unknown authors has helped to choose
    calibration = calibrate(scored, logits, () if unlabelled else sorted(set(others["writer"])))
    labels = {author.key: author.label_id for author in bundle.authors}
    labelled = validation[validation["writer"].isin(labels)]
    labelled = labelled.assign(label=labelled["writer"].map(labels))
    return calibrate_lengths(
        calibration, lambda texts: excerpt_logits(compiled, texts, "lengths"), labelled, others, most
    )


def note_making(trainer: Trainer, began: str) -> None:
    """Add how this stage made its model to what the model's configuration tells of it, for the card to say.

    `began` is how it began; the steps are those of the weights that were kept.
    """
    state, config = trainer.state, cast(PreTrainedModel, trainer.model).config
    best = state.best_global_step if trainer.args.load_best_model_at_end else None
    steps = state.global_step if best is None else best
    trained = f", then trained for {steps:,} steps" if steps else ""
    config.made = [*getattr(config, "made", ()), began + trained]


def finish(bundle: ModelBundle, validation: pd.DataFrame, arguments: StageArguments) -> None:
    """Write the bundle to OUT, and once more when it is calibrated, which may take long.

    Calibrated is on held-out works and on some of DATA's unknown authors, or as --choices say.

    Raises:
        DataError: the bundle of --choices is not calibrated.
    """
    data, out = Path(arguments.data), Path(arguments.out)
    calibration = None
    if len(validation):
        save_bundle(make_bundle(bundle.model, bundle.tokenizer, bundle.authors), out)
        calibration = calibrate_stage(bundle, validation, data, arguments.calibration_excerpts)
    elif arguments.choices:
        calibration = chosen_calibration(Path(arguments.choices))
    else:
        logger.warning("No author can spare a work: the bundle is not calibrated.")
    save_bundle(make_bundle(bundle.model, bundle.tokenizer, bundle.authors, calibration), out)
    logger.warning("Wrote %s, which `python -m train.evaluate --bundle %s --data CSV` scores.", out, out)
