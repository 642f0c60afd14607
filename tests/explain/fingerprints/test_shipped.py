"""The figure file that comes with the shipped pair."""

import json

import pytest

from authorship.models.bundle import load_bundle
from authorship.models.digest import model_hash
from authorship.models.source import PROJECT, Role
from explain.fingerprints.datamodels import FINGERPRINTS_FILE, load

FILE = PROJECT / "models" / FINGERPRINTS_FILE
REMEDY = "run `python -m explain.fingerprints --data data/test_data.csv --out models` on the new pair"


@pytest.mark.parametrize("role", ["teacher", "student"])
def test_it_was_measured_on_the_shipped_pair(role: Role) -> None:
    bundle = load_bundle(PROJECT / "models" / role)
    found = load(FILE).of(role)
    assert found is not None and found.model == model_hash(bundle), REMEDY
    assert {one.author for one in found.authors} == {author.key for author in bundle.authors}
    assert found.map is not None and max(one.neighbours for one in found.map.methods) > 3 * found.map.chance


def test_it_is_small_and_holds_no_running_text() -> None:
    assert FILE.stat().st_size < 1_000_000

    def longest(value: object) -> int:
        if isinstance(value, dict):
            return max((longest(one) for key, one in value.items() if key != "model"), default=0)
        if isinstance(value, list):
            return max((longest(one) for one in value), default=0)
        return len(value.split()) if isinstance(value, str) else 0

    assert longest(json.loads(FILE.read_text(encoding="utf-8"))) < 10
