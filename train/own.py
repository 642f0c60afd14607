"""A pair for one's own authors: `python -m train.own BOOKS --out OUT`, BOOKS holding AUTHOR/book."""

import argparse
import json
import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerFast

from authorship.commandline import run
from authorship.models.bundle import REPORT_FILE
from train.config import EvaluateArguments, RecipeArguments, parse_known
from train.data.csv_files import TEST_FILE, read_excerpts
from train.data.own_data import prepare_data
from train.evaluate import evaluate
from train.evaluation.figures import to_dictionary
from train.linear.scores import evaluate_linear, open_linear
from train.pieces import NAME, PIECES, reader
from train.recipe import make_pair

# An epoch every few minutes of two cores, so that an interrupted run has little to do again.
_CROPS, _VALIDATION = 1920, ("--validation_excerpts", "300")
_MINUTES = "of training beside what is written down; measuring comes besides (default: %(default)s)"
Score = dict[str, Any]
_ROWS = (
    ("macro-F1, by excerpt", "macro_f1"),
    ("accuracy, by excerpt", "accuracy"),
    ("accuracy, by whole work", "book_accuracy"),
    ("expected calibration error", "ece"),
)


def train_pair(data: Path, out: Path, minutes: float, options: Sequence[str]) -> None:
    """Train OUT/teacher and OUT/student by the recipe, which goes on where it stopped."""
    places = {"data": data, "out": out, "total_minutes": minutes, "crops_per_epoch": _CROPS}
    arguments, rest = parse_known(RecipeArguments, options, **places)
    make_pair(arguments, [*_VALIDATION, *rest])


def score(folder: Path, data: Path) -> Score:
    """What `train.evaluate` says of a bundle on the split-off works, measured once."""
    report = folder / REPORT_FILE
    if not report.is_file():
        with redirect_stdout(sys.stderr):
            evaluate(EvaluateArguments(str(folder), str(data / TEST_FILE), report=True))
    scored: Score = json.loads(report.read_text(encoding="utf-8"))
    return scored


def linear_score(pieces: Path, data: Path) -> Score:
    """What the linear model that taught the pair reaches on the split-off works."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(pieces)
    model, frame = open_linear(pieces / PIECES, tokenizer), read_excerpts(data / TEST_FILE)
    measured: Score = to_dictionary(evaluate_linear(NAME, model, reader(tokenizer), data, frame, TEST_FILE))
    return measured


def results(columns: dict[str, Score]) -> str:
    """The models' figures side by side, in lines; a warning where the linear model does better."""
    first = next(iter(columns.values()))
    title = f"on {int(first['works']):,} works, {int(first['excerpts']):,} excerpts"
    lines = [f"{title:<40}" + "".join(f"{name:>9}" for name in columns)]
    lines += [
        f"{name:<40}" + "".join(f"{column[key]:9.3f}" for column in columns.values()) for name, key in _ROWS
    ]
    best = max(columns, key=lambda name: columns[name]["macro_f1"])
    if best not in ("teacher", "student"):
        lines.append(f"The {best} model that taught the pair does better: take MINUTES and a new OUT.")
    return "\n".join(lines)


def command(out: Path, *program: str) -> str:
    """A command line that runs a program of ours with the pair."""
    python = os.path.relpath(sys.executable)
    python = sys.executable if python.startswith("..") else python
    pair = ["--teacher", str(out / "teacher"), "--student", str(out / "student")]
    return shlex.join([python, *program, *pair])


def _parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(prog="python -m train.own", description=__doc__)
    parser.add_argument("books", type=Path, metavar="BOOKS", help="folder of AUTHOR/book")
    parser.add_argument("--out", type=Path, default=Path("runs/own"), help="default: %(default)s")
    parser.add_argument("--max-minutes", type=float, default=0, metavar="M", help=_MINUTES)
    parser.add_argument("--seed", type=int, default=0, help="chooses the works to test on")
    text = "further options of train.recipe, in one string"
    parser.add_argument("--options", type=shlex.split, default=[], metavar="TEXT", help=text)
    options = parser.parse_args(arguments)
    if not options.max_minutes >= 0:  # nor is what is no number
        parser.error("--max-minutes must not be negative")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Data, teacher, student, scores; what is done already is not done again."""
    options = _parse_arguments(arguments)
    out: Path = options.out
    data = prepare_data(options.books, out, options.seed)
    train_pair(data, out, options.max_minutes, options.options)
    columns = {role: score(out / role, data) for role in ("teacher", "student")}
    print(results(columns | {"linear": linear_score(out / "pieces", data)}))
    print(f"\nThe page on this pair:\n  {command(out, 'app.py')}")
    print(f"A file or a folder read by it:\n  {command(out, '-m', 'authorship', 'FILE')}")
    return 0


if __name__ == "__main__":
    sys.exit(run(main, quiet=False))
