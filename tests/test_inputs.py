"""Input laws: density, moments and samples tell one story."""

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, sqrt

from slt_symbolic.inputs import StandardNormal, UniformInterval

X, Y = sympy.symbols("x y", real=True)
A = sympy.Symbol("a", positive=True)
NUMBERS = st.fractions(min_value=-4, max_value=4, max_denominator=6).map(
    lambda q: Rational(q.numerator, q.denominator)
)


@given(NUMBERS, NUMBERS.filter(lambda q: q > 0), st.integers(0, 7))
@settings(deadline=None, max_examples=60)
def test_uniform_moments_are_integrals_of_the_density(lower, length, k):
    law = UniformInterval(lower, lower + length)
    assert law.length == length
    inside = law.density(lower + length / 2)
    assert inside == 1 / length
    assert law.density(lower - 1) == law.density(law.upper + 1) == 0
    # Sum of the geometric series that (u^(k+1) - l^(k+1))/(u - l) is, in plain rationals.
    u, low = law.upper, law.lower
    assert law.moment(k) == sum(u**j * low ** (k - j) for j in range(k + 1)) / (k + 1)


@pytest.mark.parametrize(
    ("law", "k", "value"),
    [
        (UniformInterval(-sqrt(3), sqrt(3)), 2, 1),
        (UniformInterval(-sqrt(6), sqrt(6)), 2, 2),
        (UniformInterval(-A, A), 2, A**2 / 3),
        (UniformInterval(-A, A), 3, 0),
        (UniformInterval(A, 3 * A), 1, 2 * A),
        (UniformInterval(0, 1 + sqrt(2)), 1, (1 + sqrt(2)) / 2),
    ],
)
def test_uniform_moments_at_irrational_and_symbolic_ends(law, k, value):
    assert sympy.simplify(law.moment(k) - value) == 0


@given(st.lists(st.integers(0, 8), min_size=1, max_size=3))
@settings(deadline=None, max_examples=20)
def test_normal_moments_are_integrals_of_the_density(orders):
    law = StandardNormal(len(orders))
    product = mpmath.mpf(1)
    for k in orders:
        product *= mpmath.quad(
            lambda t, k=k: t**k * mpmath.exp(-t * t / 2) / mpmath.sqrt(2 * mpmath.pi),
            [-mpmath.inf, 0, mpmath.inf],
        )
    assert abs(product - int(law.moment(*orders))) < 1e-9 * (1 + abs(product))


def test_the_normal_density_is_the_product_of_its_margins():
    assert (
        sympy.simplify(
            StandardNormal(2).density(X, Y)
            - StandardNormal().density(X) * StandardNormal().density(Y)
        )
        == 0
    )
    assert StandardNormal().density(sympy.S.Zero) == 1 / sqrt(2 * sympy.pi)


@pytest.mark.parametrize(
    "law", [UniformInterval(-1, 2), StandardNormal(), StandardNormal(3)], ids=str
)
def test_samples_have_the_declared_shape_and_moments(law):
    x = law.sample(np.random.default_rng(5), 40_000)
    assert x.shape == (40_000, law.dimension)
    rest = (0,) * (law.dimension - 1)
    for k in (1, 2):
        expected, second = float(law.moment(k, *rest)), float(law.moment(2 * k, *rest))
        error = np.sqrt((second - expected**2) / 40_000)
        assert abs(np.mean(x[:, 0] ** k) - expected) < 5 * error
    np.testing.assert_array_equal(x, law.sample(np.random.default_rng(5), 40_000))


def test_uniform_samples_stay_inside():
    x = UniformInterval(-sqrt(2), 1).sample(np.random.default_rng(0), 1000)
    assert x.min() >= -np.sqrt(2)
    assert x.max() <= 1


@pytest.mark.parametrize(("lower", "upper"), [(1, 1), (2, 1), (A, 1), (-A, -2 * A), (sqrt(2), 1)])
def test_an_interval_must_be_in_order_for_certain(lower, upper):
    with pytest.raises(ValueError, match="lower must be less than upper for certain"):
        UniformInterval(lower, upper)


@pytest.mark.parametrize("bad", [0.5, float("nan"), "0", None, True])
def test_end_points_must_be_exact_numbers(bad):
    with pytest.raises(TypeError, match="lower must be exact"):
        UniformInterval(bad, 7)
    with pytest.raises(TypeError, match="upper must be exact"):
        UniformInterval(-7, bad)


@pytest.mark.parametrize("bad", [sympy.nan, sympy.oo, sympy.pi, sympy.I, sympy.Symbol("z")])
def test_end_points_must_be_real_and_algebraic(bad):
    with pytest.raises(ValueError, match="lower must be"):
        UniformInterval(bad, 7)


def test_complex_symbols_do_not_slip_in_through_a_real_length():
    z = sympy.Symbol("z")
    with pytest.raises(ValueError, match="lower must be real"):
        UniformInterval(z, z + 1)


@pytest.mark.parametrize("law", [UniformInterval(-1, 1), StandardNormal(2)], ids=str)
def test_moments_need_non_negative_orders(law):
    with pytest.raises(ValueError, match="orders must be"):
        law.moment(*(-1,) * law.dimension)
    with pytest.raises(ValueError, match="orders must be"):
        law.moment(1, 1, 1)


@pytest.mark.parametrize("law", [UniformInterval(-1, 1), StandardNormal(2)], ids=str)
def test_densities_need_one_coordinate_per_input(law):
    with pytest.raises(ValueError, match="x must have"):
        law.density(*(X,) * (law.dimension + 1))


@pytest.mark.parametrize(("bad", "error"), [(0, ValueError), (-1, ValueError), (1.0, TypeError),
                                            (True, TypeError), (None, TypeError)])  # fmt: skip
def test_a_dimension_is_a_positive_int(bad, error):
    with pytest.raises(error, match="dimension must be"):
        StandardNormal(bad)


def test_laws_are_typeset():
    assert UniformInterval(-sqrt(3), 1).latex == r"U[- \sqrt{3}, 1]"
    assert StandardNormal(2).latex == r"\mathcal{N}(0, I_2)"
