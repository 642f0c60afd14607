"""The recipe goes through all its stages in pieces, whether or not their checkpoints are still there."""

import json
import shutil
from pathlib import Path

import pytest

from authorship.bundle import load_bundle
from train import recipe
from train.budget import TimeBudget
from train.config import RecipeArguments
from train.recipe_stages import Stage, stages
from train.student_init import encoder_layers

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


@pytest.mark.usefixtures("short_pieces")
@pytest.mark.parametrize("carried", [False, True])
def test_pieces_add_up_to_a_pair(data: Path, tmp_path: Path, carried: bool):
    out = tmp_path / "runs"
    for _ in range(60):
        if carried:
            for checkpoints in out.glob("*/checkpoints"):
                shutil.rmtree(checkpoints)
        recipe.main(command(data, out, "--max-minutes", "0.03", *QUICK))
        state = json.loads((out / recipe.STATE_FILE).read_text(encoding="utf-8"))
        if "student" in state["ended"]:
            break
    assert list(state["ended"]) == STAGES
    assert all(
        state["spent"][name] == pytest.approx(stage.share * 0.2, rel=0.2) for name, stage in by_name(out)
    )
    layers = [len(encoder_layers(load_bundle(out / role).model)[1]) for role in ("teacher", "student")]
    assert layers == [2, 1]


def by_name(out: Path) -> list[tuple[str, Stage]]:
    return [(stage.name, stage) for stage in stages(RecipeArguments(out=out))]


def test_a_begun_stage_goes_on_from_itself(tmp_path: Path):
    arguments = RecipeArguments(out=tmp_path)
    for name in ("baselines", *STAGES):
        (tmp_path / name).mkdir()

    def folders(**spent: float) -> list[str]:
        names = list(spent)
        recipe.Progress(1.0, spent, {name: {} for name in names[:-1]}).save(tmp_path)
        return [folder.name for folder in recipe.needed(arguments)]

    assert folders(scores=1) == ["baselines", "scores", "student", "teacher"]
    assert folders(scores=1, teacher=1) == ["baselines", "student", "teacher"]
    assert folders(scores=1, teacher=1, student=1) == ["student", "teacher"]


def test_without_a_checkpoint_the_rate_warms_up_again():
    budget = TimeBudget(minutes=10, spent_seconds=300)
    assert budget.progress(0, 1000) == 0.5 and budget.warmth() == 0.02
    budget.spent_seconds += 60
    assert budget.warmth() == 1
    assert TimeBudget(minutes=10).warmth() == 1
