"""Figures over some of the authors say so, and a model card promises no calibration that is not there."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from authorship.models.bundle import ModelBundle, save_bundle
from authorship.models.calibration import Calibration
from train import evaluate
from train.evaluation.figures import CARD_FILE


@pytest.fixture
def data(tmp_path: Path, sample_text: str) -> Path:
    """Excerpts of two of the model's four authors, and of one whom it does not know."""
    writers = ["Gamma", "Gamma", "Beta", "Nobody"]
    frame = pd.DataFrame({"writer": writers, "book": ["a", "b", "c", "d"], "text": [sample_text] * 4})
    frame.to_csv(tmp_path / "some.csv", index=False)
    return tmp_path / "some.csv"


def test_some_of_the_authors_are_counted(data: Path, tiny_bundle: ModelBundle, tmp_path: Path, capsys):
    save_bundle(tiny_bundle, tmp_path / "model")
    assert evaluate.main(["--bundle", str(tmp_path / "model"), "--data", str(data)]) == 0
    captured = capsys.readouterr()
    assert "(2 authors, " in captured.out
    assert "2 of the model's 4 authors: macro-F1 is the mean over them alone." in captured.err
    assert "1 excerpts by writers unknown to the model are left out: Nobody." in captured.err


def test_nothing_is_said_where_all_are_there(tiny_bundle: ModelBundle, sample_text: str):
    frame = pd.DataFrame({"writer": [author.key for author in tiny_bundle.authors], "text": sample_text})
    assert evaluate.coverage(tiny_bundle, frame, "all.csv") == ""


@pytest.mark.parametrize("calibration", [Calibration(), Calibration(1.2, -3.0)])
def test_the_card_says_whether_it_is_calibrated(
    data: Path, tiny_bundle: ModelBundle, tmp_path: Path, calibration: Calibration
):
    save_bundle(replace(tiny_bundle, calibration=calibration), tmp_path / "model")
    evaluate.main(["--bundle", str(tmp_path / "model"), "--data", str(data), "--report"])
    card = (tmp_path / "model" / CARD_FILE).read_text(encoding="utf-8")
    assert ("**not calibrated**" in card) == (calibration == Calibration())
    assert ("calibration.json" in card) == (calibration != Calibration())
    assert "macro-F1 over 2 authors" in card
