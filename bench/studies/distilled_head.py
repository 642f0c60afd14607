"""What distilling the student's head gains over least squares, on works that no training saw.

`python -m bench.studies.distilled_head --data DIR --teacher REF --out DIR [--seeds 3] [OPTION...]` takes
the options of `train.student`; REF never saw the held-out works. For each seed of the crops that the head is
fitted to it prints both heads' log loss, macro-F1 and divergence from the teacher on the held-out excerpts.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from authorship.commandline import run
from authorship.models.bundle import ModelBundle
from authorship.models.source import open_bundle
from train.config import StudentArguments, parse_options
from train.data.csv_files import TRAIN_FILE, held_out_excerpts
from train.evaluation.metrics import macro_f1
from train.linear_start.head import distil_readout, least_squares, read_teacher, write_best
from train.training.choices import held_out
from train.training.encoders import half_depth
from train.training.stage import training_crops
from train.training.validation import (
    ScoredExcerpts,
    best_temperature,
    compiled_for,
    divergence,
    fewer_excerpts,
    log_loss,
    score_excerpts,
)


@dataclass
class StudyArguments(StudentArguments):
    """The heads of a student, by least squares and distilled, on held-out works."""

    seeds: int = field(default=3, metadata={"help": "So many fits, each to other crops."})


def main(argv: Sequence[str] | None = None) -> int:
    """Print a line for each seed and head."""
    arguments = parse_options(StudyArguments, argv)
    left_out = held_out(arguments)
    validation = held_out_excerpts(Path(arguments.data) / TRAIN_FILE, left_out)
    few = fewer_excerpts(validation, arguments.validation_excerpts)
    teacher = open_bundle(arguments.teacher)
    taught = score_excerpts(compiled_for(teacher, len(validation)), validation, progress="teacher")
    print(f"{'head':<15}{'seed':>5}{'log loss':>10}{'macro-F1':>10}{'KL':>8}  {len(validation):,} excerpts")
    _tell("teacher's own", "", taught, taught)
    for seed in range(arguments.seeds):
        arguments.seed = seed
        student = half_depth(teacher.model)
        bundle = ModelBundle(student, teacher.tokenizer, teacher.authors)
        crops = training_crops(left_out, teacher.tokenizer, teacher.authors, arguments, transfer=True).whole()
        pooled, logits = read_teacher(student, teacher.model, crops)
        least = least_squares(pooled, logits)
        for name, readout in (("least squares", least), ("distilled", distil_readout(least, logits))):
            write_best(readout, bundle, few, arguments)
            scored = score_excerpts(compiled_for(bundle, len(validation)), validation, progress=name)
            _tell(name, str(seed), scored, taught)
    return 0


def _tell(name: str, seed: str, scored: ScoredExcerpts, taught: ScoredExcerpts) -> None:
    loss = log_loss(scored, best_temperature(scored))
    f1 = macro_f1(scored.truth, scored.logits.argmax(axis=1))
    apart = divergence(taught.logits, scored.logits)
    print(f"{name:<15}{seed:>5}{loss:>10.4f}{f1:>10.4f}{apart:>8.4f}", flush=True)


if __name__ == "__main__":
    sys.exit(run(main))
