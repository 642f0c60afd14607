"""The whole recipe: `python -m train.recipe --data DIR --out DIR [--total-minutes T] [--max-minutes M]`.

One stage after another, each in its share of T minutes. After M minutes a run stops and the next one goes on:
OUT/recipe.json says how far it came. What it needs is the weights in half precision, so that OUT can be
carried to another machine between two runs; checkpoints are gone on with where they are still there.
"""

import json
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from authorship.commandline import run
from authorship.engines.engine import best_device, has_bfloat16
from authorship.json_lines import take_lock
from authorship.models.source import open_bundle
from train import pieces
from train.config import (
    PieceArguments,
    PretrainArguments,
    RecipeArguments,
    StageArguments,
    StudentArguments,
    TeacherArguments,
    parse_known,
    parse_options,
)
from train.data.csv_files import TRAIN_FILE, excerpt_index, held_out_excerpts
from train.data.sources import DataError
from train.data.split import held_out_works
from train.pieces import PIECES
from train.pretrain import pretrain
from train.student import distil
from train.teacher import train_teacher
from train.training.choices import carry_choices
from train.training.trainer import checkpoint_minutes
from train.training.validation import HeldOut, compiled_for, fewer_excerpts

Options = dict[str, object]
# What is written down from the linear model is exact; faster steps blur it.
_RATE: Options = {"learning_rate": 1e-4, "num_train_epochs": 1000}
_MASKING: Options = {"token_masking": 0.03}
_CROPS: Options = {**_MASKING, "name_masking": 0.1, "transfer": 0.4}


@dataclass(frozen=True, slots=True)
class Stage:
    """A training, its share of all minutes, and its options; by the one named `begun` it goes on."""

    name: str
    train: Callable[[Any], None]
    arguments: type[StageArguments]
    share: float
    begun: str
    options: Options


def stages(arguments: RecipeArguments) -> tuple[Stage, ...]:
    """The stages in order; train/README.md says what each is for."""
    out = Path(arguments.out)
    ngrams = {"ngrams": out / "pieces" / PIECES}
    shape = {name: getattr(arguments, name) for name in ("layers", "width", "units", "window")}
    made = {"tokenizer": out / "pieces", **shape}
    written = {"verdict_weight": 0.2, "freeze_embeddings": not arguments.language_weight}
    pretraining = {"language_weight": arguments.language_weight, "save_strategy": "epoch", **made, **written}
    head = {"base": out / "scores", "score_weight": 1.0, "freeze_encoder": True}
    to_distil = {"teacher": out / "teacher", "alpha": 0.1, "temperature": 2, "hidden_weight": 2}
    return (
        Stage("scores", pretrain, PretrainArguments, 0.5, "base", _RATE | _MASKING | ngrams | pretraining),
        Stage("teacher", train_teacher, TeacherArguments, 0.0, "base", _RATE | ngrams | _CROPS | head),
        Stage("student", distil, StudentArguments, 0.5, "start", _RATE | to_distil | _CROPS),
    )


def shared_options(arguments: RecipeArguments) -> Options:
    """What every stage is given, the fastest arithmetic there is among it."""
    return {
        "data": arguments.data,
        "crops_per_epoch": arguments.crops_per_epoch,
        "per_device_train_batch_size": arguments.batch,
        "save_total_limit": 1,
        "bf16": has_bfloat16(best_device()),
        "resume": True,
    }


logger = logging.getLogger(__name__)
STATE_FILE, CHOICES = "recipe.json", "choices"
_SHORTEST_PIECE = 0.2
_COMPARED_EXCERPTS = 1500


@dataclass(slots=True)
class Progress:
    """What OUT/recipe.json keeps: minutes spent by stage, and the held-out figures of those that ended."""

    total_minutes: float
    spent: dict[str, float] = field(default_factory=dict)
    ended: dict[str, dict[str, float]] = field(default_factory=dict)

    def save(self, out: Path) -> None:
        """Replace the file at once, so that it is never half written."""
        part = out / f"{STATE_FILE}.part"
        part.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        os.replace(part, out / STATE_FILE)

    @classmethod
    def load(cls, out: Path, total_minutes: float) -> "Progress":
        """How far the recipe is; its total minutes are those that it was begun with."""
        file = out / STATE_FILE
        return cls(**json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else cls(total_minutes)


def go_on(arguments: RecipeArguments, rest: Sequence[str]) -> bool:
    """Run what is left of the recipe for at most `max_minutes`; whether it ended."""
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    progress = Progress.load(out, arguments.total_minutes)
    if progress.total_minutes != arguments.total_minutes:
        text = "%s was begun for %g minutes of training and keeps to them; for %g take a new OUT."
        logger.warning(text, out, progress.total_minutes, arguments.total_minutes)
    if progress.ended:
        logger.warning("Going on in %s, where these stages are done: %s.", out, ", ".join(progress.ended))
    progress.save(out)
    deadline = time.monotonic() + 60 * (arguments.max_minutes or float("inf"))
    if arguments.choices and not (out / CHOICES).is_dir():
        if (out / "pieces" / pieces.PIECES).is_file():
            raise DataError(f"{out} was begun with works held out: take a new OUT for --choices.")
        carry_choices(Path(arguments.choices), out / CHOICES)
    if not (out / "pieces" / pieces.PIECES).is_file():
        _fit_pieces(arguments)
    for stage in stages(arguments):
        if stage.name in progress.ended:
            continue
        left = (deadline - time.monotonic()) / 60
        if left < _SHORTEST_PIECE:
            return False
        if not _run_piece(stage, progress, arguments, left, rest):
            return False
    return True


def _fit_pieces(arguments: RecipeArguments) -> None:
    """The first stage; one that keeps another's choices keeps its word pieces."""
    out = Path(arguments.out)
    options = PieceArguments(
        arguments.data, out / "pieces", arguments.vocabulary, arguments.window, test=False
    )
    if (kept := out / CHOICES / "pieces").is_dir():
        options = replace(options, choices=kept, tokenizer=str(kept))
    with redirect_stdout(sys.stderr):
        pieces.fit(options)


def _run_piece(
    stage: Stage, progress: Progress, arguments: RecipeArguments, left: float, rest: Sequence[str]
) -> bool:
    """Train one stage for what is left of the run; whether the stage ended."""
    out = Path(arguments.out) / stage.name
    planned = stage.share * progress.total_minutes
    # Of a run that was killed only its checkpoints know.
    spent = max(progress.spent.get(stage.name, 0.0), checkpoint_minutes(out / "checkpoints"))
    if planned:
        logger.warning("Stage %s: %.1f of %.1f minutes spent.", stage.name, spent, planned)
    else:
        logger.warning("Stage %s: written down in closed form, without steps of training.", stage.name)
    piece = max(0.0, min(left, planned - spent))
    options = (
        stage.options
        | shared_options(arguments)
        | {"out": out, "max_minutes": planned, "piece_minutes": piece}
    )
    if (kept := Path(arguments.out) / CHOICES).is_dir():
        options["choices"] = kept if stage.train is pretrain else kept / stage.name
    if not planned:
        options["num_train_epochs"] = 0
    if spent and not any((out / "checkpoints").glob("checkpoint-*")):
        options |= {stage.begun: out, "spent_minutes": spent}
    # Some take a folder as a path, some as a name: argparse makes either of text.
    chosen = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
    stage.train(parse_options(stage.arguments, rest, **chosen))
    progress.spent[stage.name] = spent + piece
    ended = progress.spent[stage.name] >= planned - _SHORTEST_PIECE / 10
    if ended:
        progress.ended[stage.name] = held_out_figures(stage, arguments)
        logger.warning("Stage %s ended%s.", stage.name, _said(progress.ended[stage.name]))
        shutil.rmtree(out / "checkpoints", ignore_errors=True)
    progress.save(Path(arguments.out))
    return ended


def _said(figures: dict[str, float]) -> str:
    listed = ", ".join(f"{name.replace('_', '-')} {figure:.3f}" for name, figure in figures.items())
    return f": {listed} on held-out works" if listed else ""


def needed(arguments: RecipeArguments) -> list[Path]:
    """The folders that the stages still to come read; their checkpoints may be left behind."""
    out = Path(arguments.out)
    progress = Progress.load(out, arguments.total_minutes)
    folders: set[Path] = set()
    for stage in stages(arguments):
        if stage.name not in progress.ended:
            folders |= {out / stage.name, *_read_by(stage, out, begun=stage.name in progress.spent)}
            folders.add(out / CHOICES)
    return sorted(folder for folder in folders if folder.is_dir())


def _read_by(stage: Stage, out: Path, begun: bool) -> set[Path]:
    """The folders named by a stage's options; one that is begun goes on from itself, not from its base."""
    named = [value for name, value in stage.options.items() if not (begun and name == stage.begun)]
    return {out / path.relative_to(out).parts[0] for path in named if isinstance(path, Path)}


def held_out_figures(stage: Stage, arguments: RecipeArguments) -> dict[str, float]:
    """What the stage's model reaches on the held-out works.

    Nothing for an encoder without a head, or for a model that learnt from those works.
    """
    if stage.train is pretrain or (Path(arguments.out) / CHOICES).is_dir():
        return {}
    file = Path(arguments.data) / TRAIN_FILE
    validation = held_out_excerpts(file, held_out_works(excerpt_index(file)))
    if not len(validation):
        return {}
    compared = fewer_excerpts(validation, _COMPARED_EXCERPTS)
    bundle = open_bundle(str(Path(arguments.out) / stage.name))
    return HeldOut(compiled_for(bundle, len(compared)), compared).figures()


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Refuse a second run at one OUT: both would train and write the same stages."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("ab") as lock:
        take_lock(lock, out)
        yield


def make_pair(arguments: RecipeArguments, rest: Sequence[str]) -> None:
    """Begin, or go on; every stage is given the words of `rest` too. The pair is OUT/teacher and OUT/student.

    What is still to come after `max_minutes` is said in the log.
    """
    out = Path(arguments.out)
    logging.getLogger("transformers").setLevel(logging.ERROR)  # it reports every new head as missing weights
    try:
        with _alone(out):
            done = go_on(arguments, rest)
    except KeyboardInterrupt:
        logger.warning("Run the same command again to go on: what is done stays in %s.", out)
        raise
    if done:
        logger.warning("The pair is %s and %s.", out / "teacher", out / "student")
        return
    logger.warning("Not ended yet: run the same command again to go on.")
    folders = needed(arguments)
    size = sum(file.stat().st_size for folder in folders for file in folder.glob("*") if file.is_file())
    names = ", ".join(str(folder) for folder in folders)
    logger.warning("On another machine: take %s and %s (%.0f MB).", out / STATE_FILE, names, size / 1e6)


def main(argv: Sequence[str] | None = None) -> int:
    """`make_pair` with a command line's options."""
    make_pair(*parse_known(RecipeArguments, argv))
    return 0


if __name__ == "__main__":
    sys.exit(run(main, quiet=False))
