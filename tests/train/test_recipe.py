"""The recipe goes through all its stages in pieces, whether or not their checkpoints are still there."""

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from authorship.models.bundle import load_bundle
from train import recipe
from train.config import RecipeArguments
from train.recipe import Stage, stages
from train.training.budget import TimeBudget
from train.training.encoders import encoder_layers
from train.training.trainer import checkpoint_minutes

TINY = [
    "--layers",
    "2",
    "--width",
    "32",
    "--window",
    "50",
    "--batch",
    "4",
    "--crops-per-epoch",
    "8",
    "--vocabulary",
    "300",
]
QUICK = ["--use-cpu", "--validation-excerpts", "4", "--disable-tqdm", "true"]
STAGES = ["scores", "teacher", "student"]


def command(data: Path, out: Path, *more: str) -> list[str]:
    return ["--data", str(data), "--out", str(out), *TINY, "--total-minutes", "0.2", *more]


@pytest.fixture
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a piece be as short as a tiny model's steps."""
    monkeypatch.setattr(recipe, "_SHORTEST_PIECE", 0.001)


def test_without_minutes_the_pair_is_what_was_written_down(data: Path, tmp_path: Path):
    out = tmp_path / "runs"
    assert recipe.main(["--data", str(data), "--out", str(out), *TINY, *QUICK]) == 0
    teacher, student = (load_bundle(out / role) for role in ("teacher", "student"))
    assert teacher.authors == student.authors
    assert [len(encoder_layers(bundle.model)[1]) for bundle in (teacher, student)] == [2, 1]
    assert not list(out.glob("*/checkpoints/*"))
    written, head, half = student.model.config.made
    assert "written in closed form" in written and "linear model" in head
    assert "distilled from its logits" in half
    assert teacher.model.config.made == [written, head]


def test_other_minutes_for_a_begun_recipe_are_refused_aloud(
    data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    out = tmp_path / "runs"
    out.mkdir()
    recipe.Progress(0.5).save(out)
    recipe.main(command(data, out, "--max-minutes", "0.001", *QUICK))
    assert "for 0.2 take a new OUT" in caplog.text


@pytest.mark.usefixtures("short_pieces")
def test_pieces_add_up_to_a_pair(data: Path, tmp_path: Path):
    """Every third time the checkpoints of the piece before are not there any more."""
    out = tmp_path / "runs"
    minutes = 0.12
    for number in range(60):
        if number % 3 == 2:
            for checkpoints in out.glob("*/checkpoints"):
                shutil.rmtree(checkpoints)
        whole = ["--total-minutes", str(minutes)]
        recipe.main(command(data, out, *whole, "--max-minutes", "0.018", *QUICK))
        state = json.loads((out / recipe.STATE_FILE).read_text(encoding="utf-8"))
        if "student" in state["ended"]:
            break
    assert list(state["ended"]) == STAGES
    assert all(
        state["spent"][name] == pytest.approx(stage.share * minutes, rel=0.3) for name, stage in by_name(out)
    )
    layers = [len(encoder_layers(load_bundle(out / role).model)[1]) for role in ("teacher", "student")]
    assert layers == [2, 1]


def test_a_run_that_ends_before_its_first_stage_says_how_far_it_came(data: Path, tmp_path: Path):
    out = tmp_path / "runs"
    recipe.main(command(data, out, "--total-minutes", "1", "--max-minutes", "0.0001", *QUICK))
    assert json.loads((out / recipe.STATE_FILE).read_text(encoding="utf-8"))["ended"] == {}


@pytest.fixture
def interrupts() -> Iterator[None]:
    """Processes begun meanwhile hear interrupts, even where the suite was begun with interrupts ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before or signal.SIG_DFL)


@pytest.mark.usefixtures("interrupts")
def test_an_interrupt_writes_a_checkpoint_and_the_next_run_goes_on_from_it(data: Path, tmp_path: Path):
    out = tmp_path / "runs"
    words = command(data, out, "--crops-per-epoch", "100000", *QUICK[:-1], "false")
    begun = subprocess.Popen(
        [sys.executable, "-m", "train.recipe", *words], stderr=subprocess.PIPE, text=True
    )
    assert begun.stderr is not None
    said = ""
    while not re.search(r"step \d+[02468]", said):
        letter = begun.stderr.read(1)
        assert letter, said
        said += letter
    begun.send_signal(signal.SIGINT)
    said += begun.stderr.read()
    assert begun.wait() == 130 and "go on" in said and "Traceback" not in said, said
    assert re.search(r"\d of 0\.1 minutes", said), said
    kept = checkpoint_minutes(out / "scores" / "checkpoints")
    assert 0 < kept < 0.1
    assert recipe.main(words) == 0
    state = json.loads((out / recipe.STATE_FILE).read_text(encoding="utf-8"))
    assert list(state["ended"]) == STAGES and state["spent"]["scores"] == pytest.approx(0.1, rel=0.2)


def by_name(out: Path) -> list[tuple[str, Stage]]:
    return [(stage.name, stage) for stage in stages(RecipeArguments(out=out))]


def test_a_begun_stage_goes_on_from_itself(tmp_path: Path):
    arguments = RecipeArguments(out=tmp_path)
    for name in ("pieces", *STAGES):
        (tmp_path / name).mkdir()

    def folders(**spent: float) -> list[str]:
        names = list(spent)
        recipe.Progress(1.0, spent, {name: {} for name in names[:-1]}).save(tmp_path)
        return [folder.name for folder in recipe.needed(arguments)]

    assert folders(scores=1) == ["pieces", "scores", "student", "teacher"]
    assert folders(scores=1, teacher=1) == ["pieces", "student", "teacher"]
    assert folders(scores=1, teacher=1, student=1) == ["student", "teacher"]


def test_without_a_checkpoint_the_rate_warms_up_again():
    budget = TimeBudget(minutes=10, spent_seconds=300)
    assert budget.progress(0, 1000) == 0.5 and budget.warmth() == 0.02
    budget.spent_seconds += 60
    assert budget.warmth() == 1
    assert TimeBudget(minutes=10).warmth() == 1
