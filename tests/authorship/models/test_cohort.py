"""A cohort says how typical a text is of the author named; a model that brings one abstains by it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from authorship.errors import BundleError
from authorship.models.bundle import ModelBundle, load_bundle, save_bundle
from authorship.models.calibration import AtLength, Calibration
from authorship.models.cohort import COHORT_FILE, FIRST_PAIR, Cohort, pair_codes
from authorship.predict.prediction import predict

PIECES = 40


@pytest.fixture
def cohort(tiny_bundle: ModelBundle) -> Cohort:
    """Scores at random for the bundle's authors and some others, by every piece and a few pairs."""
    generator = np.random.default_rng(0)
    pairs = pair_codes(np.arange(10))
    features = np.concatenate([np.arange(PIECES), pairs])
    keys = (*(author.key for author in tiny_bundle.authors), *(f"other {number}" for number in range(6)))
    return Cohort.of(
        keys,
        features,
        generator.uniform(0.5, 2, len(features)).astype(np.float32),
        generator.normal(size=(len(features), len(keys))).astype(np.float32),
        generator.normal(size=len(keys)).astype(np.float32),
    )


def test_scores_are_of_what_a_text_holds_and_hardly_of_how_often(cohort: Cohort) -> None:
    ids = [3, 4, 5, 3, 900]
    held = {3: 2, 4: 1, 5: 1, **dict.fromkeys(pair_codes(np.array(ids[:3])).tolist(), 1)}
    expected = cohort.intercepts.astype(float)
    for chosen in (
        [code for code in held if code < FIRST_PAIR],
        [code for code in held if code > FIRST_PAIR],
    ):
        rows = np.searchsorted(cohort.features, chosen)
        values = np.array(
            [
                cohort.rarity[row] * 2 * held[code] / (held[code] + 1)
                for row, code in zip(rows, chosen, strict=True)
            ]
        )
        expected = expected + values / np.linalg.norm(values) @ (
            cohort.scale[rows][:, None] * cohort.directions[rows]
        )
    np.testing.assert_allclose(cohort.scores(ids), expected, rtol=1e-3, atol=1e-3)
    typical = [cohort.typicality(ids, key) for key in cohort.keys]
    assert abs(np.mean(typical)) < 1e-4 and abs(np.std(typical) - 1) < 1e-3
    np.testing.assert_array_equal(cohort.scores([900, 901]), cohort.intercepts)


def test_a_model_with_a_cohort_abstains_by_typicality(
    tiny_bundle: ModelBundle, cohort: Cohort, tmp_path: Path
) -> None:
    text = "Ветер гнал по дороге сухие листья, и никто не выходил за ворота. " * 10
    verdicts = []
    for least in (-99.0, 99.0):
        lengths = (AtLength(300, 1.0, 0.0, 0.0, 0.5, least), AtLength(20_000, 1.0, 0.0, 0.0, 0.9))
        asked = replace(tiny_bundle, cohort=cohort, calibration=Calibration(1.0, 0.0, lengths=lengths))
        save_bundle(asked, tmp_path)
        again = load_bundle(tmp_path)
        assert again.calibration == asked.calibration
        verdicts.append((predict(asked, text).unknown, predict(again, text).unknown))
    assert verdicts == [(False, False), (True, True)]


def test_a_damaged_cohort_is_refused_with_a_remedy(cohort: Cohort, tmp_path: Path) -> None:
    cohort.save(tmp_path)
    known = cohort.keys[:2]
    again = Cohort.load(tmp_path, known)
    assert again is not None and again.typicality([1, 2, 3], known[0]) == cohort.typicality(
        [1, 2, 3], known[0]
    )
    with pytest.raises(BundleError, match="another model"):
        Cohort.load(tmp_path, ["nobody"])
    parts = load_file(tmp_path / COHORT_FILE)
    bad = cohort.rarity.copy()
    bad[0] = np.inf
    for broken in (replace(cohort, rarity=bad), replace(cohort, keys=cohort.keys[1:])):
        broken.save(tmp_path)
        with pytest.raises(BundleError, match="Fetch the model again"):
            Cohort.load(tmp_path, [])
    save_file(parts, tmp_path / COHORT_FILE)
    with pytest.raises(BundleError, match="cannot be opened"):
        Cohort.load(tmp_path, known)
    assert Cohort.load(tmp_path / "elsewhere", known) is None
