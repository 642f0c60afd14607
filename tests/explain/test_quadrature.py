"""The rules are exact for polynomials, their nodes nest, and a known rule comes out."""

import math

import pytest

from explain.quadrature import FINEST, LEVELS, level_nodes, position, schedule, weights


@pytest.mark.parametrize("size", LEVELS)
def test_polynomials_below_the_size_are_integrated_exactly(size: int):
    points = [position(node) for node in level_nodes(size)]
    assert sum(weights(size)) == pytest.approx(1, abs=1e-14)
    assert all(weight > 0 for weight in weights(size))
    for degree in range(size):
        estimate = sum(w * point**degree for w, point in zip(weights(size), points, strict=True))
        assert estimate == pytest.approx(1 / (degree + 1), abs=1e-13)


def test_three_nodes_are_simpsons_rule():
    assert weights(3) == pytest.approx((1 / 6, 4 / 6, 1 / 6))
    assert [position(node) for node in level_nodes(3)] == pytest.approx([0, 0.5, 1])


def test_a_smooth_function_converges_fast():
    estimate = sum(w * math.exp(position(n)) for w, n in zip(weights(9), level_nodes(9), strict=True))
    assert estimate == pytest.approx(math.e - 1, abs=1e-9)


def test_no_node_comes_twice_and_the_ends_come_first():
    seen: list[int] = []
    for size, fresh in schedule(LEVELS):
        seen += fresh
        assert sorted(seen) == list(level_nodes(size))
    assert set(seen[:2]) == {0, FINEST}


@pytest.mark.parametrize("size", [1, 4, 10, 129])
def test_sizes_that_do_not_nest_are_refused(size: int):
    with pytest.raises(ValueError, match="do not nest"):
        level_nodes(size)
