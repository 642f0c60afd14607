"""A scale belongs to the weights it was measured on; a loss by one's own reasons is a loss of one."""

from dataclasses import replace
from pathlib import Path

import pytest

from authorship.encode import encode
from authorship.engines.engine import TorchEngine
from authorship.errors import BundleError
from authorship.models.bundle import ModelBundle, load_bundle, save_bundle
from authorship.models.calibration import Calibration
from authorship.models.source import open_bundle
from explain.agreement import SCALE_FILE, Drop, Reach, Scale, load_scale, measured_as, save_scale
from explain.attribution import attribute
from explain.datamodels import WordScore
from explain.faithfulness import (
    Explained,
    measure_drop,
    measure_effect,
    measure_transfer,
    rank_words,
    shared_words,
)

ROOT = Path(__file__).resolve().parents[2]
REACH = Reach(pair=0.6, low=0.5, high=0.7, ceiling=0.8, floor=0.0)


@pytest.fixture(scope="module")
def pair(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, sample_text: str
) -> tuple[Explained, Explained]:
    """Both random models' explanations of one text for one author."""
    author = tiny_bundle.authors[2]
    bundles = ((bundle, encode(sample_text, bundle.tokenizer)) for bundle in (tiny_bundle, tiny_student))
    teacher, student = (Explained(*one, attribute(*one, author)) for one in bundles)
    return teacher, student


def scale_of(teacher: ModelBundle, student: ModelBundle) -> Scale:
    """A made-up scale for these weights."""
    return Scale(measured_as(teacher), measured_as(student), "x.csv", 3, 0, "mean", *[REACH] * 5)


def test_a_scale_is_read_back_for_its_own_pair_only(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, tmp_path: Path
):
    teacher, student = tiny_bundle, replace(tiny_student, folder=tmp_path)
    assert load_scale(teacher, tiny_student) is None and load_scale(teacher, student) is None
    scale = scale_of(teacher, student)
    save_scale(scale, tmp_path)
    assert load_scale(teacher, student) == scale
    assert load_scale(student, replace(teacher, folder=tmp_path)) is None


@pytest.mark.parametrize("form", ["{folder}", "hub:me/student", "wandb:me/prose/student:v0"])
def test_a_scale_comes_with_the_student_wherever_it_comes_from(
    form: str, tiny_bundle: ModelBundle, tiny_student: ModelBundle, tmp_path: Path, monkeypatch
):
    """Weights in half precision, as they lie in a bundle, so that both fingerprints are of one pair."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda *_, **__: str(tmp_path / "student"))
    folder = tmp_path / "cache/whose-prose/wandb/me/prose/student/v0"
    for place in (tmp_path / "student", folder):
        save_bundle(tiny_student, place)
        save_scale(scale_of(tiny_bundle, load_bundle(place)), place)
    student = open_bundle(form.format(folder=tmp_path / "student"))
    compiled = replace(student, engine=TorchEngine(student.model))
    assert load_scale(tiny_bundle, compiled) == scale_of(tiny_bundle, student)


def test_a_damaged_scale_is_named(tiny_bundle: ModelBundle, tiny_student: ModelBundle, tmp_path: Path):
    for damage in ("{", "[]", '{"teacher": 1}', "[" * 200_000):
        (tmp_path / SCALE_FILE).write_text(damage, encoding="utf-8")
        with pytest.raises(BundleError, match="damaged"):
            load_scale(tiny_bundle, replace(tiny_student, folder=tmp_path))


def test_what_a_scale_belongs_to_outlives_the_disk_and_tells_weights_and_temperatures_apart(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, tmp_path: Path
):
    save_bundle(tiny_bundle, tmp_path / "one")
    one = load_bundle(tmp_path / "one")
    save_bundle(one, tmp_path / "two")
    assert measured_as(load_bundle(tmp_path / "two")) == measured_as(one) != measured_as(tiny_student)
    assert measured_as(replace(one, calibration=Calibration(2.0))) != measured_as(one)


def test_places_run_from_floor_to_ceiling():
    assert [REACH.place(value) for value in (-1, 0, 0.4, 0.8, 2)] == pytest.approx([0, 0, 0.5, 1, 1])
    assert REACH.midpoint == pytest.approx(0.4)
    assert replace(REACH, ceiling=0.0).place(0.1) == 1


def test_a_loss_too_small_to_divide_by_has_no_ratio():
    assert Drop(0.2, 0.1).ratio == pytest.approx(0.5)
    assert Drop(0.001, 0.1).ratio is None and Drop(-0.3, 0.1).ratio is None


def test_ones_own_reasons_lose_what_comprehensiveness_says(pair: tuple[Explained, Explained]):
    teacher, _ = pair
    own = teacher.attribution
    drop = measure_drop(teacher, own)
    effect = measure_effect(teacher.bundle, teacher.encoded, own.author, own.words, rank_words(own.words))
    assert [drop.own, drop.other] == pytest.approx([effect.comprehensiveness] * 2, abs=1e-6)


def test_transfer_asks_both_ways(pair: tuple[Explained, Explained]):
    teacher, student = pair
    there, back = measure_transfer(teacher, student), measure_transfer(student, teacher)
    assert there.teacher == back.student and there.student == back.teacher
    assert there.student == measure_drop(student, teacher.attribution)


def test_nothing_is_masked_without_a_mask(pair: tuple[Explained, Explained], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("explain.faithfulness.masking_id", lambda bundle: -1)
    assert measure_transfer(*pair) is None


def test_words_that_either_divides_are_ranked_as_one():
    first, second = shared_words(
        "доро-\nга и",
        [WordScore(0, 8, "доро-\nга", 3.0)],
        [WordScore(0, 4, "доро", 1.0), WordScore(9, 10, "и", 2.0)],
    )
    assert [word.text for word in first] == ["доро-\nга", "и"]
    assert [word.score for word in first] == [3.0, 0.0] and [word.score for word in second] == [1.0, 2.0]


def test_the_shipped_scale_is_the_shipped_pairs():
    """After a change of the pair: python -m explain.study --data CSV --out DIR --keep."""
    teacher, student = (load_bundle(ROOT / "models" / name) for name in ("teacher", "student"))
    scale = load_scale(teacher, student)
    assert scale is not None, "models/student/agreement.json is of other weights: run explain.study --keep."
    assert scale.spearman.low <= scale.spearman.pair <= scale.spearman.high
    assert scale.spearman.pair > scale.spearman.midpoint
