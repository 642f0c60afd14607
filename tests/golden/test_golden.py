"""The shipped pair says of a frozen set what it said when it was shipped."""

import json
from copy import deepcopy

from tests.golden.measure import GOLDEN, differences, measured


def test_the_shipped_pair_reproduces_its_logits_and_strongest_words() -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    found = measured(golden["texts"])
    assert not list(differences(golden, found))
    for moved in ("logits", "words"):
        other = deepcopy(found)
        other[moved]["student"] = found[moved]["teacher"]
        assert list(differences(golden, other)), f"{moved} may be another model's unnoticed"
