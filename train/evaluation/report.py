"""What was measured, written beside the weights: `report.json` and the model card."""

import json
import subprocess
from pathlib import Path

from authorship.models.bundle import REPORT_FILE
from authorship.models.calibration import Calibration
from train.evaluation.figures import Evaluation, interval_text, to_dictionary

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
