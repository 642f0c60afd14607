"""A training's account at Weights & Biases: `--report-to wandb`, online, or offline with WANDB_MODE=offline.

Losses, learning rate, tokens a second and held-out figures come from Hugging Face's own callback; here the
run is opened and at the end gets the authors' figures, the confusion matrix and the bundle as an artifact.
Whatever wandb cannot do is said in a warning, and the training goes on without it.
"""

import logging
import os
import re
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from authorship.models.bundle import REPORT_FILE, ModelBundle, load_bundle
from train.config import StageArguments
from train.evaluation.figures import Evaluation, measure, report_text, to_dictionary
from train.evaluation.metrics import AuthorScore
from train.training.validation import ScoredExcerpts, fewer_excerpts, score_excerpts

logger = logging.getLogger(__name__)

PROJECT = "whose-prose"
RUN_FILE = "wandb_run.txt"
_HELD_OUT_EXCERPTS = 4000
_FIGURES = ("macro_f1", "accuracy", "book_accuracy", "ece", "excerpts", "parameters")


def start_tracking(arguments: StageArguments, stage: str) -> None:
    """Open a run, or the one that `--resume` goes on with; where that fails, take wandb off the reports."""
    if "wandb" not in arguments.report_to:
        return
    folder = Path(str(arguments.output_dir))
    run_file = folder / RUN_FILE
    known = run_file.read_text(encoding="utf-8").strip() if arguments.resume and run_file.is_file() else None
    problem = _open_run(stage, arguments.run_name, known, quiet=arguments.process_index > 0)
    if problem:
        logger.warning("Nothing is reported to Weights & Biases: %s", problem)
        others = [name for name in arguments.report_to if name != "wandb"]
        arguments.report_to = others  # type: ignore[assignment]  # a list since TrainingArguments read it
    elif arguments.process_index == 0:
        folder.mkdir(parents=True, exist_ok=True)
        run_file.write_text(f"{_run().id}\n", encoding="utf-8")


def _open_run(stage: str, name: str | None, known: str | None, quiet: bool = False) -> str | None:
    """Open a run, on the first process only; what prevents it, and how to mend that."""
    try:
        import wandb
    except ImportError:
        return "it is not installed (pip install wandb)."
    if quiet:
        return None
    try:
        if wandb.setup().settings.mode == "online" and not wandb.login(prompt=False):
            return "nobody is logged in (wandb login, or WANDB_API_KEY, or WANDB_MODE=offline)."
        project = os.environ.get("WANDB_PROJECT", PROJECT)
        wandb.init(project=project, job_type=stage, name=name, id=known, resume="allow" if known else None)
    except (wandb.Error, OSError, TimeoutError, ValueError) as error:
        return str(error)
    return None


def _run() -> Any:
    """The open run, or None; wandb is not imported for the question."""
    wandb = sys.modules.get("wandb")
    return wandb and wandb.run


def track_bundle(folder: Path, validation: pd.DataFrame, data: Path) -> None:
    """End the run, if one is open, with the bundle in `folder` and what it reaches on the held-out works."""
    if not _run():
        return
    if not len(validation):
        return _end_run(_artifact(folder, str(folder)), {})
    bundle = load_bundle(folder)
    scored = score_excerpts(bundle, fewer_excerpts(validation, _HELD_OUT_EXCERPTS), progress="held-out works")
    evaluation = measure(bundle, scored, None, str(folder), f"held-out works of {data}")
    _end_run(_artifact(folder, str(folder), evaluation), _logs("held_out", bundle, scored, evaluation))


def track_evaluation(
    folder: Path, bundle: ModelBundle, scored: ScoredExcerpts, evaluation: Evaluation
) -> None:
    """A run of its own for `train.evaluate`: its figures, and a version of the bundle with its report."""
    if problem := _open_run("evaluate", None, None):
        logger.warning("Nothing is reported to Weights & Biases: %s", problem)
    else:
        artifact = _artifact(folder, evaluation.bundle, evaluation)
        _end_run(artifact, _logs("test", bundle, scored, evaluation))


def _end_run(artifact: Any, logs: dict[str, Any]) -> None:
    import wandb

    run = _run()
    try:
        run.log(logs)
        run.log_artifact(artifact)
        run.finish()
    except (wandb.Error, OSError, ValueError) as error:
        logger.warning("Weights & Biases did not take everything: %s", error)


def _logs(split: str, bundle: ModelBundle, scored: ScoredExcerpts, evaluation: Evaluation) -> dict[str, Any]:
    """The overall figures, the authors' table by falling F1, and the confusion matrix."""
    import wandb

    figures = to_dictionary(evaluation)
    matrix = wandb.plot.confusion_matrix(
        y_true=scored.truth.tolist(),
        preds=scored.logits.argmax(axis=1).tolist(),
        class_names=[author.key for author in bundle.authors],
        title=f"Confusion, {split}",
    )
    tables = {f"{split}/per_author": _table(evaluation.per_author), f"{split}/confusion": matrix}
    return {**{f"{split}/{name}": figures[name] for name in _FIGURES}, **tables}


def _table(scores: dict[str, AuthorScore]) -> Any:
    import wandb

    ranked = sorted(scores.items(), key=lambda pair: -pair[1].f1)
    rows = [[key, one.precision, one.recall, one.f1, one.excerpts] for key, one in ranked]
    return wandb.Table(columns=["author", "precision", "recall", "f1", "excerpts"], data=rows)


def _artifact(folder: Path, reference: str, evaluation: Evaluation | None = None) -> Any:
    """The bundle's files, as `wandb:ENTITY/PROJECT/NAME:VERSION` opens them again, and this report."""
    import wandb

    metadata = to_dictionary(evaluation) if evaluation else {}
    artifact = wandb.Artifact(artifact_name(reference), type="model", metadata=metadata)
    for file in sorted(folder.iterdir()):
        if file.is_file() and file.name != REPORT_FILE:
            artifact.add_file(str(file), name=file.name)
    if evaluation:
        with artifact.new_file(REPORT_FILE, mode="w", encoding="utf-8") as stream:
            stream.write(report_text(evaluation))
    return artifact


def artifact_name(reference: str) -> str:
    """What an artifact of the bundle REF is called.

    >>> [artifact_name(ref) for ref in ("runs/my teacher", "hub:me/prose@v1", "wandb:me/prose/student:v3")]
    ['my-teacher', 'prose', 'student']
    """
    if scheme := re.match(r"(hub|wandb):", reference):
        name = re.split("[:@]", reference[scheme.end() :])[0].rpartition("/")[2]
    else:
        name = Path(reference).resolve().name
    return re.sub(r"[^\w.-]", "-", name)
