"""The plain rules are exact for polynomials, the mapped ones converge to SciPy's integrals, nodes nest."""

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from scipy.integrate import quad

from explain.quadrature import (
    CENTRE,
    FINEST,
    LEVELS,
    coarse_weights,
    level_nodes,
    plain_weights,
    position,
    schedule,
    weights,
)


@pytest.mark.parametrize("size", LEVELS)
def test_the_plain_rule_is_exact_for_polynomials_below_its_size(size: int):
    points = [(1 - math.cos(math.pi * node / FINEST)) / 2 for node in level_nodes(size)]
    plain = plain_weights(size)
    assert sum(plain) == pytest.approx(1, abs=1e-14) and all(weight > 0 for weight in plain)
    for degree in range(size):
        estimate = sum(w * point**degree for w, point in zip(plain, points, strict=True))
        assert estimate == pytest.approx(1 / (degree + 1), abs=1e-13)


def test_three_plain_nodes_are_simpsons_rule():
    assert plain_weights(3) == pytest.approx((1 / 6, 4 / 6, 1 / 6))


def test_positions_rise_and_are_closest_where_they_are_drawn_to():
    points = [position(node) for node in level_nodes(FINEST + 1)]
    steps = [after - before for before, after in pairwise(points)]
    assert points[0] == 0 and points[-1] == 1
    assert all(step > 0 for step in steps)
    near = min(range(len(steps)), key=lambda index: abs(points[index] - CENTRE))
    assert max(steps[near - 2 : near + 3]) < 0.4 * max(steps)


def integrate(function: Callable[[float], float], size: int) -> float:
    return sum(w * function(position(node)) for w, node in zip(weights(size), level_nodes(size), strict=True))


@pytest.mark.parametrize("function", [math.exp, math.sqrt, lambda x: x**7, lambda x: 1 / (1 + x)])
def test_the_mapped_rule_converges_to_scipys_integral(function: Callable[[float], float]):
    exact = quad(function, 0, 1)[0]
    errors = [abs(integrate(function, size) - exact) for size in LEVELS]
    assert errors[1] < 2e-3 and errors[-1] < 1e-4
    assert errors[-1] <= errors[1] <= errors[0]


def test_a_bend_where_they_are_drawn_to_needs_fewer_nodes_than_the_plain_rule():
    def bend(x: float) -> float:
        return 1 / ((x - CENTRE) ** 2 + 0.01)

    exact = quad(bend, 0, 1)[0]
    plain = sum(
        w * bend((1 - math.cos(math.pi * node / FINEST)) / 2)
        for w, node in zip(plain_weights(13), level_nodes(13), strict=True)
    )
    assert abs(integrate(bend, 13) - exact) < 0.02 * abs(plain - exact)


@pytest.mark.parametrize("size", LEVELS)
def test_the_coarse_rule_is_worse_and_leaves_half_of_the_nodes_out(size: int):
    coarse = coarse_weights(size)
    assert len(coarse) == size and sum(weight == 0 for weight in coarse) == size // 2
    estimate = sum(w * math.exp(position(node)) for w, node in zip(coarse, level_nodes(size), strict=True))
    error = abs(estimate - (math.e - 1))
    assert abs(integrate(math.exp, size) - (math.e - 1)) <= error + 1e-12
    assert error < 0.3


def test_no_node_comes_twice_and_the_ends_come_first():
    seen: list[int] = []
    for size, fresh in schedule(LEVELS):
        seen += fresh
        assert sorted(seen) == list(level_nodes(size))
    assert set(seen[:2]) == {0, FINEST}


@pytest.mark.parametrize("size", [1, 6, 10, 129])
def test_sizes_that_do_not_nest_are_refused(size: int):
    with pytest.raises(ValueError, match="do not nest"):
        level_nodes(size)
