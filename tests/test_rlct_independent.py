"""Learning coefficients by a second way: volumes, integrals, and constructed problems."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Matrix, Rational, symbols

from slt_symbolic.rlct import Problem, check, learning_coefficient

x, y, u, v = symbols("x y u v")


def log_partition(K, log_n):
    """Return log of the integral of exp(-n K) over the unit square, on a logarithmic grid."""
    s = np.linspace(0.0, 60.0, 1201)
    weight = np.exp(-s) * (s[1] - s[0])
    X, Y = np.meshgrid(np.exp(-s), np.exp(-s), indexing="ij")
    return np.log(weight @ np.exp(-np.exp(log_n) * K(X, Y)) @ weight)


@pytest.mark.parametrize(
    ("K", "function"),
    [
        (x**2 + y**4, lambda X, Y: X**2 + Y**4),
        (x**2 * y**4, lambda X, Y: X**2 * Y**4),
        (x**2 * y**2, lambda X, Y: X**2 * Y**2),
        (x**4 + x**2 * y**2 + y**6, lambda X, Y: X**4 + X**2 * Y**2 + Y**6),
        ((x + y) ** 2, lambda X, Y: (X + Y) ** 2),
    ],
)
def test_partition_function_on_the_quadrant_scales_with_lambda_and_m(K, function):
    answer = learning_coefficient(Problem(K, (x, y), (0, 0), (x, y)))
    # Z(n) n**lambda is a polynomial of degree m - 1 in log n, up to powers of 1/n.
    points = np.array([30.0, 36.0, 42.0, 48.0])
    z = np.array([log_partition(function, t) for t in points])

    def degree(value):
        scaled = np.exp(z + value * points)
        sizes = [np.ptp(np.diff(scaled, k)) / scaled.max() for k in range(2)]
        return next((k for k, size in enumerate(sizes) if size < 2e-3), None)

    assert degree(float(answer.value)) == answer.multiplicity - 1
    # Another value must fail the same test, or it would show nothing.
    assert degree(float(answer.value) + 0.02) is None
    assert degree(float(answer.value) - 0.02) is None


def test_area_near_the_cusp_scales_with_five_twelfths():
    # {(y**2 - x**3)**2 < e}: for each x an explicit interval of y; e = h**2.
    def area(h):
        grid = np.concatenate([-np.geomspace(1, 1e-12, 200001), np.geomspace(1e-12, 1, 200001)])
        top = np.sqrt(np.clip(grid**3 + h, 0, None)) - np.sqrt(np.clip(grid**3 - h, 0, None))
        return 2 * np.trapezoid(top, grid)

    h = np.array([1e-9, 1e-10])
    slope = np.log(area(h[0]) / area(h[1])) / np.log((h[0] / h[1]) ** 2)
    answer = learning_coefficient(Problem((y**2 - x**3) ** 2, (x, y), (0, 0)))
    # The correction is the regular part of the curve, of relative size e**(1/12).
    model = [h_ ** (5 / 6) for h_ in h], list(h)
    coefficients = np.linalg.solve(np.array(model).T, [area(h[0]), area(h[1])])
    third = 1e-8
    predicted = coefficients @ [third ** (5 / 6), third]
    assert predicted == pytest.approx(area(third), rel=2e-3)
    assert slope == pytest.approx(5 / 12, abs=3e-3)
    assert answer.value == Rational(5, 12)


exponents = st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(any)


@given(exponents, st.lists(st.integers(-3, 3), min_size=4, max_size=4))
@settings(max_examples=40, deadline=None)
def test_monomials_in_other_linear_coordinates(powers, entries):
    # (l1**a l2**b)**2 with independent linear forms: min 1/(2a), 1/(2b), by construction.
    frame = Matrix(2, 2, entries)
    if frame.det() == 0:
        return
    forms = frame * Matrix([x, y])
    K = (forms[0] ** powers[0] * forms[1] ** powers[1]) ** 2
    answer = learning_coefficient(Problem(K.expand(), (x, y), (0, 0)))
    ratios = [Rational(1, 2 * e) for e in powers if e]
    assert answer.value == min(ratios)
    assert answer.multiplicity == ratios.count(min(ratios))


@given(st.integers(1, 3), st.integers(1, 4), st.integers(-2, 2), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_weighted_sums_behind_a_shear(p, q, slope, degree):
    # u**(2p) + v**(2q) in u = x + slope * y**degree, v = y: lambda = 1/(2p) + 1/(2q).
    shifted = x + slope * y ** (degree + 1)
    problem = Problem((shifted ** (2 * p) + y ** (2 * q)).expand(), (x, y), (0, 0))
    answer = learning_coefficient(problem)
    assert answer.value == Rational(1, 2 * p) + Rational(1, 2 * q)
    assert answer.multiplicity == 1
    check(answer.certificate, problem)


@given(st.integers(1, 3), st.integers(1, 3), st.sampled_from([(x,), (-x,), (x, y), (x, x - y)]))
@settings(max_examples=30, deadline=None)
def test_isolated_minimum_has_the_same_value_in_every_cone(p, q, region):
    # A definite germ is spread over all directions: cones with interior do not change lambda
    # when p = q; a coordinate quadrant never does.
    if region == (x, x - y):
        q = p
    K = x ** (2 * p) + y ** (2 * q)
    answer = learning_coefficient(Problem(K, (x, y), (0, 0), region))
    assert answer.value == Rational(1, 2 * p) + Rational(1, 2 * q)


def test_blow_up_and_change_of_coordinates_agree():
    # The same germ by two routes: the shear of the tangent, and blow-ups without it.
    from slt_symbolic.rlct.checker import judge
    from slt_symbolic.rlct.checker.germ import Germ as Checked
    from slt_symbolic.rlct.germ import Germ
    from slt_symbolic.rlct.polynomials import to_polynomial
    from slt_symbolic.rlct.routes.blowup import blow_up
    from slt_symbolic.rlct.strategy import Search

    K = to_polynomial((((y - x**2) ** 2 + x**7) ** 2).expand(), (x, y), "K")
    search = Search(float("inf"))

    def only_blow_ups(germ):
        leaf = search.solve(germ) if len(germ.prior) > 2 else None
        return leaf or blow_up(germ, only_blow_ups)

    node = blow_up(Germ(K, (), ()), only_blow_ups)
    verdict = judge(Checked(K.context(), K, (), ()), node)
    assert (str(verdict.lower), verdict.multiplicity) == ("9/28", 1)
