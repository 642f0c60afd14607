"""What held-out works chose is kept by a pair that learns from those works too."""

import json
import shutil
from pathlib import Path

import pytest

from authorship.models.calibration import Calibration
from tests.train.test_recipe import QUICK, STAGES, TINY
from train import pieces, recipe
from train.config import PieceArguments, TeacherArguments
from train.data.sources import DataError
from train.training.choices import Choices, chosen_calibration, held_out

WORKS = 18


@pytest.fixture(scope="module")
def chosen(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe's folder, its choices replaced by others, which nothing would choose by itself."""
    out = tmp_path_factory.mktemp("chosen")
    assert recipe.main(["--data", str(data), "--out", str(out), *TINY, *QUICK]) == 0
    for stage in ("pieces", "teacher", "student"):
        own = Choices.load(out / stage)
        Choices(1.0625 * own.scale, 1.125 * own.temperature).save(out / stage)
    Calibration(3.25, -1.5, 0.3, ("Zeta",)).save(out / "teacher")
    return out


def test_all_works_are_learnt_from_and_the_choices_kept(
    data: Path, chosen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    out, read, fit = tmp_path / "all", [], pieces.fit_pieces
    monkeypatch.setattr(pieces, "fit_pieces", lambda works, *more: read.extend(works) or fit(works, *more))
    words = ["--data", str(data), "--out", str(out), "--choices", str(chosen), *TINY, *QUICK]
    assert recipe.main(words) == 0
    assert len(read) == WORKS
    for stage in ("pieces", "teacher", "student"):
        assert Choices.load(out / stage) == Choices.load(chosen / stage)
    for role in ("teacher", "student"):
        assert Calibration.load(out / role) == Calibration.load(chosen / role)
    state = json.loads((out / recipe.STATE_FILE).read_text(encoding="utf-8"))
    assert list(state["ended"]) == STAGES and not any(state["ended"].values())
    kept, first = (folder / "pieces" / "tokenizer.json" for folder in (out, chosen))
    assert kept.read_bytes() == first.read_bytes()


def test_only_who_has_no_choices_holds_works_out(data: Path, chosen: Path, tmp_path: Path):
    for kind in (PieceArguments, TeacherArguments):
        assert 0 < len(held_out(kind(data=data, out=tmp_path))) < WORKS
        assert not held_out(kind(data=data, out=tmp_path, choices=chosen / "teacher"))
        with pytest.raises(DataError, match="no choices"):
            held_out(kind(data=data, out=tmp_path, choices=tmp_path))


def test_a_recipe_begun_without_choices_takes_none(data: Path, chosen: Path, tmp_path: Path):
    again = tmp_path / "again"
    shutil.copytree(chosen, again)
    with pytest.raises(DataError, match="new OUT"):
        recipe.main(["--data", str(data), "--out", str(again), "--choices", str(chosen), *TINY, *QUICK])


def test_choices_that_were_not_made_are_missed_aloud(data: Path, tmp_path: Path):
    with pytest.raises(DataError, match="no choices"):
        recipe.main(["--data", str(data), "--out", str(tmp_path / "out"), "--choices", str(tmp_path)])
    with pytest.raises(DataError, match="is missing"):
        Choices.load(tmp_path)
    with pytest.raises(DataError, match="not calibrated"):
        chosen_calibration(tmp_path)
