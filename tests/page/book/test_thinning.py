"""A chart of few points says what the many passages say."""

from dataclasses import replace

import numpy as np
import pytest

from page.book.points import breadth, dots, line, thin, ticks
from page.book.reading import Curve
from page.book.view import Span


def curve(count: int) -> Curve:
    """Passages of 100 characters, every 50, with random probabilities of three authors."""
    generator = np.random.default_rng(count)
    shares = generator.dirichlet([1, 1, 1], size=count).astype(np.float32)
    starts = np.arange(count) * 50
    return Curve(starts, starts + 100, shares, generator.random(count) < 0.3)


@pytest.mark.parametrize("count", [1, 2, 299, 300, 301, 4001])
def test_points_are_few_and_lose_nothing_on_average(count: int) -> None:
    passages = curve(count)
    points = thin(passages, 0, passages.stops[-1], 300)
    assert len(points) <= 301
    assert points.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    sizes = np.minimum(points.size, count - np.arange(len(points)) * points.size)
    for means, all_of_it in (
        (points.probabilities, passages.probabilities.mean(axis=0)),
        (points.unknown, passages.unknown.mean()),
        (points.centres, passages.centres.mean()),
    ):
        assert np.average(means, axis=0, weights=sizes) == pytest.approx(all_of_it, rel=1e-5)


def test_a_part_that_fits_is_shown_passage_by_passage() -> None:
    passages = curve(4001)
    points = thin(passages, 100_000, 110_000, 300)
    assert points.size == 1
    shown = passages.probabilities[points.chosen]
    assert np.allclose(points.probabilities, shown)
    assert points.centres[0] < 100_000 and points.centres[-1] > 110_000


def test_groups_stand_still_when_passages_come() -> None:
    first, later = (thin(curve(4001).part(0, count), 0, 1e6, 300) for count in (2990, 2999))
    assert first.size == later.size
    assert np.array_equal(first.centres[:-1], later.centres[: len(first) - 1])


def test_nothing_read_is_nothing_drawn() -> None:
    points = thin(curve(5).part(0, 0), 0, 1000, 300)
    assert len(points) == 0 and dots(points, 0, Span(0, 1000)) == ""


def test_lines_and_dots_stand_at_their_places() -> None:
    passages, span = curve(20), Span(0.0, 1050.0)
    points = thin(passages, 0, 1050, 300)
    place, height = (float(number) for number in line(points, 1, span).split(" ")[0].split(","))
    assert place == pytest.approx(50 / 1050 * 1000, abs=0.1)
    near = passages.probabilities[np.abs(passages.centres - 50) <= breadth(0, 1050) / 2, 1]
    assert height == pytest.approx((1 - near.mean()) * 100, abs=0.1)
    drawn = dots(points, 1, span).split("M")[1:]
    assert len(drawn) == np.sum(passages.probabilities[:, 1] >= 0.05)


@pytest.mark.parametrize("most", [10, 300, 5000])
def test_smoothing_leaves_what_is_level_and_never_depends_on_the_groups(most: int) -> None:
    shares = np.tile(np.array([[0.2, 0.3, 0.5]], np.float32), (4001, 1))
    level = thin(replace(curve(4001), probabilities=shares), 0, 200_000, most)
    assert np.allclose(level.smoothed, shares[0])
    points = thin(curve(4001), 0, 200_000, most)
    assert points.smoothed.sum(axis=1) == pytest.approx(1, abs=1e-5)
    centres, half = curve(4001).centres, breadth(0, 200_000) / 2
    for centre, smooth in zip(points.centres[::97], points.smoothed[::97], strict=True):
        near = np.abs(centres - centre) <= half
        assert np.allclose(smooth, curve(4001).probabilities[near].mean(axis=0), atol=1e-5)


@pytest.mark.parametrize("span", [(0, 10_000), (0, 5_000_000), (123_456, 125_456), (7, 900_001)])
def test_ticks_are_round_few_and_in_view(span: tuple[int, int]) -> None:
    places = ticks(Span(*span))
    assert 2 <= len(places) <= 7
    assert all(span[0] <= place <= span[1] and place % 100 == 0 for place in places)
