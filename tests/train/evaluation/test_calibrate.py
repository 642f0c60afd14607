"""What is chosen for texts of each length: honest percentages, and few of the known authors refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from authorship.errors import BundleError
from authorship.models.calibration import AtLength, Calibration
from train.evaluation.calibrate import LENGTHS, MOST_ABSTAINING, calibrate_lengths, cut_texts
from train.evaluation.metrics import expected_calibration_error

LABELS = 4


def frame(works: int, excerpts: int) -> pd.DataFrame:
    """Works whose every character is their author's letter."""
    numbers = np.repeat(np.arange(works), excerpts)
    labels = numbers % LABELS
    return pd.DataFrame(
        {
            "writer": [f"w{label}" for label in labels],
            "book": numbers.astype(str),
            "text": ["абвг"[label] * 2_500 for label in labels],
            "label": labels,
        }
    )


def read(texts: list[str]) -> np.ndarray:
    """Logits that name the author the surer the longer the text; those of strangers' texts, in х, nobody."""
    generator = np.random.default_rng(len(texts[0]))
    logits = generator.normal(size=(len(texts), LABELS)) * 3
    for row, text in zip(logits, texts, strict=True):
        if "х" not in text:
            row["абвг".index(text.strip()[0])] += 1.5 * np.log(len(text)) - 6
    return logits


def test_each_length_has_its_own_choices():
    known, others = frame(40, 14), frame(40, 6).drop(columns="label").assign(text="х" * 2_500)
    found = calibrate_lengths(Calibration(), read, known, others)
    assert [length.characters for length in found.lengths] == [
        length for length in LENGTHS if 40 * (14 * 2_501 // length) >= 50
    ]
    rights = [length.right for length in found.lengths]
    assert rights[0] < 0.75 < rights[-1] and all(length.temperature > 0 for length in found.lengths)
    for length in found.lengths[:5]:
        texts, labels = cut_texts(known, length.characters, LENGTHS[length.characters])
        logits = read(texts)
        probabilities = found.probabilities(logits, length.characters)
        assert expected_calibration_error(probabilities, labels) < 0.1
        strange = found.strangeness(logits, length.characters)
        assert (strange > found.threshold_at(length.characters)).mean() <= MOST_ABSTAINING + 0.01


def test_texts_are_of_one_work_and_share_nothing():
    excerpts = frame(8, 4)
    texts, labels = cut_texts(excerpts, 3_000, 1_000)
    assert len(texts) == 8 * (4 * 2_501 // 3_000) and all(len(text) == 3_000 for text in texts)
    assert all(set(text) <= {"абвг"[label], "\n"} for text, label in zip(texts, labels, strict=True))
    assert cut_texts(excerpts, 3_000, 5)[0] == cut_texts(excerpts, 3_000, 5)[0] != texts[:5]
    assert cut_texts(excerpts, 50_000, 5)[0] == []


def test_between_lengths_figures_go_over_into_each_other(tmp_path: Path):
    lengths = (AtLength(300, 4.0, -3.0, 1.0, 0.5), AtLength(3_000, 1.0, -1.0, 0.0, 0.9))
    calibration = Calibration(2.0, -2.0, lengths=lengths)
    calibration.save(tmp_path)
    assert Calibration.load(tmp_path) == calibration
    assert calibration.temperature_at(10) == 4.0 and calibration.temperature_at(10**6) == 1.0
    middle = round((300 * 3_000) ** 0.5)
    assert calibration.temperature_at(middle) == pytest.approx(2.5, abs=0.01)
    assert calibration.share_right(middle) == pytest.approx(0.7, abs=0.01)
    both = calibration.temperature_at(np.array([300, 3_000]))
    assert both.tolist() == [4.0, 1.0]
    assert calibration.temperature_at(None) == 2.0 and Calibration().share_right(300) is None


def test_odd_lengths_are_refused(tmp_path: Path):
    good = AtLength(300, 4.0, -3.0, 1.0, 0.5)
    for bad in (
        (good, good),
        (AtLength(300, 0.0, -3.0, 1.0, 0.5),),
        (AtLength(300, float("nan"), -3.0, 1.0, 0.5),),
        (AtLength(0, 1.0, -3.0, 1.0, 0.5),),
    ):
        Calibration(lengths=bad).save(tmp_path)
        with pytest.raises(BundleError, match="length"):
            Calibration.load(tmp_path)
