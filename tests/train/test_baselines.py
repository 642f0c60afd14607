"""The linear baselines are fitted, written and measured, with works held out or with choices kept."""

import json
from pathlib import Path

import pytest

from train import baselines
from train.baselines import DELTA, NGRAMS, SUPPORT_VECTORS
from train.training.choices import Choices


def measured(out: Path) -> dict[tuple[str, str], float]:
    rows = json.loads((out / "baselines.json").read_text(encoding="utf-8"))
    return {(row["bundle"], Path(row["data"]).name): row["macro_f1"] for row in rows}


def test_baselines_know_authors_whose_words_differ(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first, all_works = tmp_path / "first", tmp_path / "all"
    words = ["--data", str(data), "--compare", "--features", "2000"]
    assert baselines.main([*words, "--out", str(first)]) == 0
    found = measured(first)
    assert set(found) == {
        (name, file)
        for name in (NGRAMS, SUPPORT_VECTORS, DELTA)
        for file in ("train_data.csv", "test_data.csv")
    }
    assert min(found.values()) > 0.9

    read: list[int] = []
    fit = baselines.fit
    monkeypatch.setattr(baselines, "fit", lambda frame, *more: read.append(len(frame)) or fit(frame, *more))
    assert baselines.main([*words, "--out", str(all_works), "--choices", str(first)]) == 0
    assert read == [54] and {file for _, file in measured(all_works)} == {"test_data.csv"}
    for kind in ("ngrams", "support_vectors"):
        assert Choices.load(all_works / kind) == Choices.load(first / kind)
