"""All figures of the contract for one bundle on one data set, and how they are printed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from authorship.bundle import ModelBundle
from authorship.calibration import Calibration
from train.errors import DataError
from train.metrics import (
    AuthorScore,
    auroc_unknown,
    author_scores,
    book_accuracy,
    expected_calibration_error,
    macro_f1,
    macro_f1_interval,
)
from train.validation import ScoredExcerpts, excerpt_logits, score_excerpts


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the contract says of a bundle on one data set, in its order."""

    bundle: str
    data: str
    excerpts: int
    works: int
    macro_f1: float
    accuracy: float
    macro_f1_interval: tuple[float, float]
    ece: float
    per_author: dict[str, AuthorScore]
    book_accuracy: float
    auroc_unknown: float | None
    excerpts_per_second: float
    parameters: int


def evaluate(
    bundle: ModelBundle, frame: pd.DataFrame, unknown: pd.DataFrame | None, reference: str, data: str
) -> Evaluation:
    """Score a bundle on labelled excerpts and, where given, on excerpts of authors that it does not know.

    Raises:
        DataError: none of the writers is known to the bundle.
    """
    return measure(bundle, score_excerpts(bundle, frame, progress="excerpts"), unknown, reference, data)


def measure(
    bundle: ModelBundle, scored: ScoredExcerpts, unknown: pd.DataFrame | None, reference: str, data: str
) -> Evaluation:
    """The figures of excerpts that are scored already, `unknown` still to be scored.

    Unknown authors by whom the abstention was chosen are left out.

    Raises:
        DataError: none of the writers is known to the bundle.
    """
    others = None
    if unknown is not None:
        measured = unknown[~unknown["writer"].isin(bundle.calibration.tuned_on)]
        others = excerpt_logits(bundle, list(measured["text"]), progress="unknown authors")
    return figures(
        scored,
        others,
        [author.key for author in bundle.authors],
        bundle.calibration,
        reference,
        data,
        sum(parameter.numel() for parameter in bundle.model.parameters()),
    )


def figures(
    scored: ScoredExcerpts,
    others: NDArray[np.float64] | None,
    keys: Sequence[str],
    calibration: Calibration,
    reference: str,
    data: str,
    parameters: int,
) -> Evaluation:
    """All figures from logits alone, whichever model they are from.

    `others` are the logits of excerpts by unknown authors, shape `(excerpts, labels)`.

    Raises:
        DataError: there is no excerpt by a known author.
    """
    if not len(scored.truth):
        raise DataError(f"The model knows none of the writers in {data}.")
    predicted = scored.logits.argmax(axis=1)
    strangeness = calibration.strangeness
    return Evaluation(
        bundle=reference,
        data=data,
        excerpts=len(scored.truth),
        works=len(set(scored.works)),
        macro_f1=macro_f1(scored.truth, predicted),
        accuracy=float((predicted == scored.truth).mean()),
        macro_f1_interval=macro_f1_interval(scored.truth, predicted, scored.works),
        ece=expected_calibration_error(calibration.probabilities(scored.logits), scored.truth),
        per_author=author_scores(scored.truth, predicted, keys),
        book_accuracy=book_accuracy(scored.logits, scored.truth, scored.works),
        auroc_unknown=None
        if others is None
        else auroc_unknown(strangeness(scored.logits), strangeness(others)),
        excerpts_per_second=len(scored.truth) / scored.seconds,
        parameters=parameters,
    )


def to_dictionary(evaluation: Evaluation) -> dict[str, object]:
    """The contract's object, figures rounded to what the data can tell."""
    return {key: _rounded(value) for key, value in asdict(evaluation).items()}


def to_json(evaluation: Evaluation) -> str:
    """The contract's object on one line."""
    return json.dumps(to_dictionary(evaluation), ensure_ascii=False)


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, (list, tuple)) else value


def interval_text(evaluation: Evaluation) -> str:
    """The macro-F1's interval in words; one work an author leaves nothing to resample."""
    low, high = evaluation.macro_f1_interval
    return f"95 %: {low:.3f} to {high:.3f}" if low < high else "too few works for an interval"


def to_table(evaluation: Evaluation) -> str:
    """The overall figures, then the authors from the worst to the best."""
    unknown = "-" if evaluation.auroc_unknown is None else f"{evaluation.auroc_unknown:.3f}"
    lines = [
        f"{evaluation.bundle} on {evaluation.data}",
        f"{evaluation.excerpts} excerpts of {evaluation.works} works, {evaluation.parameters:,} parameters",
        f"macro-F1        {evaluation.macro_f1:.3f}  ({len(evaluation.per_author)} authors, "
        f"{interval_text(evaluation)})",
        f"accuracy        {evaluation.accuracy:.3f}",
        f"whole works     {evaluation.book_accuracy:.3f}",
        f"calibration     {evaluation.ece:.3f}  (expected error)",
        f"unknown, AUROC  {unknown}",
        f"excerpts/s      {evaluation.excerpts_per_second:.1f}",
        "",
        f"{'author':24}precision  recall      f1  excerpts",
    ]
    ranked = sorted(evaluation.per_author.items(), key=lambda pair: pair[1].f1)
    return "\n".join(lines + [_author_row(key, score) for key, score in ranked])


def _author_row(key: str, score: AuthorScore) -> str:
    return f"{key:24}{score.precision:9.3f}{score.recall:8.3f}{score.f1:8.3f}{score.excerpts:10}"
