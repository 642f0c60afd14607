"""Stretches of one author each, and when a model is too unsure to name several."""

from dataclasses import replace

import numpy as np
import pytest

from authorship.datamodels import Passage, Stretch
from authorship.models.bundle import ModelBundle
from authorship.models.calibration import Calibration
from authorship.predict.sliding import summarise

WIDTH = 1_000
# The energy of a passage is minus its highest logit nearly: one of 0.6 is strange here, one of 6 is not.
WARY = Calibration(temperature=1.0, unknown_energy=-4.0, energy_temperature=0.05)


@pytest.fixture
def wary(tiny_bundle: ModelBundle) -> ModelBundle:
    """The random bundle with a calibration that abstains."""
    return replace(tiny_bundle, calibration=WARY)


def passages_of(parts: str) -> list[Passage]:
    """A passage a letter: a capital is a sure one of this author, a small one a weak one."""
    rows = [np.eye(4)["abcd".index(letter.lower())] * (6.0 if letter.isupper() else 0.6) for letter in parts]
    return [
        Passage(index * WIDTH, (index + 1) * WIDTH, tuple(row.tolist())) for index, row in enumerate(rows)
    ]


def stretches_of(bundle: ModelBundle, parts: str) -> list[tuple[int, int, str, bool]]:
    """Thousands of characters, the author's letter, and whether nobody is named."""
    keys = {author.key: "ABCD"[author.label_id] for author in bundle.authors}
    found = summarise(bundle, passages_of(parts)).stretches
    return [(one.start // WIDTH, one.stop // WIDTH, keys[one.author.key], one.unknown) for one in found]


def test_sure_hands_are_told_apart_and_cover_all(wary: ModelBundle) -> None:
    assert stretches_of(wary, "A" * 20 + "B" * 20) == [(0, 20, "A", False), (20, 40, "B", False)]


def test_a_weak_part_of_a_sure_book_is_nobodys(wary: ModelBundle) -> None:
    assert stretches_of(wary, "A" * 20 + "b" * 20) == [(0, 20, "A", False), (20, 40, "B", True)]


def test_weak_neighbours_are_one_stretch(wary: ModelBundle) -> None:
    found = stretches_of(wary, "A" * 40 + "b" * 10 + "c" * 10)
    assert [(start, stop, unknown) for start, stop, _, unknown in found] == [(0, 40, False), (40, 60, True)]


def test_a_book_that_is_mostly_weak_has_no_hands(wary: ModelBundle) -> None:
    for parts in ("a" * 20 + "b" * 20 + "c" * 20, "a" * 30 + "b" * 30 + "C" * 10):
        assert [(start, stop, unknown) for start, stop, _, unknown in stretches_of(wary, parts)] == [
            (0, len(parts), True)
        ]
        assert summarise(wary, passages_of(parts)).changes == ()


def test_what_no_model_can_judge_is_a_stretch_of_its_own_where_it_is_long_enough(wary: ModelBundle) -> None:
    def found(outside: str) -> list[Stretch]:
        marked = zip(passages_of("A" * 30 + "B" * 30), outside, strict=True)
        return list(summarise(wary, [replace(one, outside=mark == "x") for one, mark in marked]).stretches)

    plain = found("." * 60)
    for start, count, told in ((10, 4, True), (10, 3, False), (30, 12, True), (0, 6, True), (55, 5, True)):
        stretches = found("." * start + "x" * count + "." * (60 - start - count))
        unknown = [(one.start // WIDTH, one.stop // WIDTH) for one in stretches if one.unknown]
        assert unknown == ([(start, start + count)] if told else [])
        assert {one.start // WIDTH for one in stretches} <= {0, 30, start, start + count}
        assert {one.author.label_id for one in stretches if not one.unknown} == {0, 1}
        assert told or stretches == plain
    joined = [(one.unknown, one.outside) for one in found("." * 5 + "xxxx.xxxx..xxxx" + "." * 40)]
    assert joined == [(False, False), (True, True), (False, False), (False, False)]
    assert found("xxx..." * 10) == found("x........." * 6) == plain  # all runs are too short to be told


def test_a_bundle_that_never_abstains_doubts_nothing(tiny_bundle: ModelBundle) -> None:
    never = replace(tiny_bundle, calibration=Calibration())
    assert [unknown for *_, unknown in stretches_of(never, "a" * 20 + "b" * 20)] == [False, False]


def test_certainty_is_the_mean_probability_of_the_author(wary: ModelBundle) -> None:
    first, second = summarise(wary, passages_of("A" * 20 + "B" * 20)).stretches
    expected = float(np.exp(6) / (np.exp(6) + 3))
    assert first.certainty == pytest.approx(expected) and second.certainty == pytest.approx(expected)


def test_changes_are_the_borders_of_stretches(wary: ModelBundle) -> None:
    found = summarise(wary, passages_of("A" * 20 + "B" * 20 + "A" * 20))
    assert [change.offset for change in found.changes] == [one.start for one in found.stretches[1:]]
    assert found.stretches[0].start == 0 and found.stretches[-1].stop == 60 * WIDTH
