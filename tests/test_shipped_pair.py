"""The pair in `models/` keeps the contract of a bundle, and the README says what its reports say."""

import json
from pathlib import Path

import pytest

from authorship.errors import AuthorshipError
from authorship.models.bundle import ModelBundle, load_bundle
from authorship.predict.prediction import predict
from bench.figures import differences, main
from train.evaluation.figures import results_table
from train.training.encoders import encoder_layers

ROOT = Path(__file__).parents[1]
NAMES = ("teacher", "student")
REPORT_KEYS = {
    *("bundle", "data", "excerpts", "works", "macro_f1", "accuracy", "macro_f1_interval", "ece", "commit"),
    *("per_author", "book_accuracy", "auroc_unknown", "excerpts_per_second", "parameters"),
    *("log_loss", "refused_known", "refused_unknown"),
}
MOST_BYTES = 46_000_000


@pytest.fixture(scope="module")
def pair() -> dict[str, ModelBundle]:
    return {name: load_bundle(ROOT / "models" / name) for name in NAMES}


def report(name: str) -> dict[str, object]:
    return json.loads((ROOT / "models" / name / "report.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_nearest_works_are_the_authors_for_nine_of_ten_test_excerpts(
    name: str, pair: dict[str, ModelBundle]
) -> None:
    """As `python -m train.works --measure-only` measured them: each share is of as many excerpts."""
    works = pair[name].works
    assert works is not None and works.measured == report(name)["excerpts"]
    assert works.right.mean() >= 0.9 and set(works.authors) == {author.key for author in pair[name].authors}
    assert (ROOT / "models" / name / "works.safetensors").stat().st_size < 1_000_000


@pytest.mark.parametrize("name", NAMES)
def test_a_bundle_is_small_and_holds_no_pickle(name: str):
    files = [file for file in (ROOT / "models" / name).rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) <= MOST_BYTES
    assert {file.suffix for file in files} <= {".json", ".safetensors", ".md"}


def test_both_know_the_same_34_authors_by_name(pair: dict[str, ModelBundle]):
    teacher, student = (pair[name].authors for name in NAMES)
    assert teacher == student and len(teacher) == 34
    assert all(author.name != author.key and author.born for author in teacher)


def test_the_student_is_half_as_deep(pair: dict[str, ModelBundle]):
    teacher, student = (len(encoder_layers(pair[name].model)[1]) for name in NAMES)
    assert 2 * student == teacher


@pytest.mark.parametrize("name", NAMES)
def test_it_is_calibrated_and_has_a_threshold(pair: dict[str, ModelBundle], name: str, sample_text: str):
    prediction = predict(pair[name], sample_text * 3)
    assert sum(prediction.probabilities) == pytest.approx(1)
    assert pair[name].calibration.temperature != 1 and pair[name].calibration.unknown_energy is not None


@pytest.mark.parametrize("name", NAMES)
def test_the_report_is_whole_and_over_the_bar(name: str):
    figures = report(name)
    assert set(figures) >= REPORT_KEYS and len(figures["per_author"]) == 34
    low, high = figures["macro_f1_interval"]
    assert low <= figures["macro_f1"] <= high and figures["macro_f1"] >= 0.6
    assert report("student")["macro_f1"] >= 0.97 * report("teacher")["macro_f1"]


def test_figures_that_are_no_longer_true_are_told():
    for name in NAMES:
        told = report(name)
        assert not list(differences(told, told))
        assert list(differences(told, told | {"macro_f1": told["macro_f1"] - 0.004}))
        assert list(differences(told, told | {"excerpts": told["excerpts"] - 1}))
        assert len(list(differences(told, told | {"per_author": {}}))) == 34


def test_without_data_it_is_said_how_to_get_them(tmp_path: Path):
    with pytest.raises(AuthorshipError, match=r"train\.corpus BOOKS"):
        main(["--data", str(tmp_path)])


def test_the_readme_says_what_the_reports_say():
    assert results_table(ROOT / "models") in (ROOT / "README.md").read_text(encoding="utf-8")
