"""What a book's passages say together."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from authorship.datamodels import Passage
from authorship.models.bundle import ModelBundle
from authorship.predict import hands
from authorship.predict.hands import cut_course, shares
from authorship.predict.prediction import predict
from authorship.predict.sliding import read_along, strongest, summarise

WIDTH = 1_000


def passages_of(labels: str, step: int = WIDTH, height: float = 6.0) -> list[Passage]:
    """A passage every `step` characters, each letter the label of the author it names."""
    named = ["abcd".index(letter) for letter in labels]
    rows = np.eye(4)[named] * height
    return [
        Passage(index * step, index * step + WIDTH, tuple(row.tolist())) for index, row in enumerate(rows)
    ]


def changes_of(bundle: ModelBundle, passages: list[Passage]) -> list[tuple[int, str, str]]:
    found = summarise(bundle, passages).changes
    return [(change.offset, change.before.key, change.after.key) for change in found]


def test_changes_of_a_made_sequence_are_found(tiny_bundle: ModelBundle):
    keys = [author.key for author in tiny_bundle.authors]
    passages = passages_of("a" * 20 + "b" * 15 + "c" * 20)
    assert changes_of(tiny_bundle, passages) == [(20_000, *keys[:2]), (35_000, *keys[1:3])]


def test_changes_lie_where_overlapping_passages_turn(tiny_bundle: ModelBundle):
    passages = passages_of("a" * 40 + "d" * 40, step=WIDTH // 2)
    ((offset, _, _),) = changes_of(tiny_bundle, passages)
    assert abs(offset - (40 * WIDTH // 2 + WIDTH // 4)) <= WIDTH // 4


@pytest.mark.parametrize("labels", ["a" * 50, "a", "a" * 10 + "b" + "a" * 10, "a" * 10 + "bc" + "a" * 10])
def test_one_author_with_odd_passages_is_one_author(tiny_bundle: ModelBundle, labels: str):
    assert changes_of(tiny_bundle, passages_of(labels, height=50.0)) == []


def test_the_cuts_are_the_best_of_all_cuts(monkeypatch: pytest.MonkeyPatch):
    """Against every way of cutting eight passages; the penalty is in the noise's square."""
    monkeypatch.setattr(hands, "SHORTEST", 1)
    generator = np.random.default_rng(0)
    numbers = set()
    for _ in range(20):
        logits = generator.normal(size=(8, 3)) + 4 * generator.normal(size=(2, 3)).repeat(4, axis=0)
        centred = logits - logits.mean(axis=1, keepdims=True)
        noise = hands._noise(centred, 1)
        monkeypatch.setattr(hands, "PENALTY", 1.5 / noise**2)

        def value(cuts: tuple[int, ...], centred: np.ndarray = centred) -> float:
            parts = np.split(centred, cuts)
            return sum(((part - part.mean(axis=0)) ** 2).sum() for part in parts) + 1.5 * len(cuts)

        ways = [cuts for n in range(8) for cuts in combinations(range(1, 8), n)]
        found = tuple(part.start for part in cut_course(logits, np.ones(8))[1:])
        assert value(found) == pytest.approx(min(map(value, ways)))
        numbers.add(len(found))
    assert len(numbers) > 1


def test_a_long_course_is_cut_step_by_step_as_well_as_a_short_one_at_once() -> None:
    """The library leaves out a start a little too early, once in two hundred signals."""
    same = 0
    generator = np.random.default_rng(1)
    for _ in range(200):
        length, labels = int(generator.integers(4, 120)), int(generator.integers(1, 6))
        means = 2 * generator.normal(size=(length // 7 + 1, labels)).repeat(7, axis=0)[:length]
        signal = means + generator.normal(size=(length, labels))
        penalty, shortest = (
            generator.uniform(0.5, 12),
            int(generator.integers(1, max(2, min(9, length // 2)))),
        )
        steps, fast = (
            find(signal, penalty, shortest) for find in (hands._stops_step_by_step, hands._fast_stops)
        )
        costs = [
            sum(((part - part.mean(axis=0)) ** 2).sum() for part in np.split(signal, stops[:-1]))
            + penalty * len(stops)
            for stops in (steps, fast)
        ]
        assert costs[0] <= costs[1] + 1e-9 and min(np.diff([0, *steps])) >= shortest
        same += steps == fast
    assert same > 190


def test_what_lies_between_does_not_count_for_the_whole(tiny_bundle: ModelBundle):
    once = passages_of("aabb")
    between = [replace(passage, between=True) for passage in passages_of("bbbb")]
    both = sorted([*once, *between], key=lambda passage: passage.start)
    np.testing.assert_allclose(
        summarise(tiny_bundle, both).whole.logits, summarise(tiny_bundle, once).whole.logits
    )


def test_passages_that_cannot_be_judged_are_by_nobody(tiny_bundle: ModelBundle):
    passages = [replace(passage, outside=True) for passage in passages_of("aabb")]
    found = summarise(tiny_bundle, passages)
    assert found.whole.unknown and all(stretch.unknown for stretch in found.stretches)


def test_shares_add_up_to_the_characters_read(tiny_bundle: ModelBundle, sample_text: str):
    passages = list(read_along(tiny_bundle, sample_text * 4))
    covered = np.zeros(len(sample_text) * 4)
    for passage in passages:
        covered[passage.start : passage.stop] += 1
    by_character = [(1 / covered[passage.start : passage.stop]).sum() for passage in passages]
    np.testing.assert_allclose(shares(passages), by_character)


def test_one_window_is_judged_as_an_excerpt_is(tiny_bundle: ModelBundle):
    text = "Степан Лукич сидел у самого края мостков."
    whole = summarise(tiny_bundle, list(read_along(tiny_bundle, text))).whole
    np.testing.assert_allclose(whole.probabilities, predict(tiny_bundle, text).probabilities, atol=1e-6)


def test_no_passages_are_refused(tiny_bundle: ModelBundle):
    with pytest.raises(ValueError, match="No passage"):
        summarise(tiny_bundle, [])


def test_the_strongest_are_clear_apart_and_by_falling_margin():
    heights = [(3.0, 0.0), (9.0, 1.0), (8.0, 0.5), (0.0, 4.0), (1.0, 2.0), (5.0, 5.0)]
    passages = [Passage(index * 600, index * 600 + WIDTH, row) for index, row in enumerate(heights)]
    favourable, adverse = strongest(passages, 0, k=3)
    assert [passages.index(passage) for passage in favourable] == [1]
    assert [passages.index(passage) for passage in adverse] == [3]
    apart = [Passage(index * WIDTH, (index + 1) * WIDTH, row) for index, row in enumerate(heights)]
    favourable, adverse = strongest(apart, 0, k=2)
    assert [apart.index(passage) for passage in favourable] == [1, 2]
    assert [apart.index(passage) for passage in adverse] == [3, 4]
