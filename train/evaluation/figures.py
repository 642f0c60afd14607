"""All figures of the contract for one bundle on one data set: printed, and written beside the weights.

A report is `report.json` and the model card.
"""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from authorship.models.bundle import REPORT_FILE, ModelBundle
from authorship.models.calibration import Calibration
from train.data.sources import DataError
from train.evaluation.metrics import (
    AuthorScore,
    auroc_unknown,
    author_scores,
    book_accuracy,
    expected_calibration_error,
    macro_f1,
    macro_f1_interval,
)
from train.training.validation import ScoredExcerpts, excerpt_logits, score_excerpts, with_verdicts


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
    log_loss: float
    refused_known: float
    refused_unknown: float | None
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
        texts = list(measured["text"])
        logits = excerpt_logits(bundle, texts, progress="unknown authors")
        others = ScoredExcerpts.of_texts(logits, np.zeros(len(texts), dtype=np.int64), texts)
        others = with_verdicts(others, bundle, texts)
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
    others: ScoredExcerpts | None,
    keys: Sequence[str],
    calibration: Calibration,
    reference: str,
    data: str,
    parameters: int,
) -> Evaluation:
    """All figures from logits alone, whichever model they are from.

    `others` are excerpts by unknown authors.

    Raises:
        DataError: there is no excerpt by a known author.
    """
    if not len(scored.truth):
        raise DataError(f"The model knows none of the writers in {data}.")
    predicted = scored.logits.argmax(axis=1)
    probabilities = calibration.probabilities(scored.logits, scored.characters)
    return Evaluation(
        bundle=reference,
        data=data,
        excerpts=len(scored.truth),
        works=len(set(scored.works)),
        macro_f1=macro_f1(scored.truth, predicted),
        accuracy=float((predicted == scored.truth).mean()),
        macro_f1_interval=macro_f1_interval(scored.truth, predicted, scored.works),
        ece=expected_calibration_error(probabilities, scored.truth),
        per_author=author_scores(scored.truth, predicted, keys),
        book_accuracy=book_accuracy(scored.logits, scored.truth, scored.works),
        auroc_unknown=None if others is None else _auroc(calibration, scored, others),
        log_loss=-float(np.log(probabilities[np.arange(len(scored.truth)), scored.truth] + 1e-12).mean()),
        refused_known=float(scored.abstained(calibration).mean()),
        refused_unknown=None if others is None else float(others.abstained(calibration).mean()),
        excerpts_per_second=len(scored.truth) / scored.seconds,
        parameters=parameters,
    )


def _auroc(calibration: Calibration, known: ScoredExcerpts, others: ScoredExcerpts) -> float:
    return auroc_unknown(known.strangeness(calibration), others.strangeness(calibration))


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
        f"refused         {_share(evaluation.refused_known)} of the known, "
        f"{_share(evaluation.refused_unknown)} of the unknown",
        f"log loss        {evaluation.log_loss:.3f}  (nats)",
        f"excerpts/s      {evaluation.excerpts_per_second:.1f}",
        "",
        f"{'author':24}precision  recall      f1  excerpts",
    ]
    ranked = sorted(evaluation.per_author.items(), key=lambda pair: pair[1].f1)
    return "\n".join(lines + [_author_row(key, score) for key, score in ranked])


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _author_row(key: str, score: AuthorScore) -> str:
    return f"{key:24}{score.precision:9.3f}{score.recall:8.3f}{score.f1:8.3f}{score.excerpts:10}"


CARD_FILE = "README.md"
BASELINES_FILE = "baselines.json"


def write_report(folder: Path, evaluation: Evaluation) -> None:
    """Write OUT/report.json, the evaluation with the commit it was made by, and OUT/README.md."""
    (folder / REPORT_FILE).write_text(report_text(evaluation), encoding="utf-8")
    (folder / CARD_FILE).write_text(model_card(folder, evaluation), encoding="utf-8")


def report_text(evaluation: Evaluation) -> str:
    """The contents of report.json: the evaluation with the commit it was made by."""
    report = {**to_dictionary(evaluation), "commit": _commit()}
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def _commit() -> str | None:
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.stdout.strip() or None


def model_card(folder: Path, evaluation: Evaluation) -> str:
    """The bundle's README: what it is, what it reaches, what it is not for."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    unknown = evaluation.auroc_unknown
    interval = interval_text(evaluation)
    rows = [
        (f"macro-F1 over {len(evaluation.per_author)} authors", f"{evaluation.macro_f1:.3f} ({interval})"),
        ("accuracy by excerpt", f"{evaluation.accuracy:.3f}"),
        ("accuracy by whole work", f"{evaluation.book_accuracy:.3f}"),
        ("expected calibration error", f"{evaluation.ece:.3f}"),
        ("AUROC of unknown authors", "not measured" if unknown is None else f"{unknown:.3f}"),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    worst = sorted(evaluation.per_author.items(), key=lambda pair: pair[1].f1)[:5]
    calibration = Calibration.load(folder)
    made = "; ".join(config.get("made", ()))
    return _CARD.format(
        made=f"\nHow it was made: {made}.\n" if made else "",
        probabilities=_CALIBRATED if calibration.chosen else _NOT_CALIBRATED,
        name=folder.name,
        kind=config["model_type"],
        layers=config["num_hidden_layers"],
        width=config["hidden_size"],
        parameters=evaluation.parameters,
        authors=len(config["id2label"]),
        excerpts=evaluation.excerpts,
        works=evaluation.works,
        table=table,
        worst=", ".join(f"{key} {score.f1:.2f}" for key, score in worst),
    )


_CALIBRATED = """\
Divide them by the temperature in `calibration.json` before the softmax. An energy (minus the log-sum-exp of
the undivided logits) above `unknown_energy` there means "none of these"."""
_NOT_CALIBRATED = """\
Their softmax is **not calibrated**, for no author could spare a work to measure it on: it tells who comes
first, is mostly too sure, and the model never answers "none of these"."""

_CARD = """---
license: mit
language: ru
library_name: transformers
pipeline_tag: text-classification
tags: [authorship-attribution, distillation, russian]
---
# {name}

Tells which of {authors} authors wrote an excerpt of Russian prose.
A `{kind}` classifier of {layers} layers, {width} wide, {parameters:,} parameters; `transformers` opens
it with `AutoModelForSequenceClassification`. The tokenizer folds case, ё, quotes, dashes and scanning
hyphenation by itself. A longer text is cut into windows of equal length and their logits averaged.
{probabilities}
{made}
Measured on {excerpts:,} excerpts of {works} works that no training saw (`report.json`):

| figure | value |
|---|---|
{table}

The hardest authors, by F1: {worst}.

**Not for** anything but prose by these authors: it answers about every text, translations, verse and our own
contemporaries' too, and what it says of them means nothing. A probability is no proof of authorship.
"""


def results_table(models: Path) -> str:
    """The README's table of both bundles under `models` and of the linear models, from their reports."""
    reports = [models / name / REPORT_FILE for name in ("teacher", "student")]
    columns = [json.loads(file.read_text(encoding="utf-8")) for file in reports]
    linear = json.loads((models / BASELINES_FILE).read_text(encoding="utf-8"))
    columns += linear
    names = ["on `test`", "teacher", "student", *(column["bundle"] for column in linear)]
    rows = [
        " | ".join([f"| {label}", *(f"{column[key]:{form}}" for column in columns)]) + " |"
        for label, key, form in _TABLE_ROWS
    ]
    return "\n".join(["| " + " | ".join(names) + " |", "|---" * len(names) + "|", *rows])


_TABLE_ROWS = (
    ("macro-F1 over 34 authors, by excerpt", "macro_f1", ".3f"),
    ("accuracy, by excerpt", "accuracy", ".3f"),
    ("accuracy, by whole work", "book_accuracy", ".3f"),
    ("expected calibration error", "ece", ".4f"),
    ("AUROC of unknown authors", "auroc_unknown", ".3f"),
    ("parameters", "parameters", ",d"),
)
