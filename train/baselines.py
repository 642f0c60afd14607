"""The linear baselines: `python -m train.baselines --data DIR --out DIR [--compare]`.

Writes OUT/ngrams.npz, the additive model that teaches the encoder, and OUT/baselines.json, what it and with
`--compare` the field's usual ones reach on the held-out works and, where there is a test set, on that.
"""

import json
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import pairwise_distances
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from sklearn.svm import LinearSVC

from authorship.commandline import run
from authorship.datamodels import Work
from authorship.models.calibration import Calibration
from train.config import BaselineArguments, parse_options
from train.data.csv_files import TEST_FILE, TRAIN_FILE, UNLABELLED_FILE, read_excerpts, works
from train.data.split import split_frame
from train.evaluation.figures import Evaluation, figures, to_dictionary
from train.linear.discriminant import fit_ngrams
from train.linear.ngram_features import Codes, symbol_codes
from train.linear.ngrams import NgramModel, make_vocabulary, normalised
from train.linear.scores import evaluate_linear, honest_temperature
from train.training.choices import Choices, held_out
from train.training.validation import ScoredExcerpts

WORDS = 500


def delta_scores(
    training: Sequence[Work], works: Sequence[Work], keys: Sequence[str], words: int = WORDS
) -> NDArray[np.float64]:
    """Minus each work's Delta to each author, shape `(works, authors)`.

    Delta is the mean absolute difference of the z-scores of the commonest words' relative frequencies;
    an author is represented by the mean z-scores of their works.
    """
    frequencies: Pipeline = make_pipeline(
        CountVectorizer(max_features=words, token_pattern=r"(?u)\b\w+\b"), Normalizer("l1")
    )
    known = frequencies.fit_transform([work.text for work in training]).toarray()
    scaler = StandardScaler().fit(known)
    writers = np.array([work.author for work in training])
    z_scores = scaler.transform(known)
    profiles = np.stack([z_scores[writers == key].mean(axis=0) for key in keys])
    asked = scaler.transform(frequencies.transform([work.text for work in works]).toarray())
    scores: NDArray[np.float64] = -pairwise_distances(asked, profiles, metric="manhattan") / asked.shape[1]
    return scores


def fit_support_vectors(texts: Sequence[Codes], writers: Sequence[str], size: int = 300_000) -> NgramModel:
    """One machine an author against all others, classes balanced; untuned, as it is most often used."""
    keys = tuple(sorted(set(writers)))
    vocabulary = make_vocabulary(texts, size)
    features, scale = normalised(texts, vocabulary)
    labels = np.array(writers)
    machines = [
        LinearSVC(class_weight="balanced", tol=1e-2, max_iter=200).fit(features, labels == key)
        for key in keys
    ]
    weights = np.stack([machine.coef_[0] for machine in machines], axis=1) * scale[:, None]
    return NgramModel(
        keys,
        vocabulary.features,
        np.concatenate([weights, np.zeros((1, len(keys)))]).astype(np.float32),
        np.array([machine.intercept_[0] for machine in machines], dtype=np.float32),
        float(np.median([len(codes) for codes in texts])),
    )


logger = logging.getLogger(__name__)
_OTHERS = 4000
NGRAMS, SUPPORT_VECTORS, DELTA = (
    "n-grams, by works",
    "n-grams, support vectors",
    "Burrows's Delta, whole works",
)


def score_delta(training: pd.DataFrame, frame: pd.DataFrame) -> ScoredExcerpts:
    """Delta of whole works, each of them one row."""
    keys = sorted(set(training["writer"]))
    asked = [work for work in works(frame) if work.author in keys]
    started = time.perf_counter()
    return ScoredExcerpts.of_texts(
        delta_scores(list(works(training)), asked, keys),
        np.searchsorted(keys, [work.author for work in asked]),
        [work.text for work in asked],
        [f"{work.author}/{work.title}" for work in asked],
        time.perf_counter() - started,
    )


def fit(training: pd.DataFrame, data: Path, size: int) -> NgramModel:
    """The n-gram model; some unlabelled excerpts tell how widely its scores swing."""
    others: list[str] = []
    if (data / UNLABELLED_FILE).is_file():
        unlabelled = read_excerpts(data / UNLABELLED_FILE)["text"]
        others = list(unlabelled.sample(min(_OTHERS, len(unlabelled)), random_state=0))
    codes = [symbol_codes(text) for text in training["text"]]
    logger.warning("Fitting n-grams and words of %d excerpts.", len(codes))
    strangers = [symbol_codes(text) for text in others]
    return fit_ngrams(codes, list(training["writer"]), list(training["book"]), size, strangers)


def compared(training: pd.DataFrame, size: int) -> NgramModel:
    """Support vectors on the same features."""
    codes = [symbol_codes(text) for text in training["text"]]
    logger.warning("Fitting support vectors.")
    return fit_support_vectors(codes, list(training["writer"]), size)


def honest(
    model: NgramModel, validation: pd.DataFrame, arguments: BaselineArguments, kind: str
) -> NgramModel:
    """Its margins tempered on the held-out works, or as --choices say; OUT/`kind` keeps the temperature."""
    if arguments.choices:
        choices = Choices.load(Path(arguments.choices) / kind)
    else:
        choices = Choices(1.0, honest_temperature(model, symbol_codes, validation))
    if len(validation) or arguments.choices:
        choices.save(Path(arguments.out) / kind)
    return model.tempered(choices.temperature)


def compare(
    training: pd.DataFrame, machines: NgramModel, data: Path, parts: dict[str, pd.DataFrame]
) -> Iterator[Evaluation]:
    """The field's usual baselines on every part: support vectors, and Delta on whole works."""
    keys = list(machines.keys)
    for file, part in parts.items():
        yield evaluate_linear(SUPPORT_VECTORS, machines, symbol_codes, data, part, file)
        scored = score_delta(training, part)
        yield figures(scored, None, keys, Calibration(), DELTA, str(data / file), WORDS * len(keys))


def main(argv: Sequence[str] | None = None) -> int:
    """Fit, write OUT/ngrams.npz and OUT/baselines.json, print one JSON object a baseline and data set."""
    arguments = parse_options(BaselineArguments, argv)
    data, out = Path(arguments.data), Path(arguments.out)
    frame = read_excerpts(data / TRAIN_FILE)
    training, validation = split_frame(frame, held_out(arguments))
    parts = {TRAIN_FILE: validation} if len(validation) else {}
    if arguments.test and (data / TEST_FILE).is_file():
        parts[TEST_FILE] = read_excerpts(data / TEST_FILE)
    model = honest(fit(training, data, arguments.features), validation, arguments, "ngrams")
    out.mkdir(parents=True, exist_ok=True)
    model.save(out / "ngrams.npz")
    evaluations: Iterator[Evaluation] = (
        evaluate_linear(NGRAMS, model, symbol_codes, data, part, file) for file, part in parts.items()
    )
    if arguments.compare:
        machines = compared(training, arguments.features)
        machines = honest(machines, validation, arguments, "support_vectors")
        evaluations = chain(evaluations, compare(training, machines, data, parts))
    reports = []
    for evaluation in evaluations:
        reports.append(to_dictionary(evaluation))
        print(json.dumps(reports[-1], ensure_ascii=False), flush=True)
    text = json.dumps(reports, ensure_ascii=False, indent=1)
    (out / "baselines.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
