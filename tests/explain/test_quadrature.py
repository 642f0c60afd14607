"""The midpoint rules converge to SciPy's integrals, are drawn to where gradients change, and nest."""

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from scipy.integrate import quad
from torch import Tensor

from explain.quadrature import CENTRE, LEVELS, course, segment


def middles(size: int) -> Tensor:
    return torch.tensor([sum(segment(node, size)) / 2 for node in range(1, size + 1)], dtype=torch.float64)


def integrate(function: Callable[[Tensor], Tensor], size: int) -> float:
    """Along the course, as Captum does it: the slope of the course is part of the gradient."""
    progress = middles(size).requires_grad_()
    places = course(progress)
    (slopes,) = torch.autograd.grad(places.sum(), progress)
    return float((function(places.detach()) * slopes).sum() / (size + 1))


def test_the_course_rises_from_end_to_end_and_is_slow_where_gradients_change():
    ends = course(torch.tensor([0.0, 1.0]))
    assert ends.tolist() == pytest.approx([0, 1], abs=1e-6)
    places = course(middles(47)).tolist()
    steps = [after - before for before, after in pairwise([0.0, *places, 1.0])]
    assert all(step > 0 for step in steps)
    near = min(range(len(places)), key=lambda index: abs(places[index] - CENTRE))
    assert max(steps[near - 2 : near + 3]) < 0.4 * max(steps)


@pytest.mark.parametrize("name", ["exp", "sqrt", "seventh power", "reciprocal"])
def test_it_converges_to_scipys_integral(name: str):
    functions: dict[str, Callable[[Tensor], Tensor]] = {
        "exp": torch.exp,
        "sqrt": torch.sqrt,
        "seventh power": lambda x: x**7,
        "reciprocal": lambda x: 1 / (1 + x),
    }
    function = functions[name]
    exact = quad(lambda x: float(function(torch.tensor(x, dtype=torch.float64))), 0, 1)[0]
    errors = [abs(integrate(function, size) - exact) for size in LEVELS]
    assert errors[1] < 3e-4 and errors[2] < errors[1] / 8 and errors[3] < errors[2] / 8


def test_a_bend_where_it_is_slow_needs_fewer_nodes_than_even_steps():
    def bend(x: Tensor) -> Tensor:
        return 1 / ((x - CENTRE) ** 2 + 0.01)

    exact = quad(lambda x: 1 / ((x - CENTRE) ** 2 + 0.01), 0, 1)[0]
    even = float(bend((torch.arange(12, dtype=torch.float64) + 0.5) / 12).mean())
    assert abs(integrate(bend, 11) - exact) < 0.2 * abs(even - exact)


def test_every_other_node_is_one_of_the_level_before_with_half_its_segment():
    for coarse, fine in pairwise(LEVELS):
        assert fine == 2 * coarse + 1
        for node in range(1, coarse + 1):
            (low, high), (lower, upper) = segment(node, coarse), segment(2 * node, fine)
            assert math.isclose(low + high, lower + upper) and math.isclose(high - low, 2 * (upper - lower))
