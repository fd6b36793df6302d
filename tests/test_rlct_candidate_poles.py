"""Where zeta may have further poles, against how Z(beta) comes to its asymptotic law."""

import math

import numpy as np
import pytest
from sympy import Rational
from sympy.abc import x, y, z

from slt_symbolic.rlct import ConstantsError, Problem, candidate_poles


def quadrant(K, beta):
    """Z(beta) over [0, 1]^2, by the trapezoidal rule in the logarithms of both coordinates."""
    s = np.linspace(0.0, 60.0, 2401)
    r = np.exp(-s)
    weights = r * (s[1] - s[0])
    weights[0] /= 2
    X, Y = np.meshgrid(r, r, indexing="ij")
    return float(weights @ np.exp(-beta * K(X, Y)) @ weights)


@pytest.mark.parametrize(
    ("K", "function", "region"),
    [
        # An edge and a term beyond it: 1/2 and 3/4.
        (x**4 + x**3 * y**2 + y**4, lambda X, Y: X**4 + X**3 * Y**2 + Y**4, (x, y)),
        # Two coordinates: 1/6 and 1/4.
        (x**4 * y**6, lambda X, Y: X**4 * Y**6, (x, y)),
        # Two edges: 3/10 and 1/3.
        (x**6 + x**4 * y**2 + y**8, lambda X, Y: X**6 + X**4 * Y**2 + Y**8, (x, y)),
    ],
)
def test_the_next_pole_is_how_Z_comes_to_its_law(K, function, region):
    first, second, *_ = candidate_poles(Problem(K, (x, y), (0, 0), region))
    betas = [1e8, 1e10, 1e12]
    scaled = [quadrant(function, beta) * beta ** float(first) for beta in betas]
    change = (scaled[2] - scaled[1]) / (scaled[1] - scaled[0])
    assert -math.log(change) / math.log(100) == pytest.approx(float(second - first), abs=0.01)


def test_poles_of_blocks_add_up():
    plain = candidate_poles(Problem((x**2 - y**3) ** 2, (x, y), (0, 0)))
    more = candidate_poles(Problem((x**2 - y**3) ** 2 + z**2, (x, y, z), (0, 0, 0)))
    assert plain[:2] == (Rational(5, 12), Rational(1, 2))
    assert more[:2] == (Rational(11, 12), Rational(1))
    near = candidate_poles(Problem((x**2 - y**3) ** 2, (x, y), (0, 0)), beyond=Rational(1, 20))
    assert near == (Rational(5, 12),)


def test_what_shows_no_poles_is_named():
    with pytest.raises(ConstantsError, match="density"):
        candidate_poles(Problem(x**2, (x,), (0,), (), [(x, Rational(1, 2))]))
    with pytest.raises(ConstantsError, match="no proof"):
        candidate_poles(Problem((x - y) ** 4 + y**7, (x, y), (0, 0), (y,)), budget=0.0)
