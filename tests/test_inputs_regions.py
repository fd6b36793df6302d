"""Laws on boxes, polygons and finite samples: density, moments and samples tell one story."""

from fractions import Fraction as Q

import numpy as np
import pytest
import sympy
from core_reference import fraction
from hypothesis import given, settings
from hypothesis import strategies as st
from plane_reference import polygon_mean
from sympy import Rational, sqrt

from slt_symbolic.inputs import FiniteSample, UniformBox, UniformInterval, UniformPolygon

TRIANGLE = ((0, 0), (2, 1), (-1, 3))
PENTAGON = ((0, 0), (3, -1), (4, 2), (2, 4), (-1, 2))
X, Y = sympy.symbols("x y", real=True)
A = sympy.Symbol("a", positive=True)
LAWS = [
    UniformBox((-1, 0, 2), (1, 2, 3)), UniformPolygon(PENTAGON), UniformPolygon(TRIANGLE),
    FiniteSample([(0, 1), (2, 3), (-1, 1)], [Rational(1, 2), Rational(1, 3), Rational(1, 6)]),
]  # fmt: skip


def test_polygon_moments_are_nested_integrals():
    for shape in (TRIANGLE, PENTAGON):
        law = UniformPolygon(shape)
        assert law.moment(0, 0) == 1
        for u, v, orders in (((1, 0, 0), (1, 0, 0), (2, 0)), ((1, 0, 0), (0, 1, 0), (1, 1))):
            expected = polygon_mean(("identity", "identity"), (u, v), shape)
            assert fraction(law.moment(*orders)) == expected
    # The simplex: i! j! 2!/(i + j + 2)!.
    simplex = UniformPolygon([(0, 0), (1, 0), (0, 1)])
    assert simplex.moment(3, 2) == Rational(6 * 2 * 2, 5040)
    assert simplex.area == Rational(1, 2)


def test_a_polygon_that_is_a_box_has_the_box_moments():
    box = UniformBox((-1, 2), (3, Rational(5, 2)))
    corners = [(-1, 2), (3, 2), (3, Rational(5, 2)), (-1, Rational(5, 2))]
    polygon = UniformPolygon(corners)
    assert polygon.area == box.volume
    for i in range(4):
        for j in range(4):
            assert polygon.moment(i, j) == box.moment(i, j)


def test_orientation_is_normalised():
    assert UniformPolygon(PENTAGON[::-1]).vertices == (PENTAGON[-1], *PENTAGON[:-1])
    assert UniformPolygon(list(PENTAGON)).vertices == PENTAGON
    hexagon = UniformPolygon(
        [(sympy.cos(k * sympy.pi / 3), sympy.sin(k * sympy.pi / 3)) for k in range(6)]
    )
    assert sympy.simplify(hexagon.area - 3 * sqrt(3) / 2) == 0
    assert hexagon.moment(2, 0) == Rational(5, 24)


@pytest.mark.parametrize(("vertices", "error", "match"), [
    ([(0, 0), (1, 0)], ValueError, "vertices must be at least 3"),
    ([(0, 0), (1, 0), (1,)], ValueError, r"vertices\[2\] must be a pair"),
    ([(0, 0), (1, 0), (1, 0.5)], TypeError, r"vertices\[2\] must be exact"),
    ([(0, 0), (1, 0), (1, sympy.oo)], ValueError, r"vertices\[2\] must be a real algebraic"),
    ([(0, 0), (1, 0), (1, X)], ValueError, r"vertices\[2\] must be a real algebraic"),
    ([(0, 0), (1, 1), (2, 2)], ValueError, "strictly convex"),
    ([(0, 0), (1, 0), (2, 0), (1, 1)], ValueError, "strictly convex"),
    ([(0, 0), (2, 0), (0, 2), (Rational(1, 2), Rational(1, 2))], ValueError, "strictly convex"),
    ([(0, 0), (1, 0), (1, 0), (0, 1)], ValueError, "strictly convex"),
    # A pentagram turns left at every vertex, but goes round twice.
    ([(0, 3), (-2, -3), (3, 1), (-3, 1), (2, -3)], ValueError, "strictly convex"),
])  # fmt: skip
def test_bad_polygons_are_refused_by_name(vertices, error, match):
    with pytest.raises(error, match=match):
        UniformPolygon(vertices)


@pytest.mark.parametrize(("lower", "upper", "error", "match"), [
    ((), (), ValueError, "same length of at least 1"),
    ((0,), (1, 2), ValueError, "same length of at least 1"),
    (0, 1, TypeError, "lower must be a sequence"),
    ((0,), "1", TypeError, "upper must be a sequence"),
    ((0, 0), (1, -1), ValueError, r"lower\[1\] must be less than upper\[1\]"),
    ((0, 0), (1, 0.5), TypeError, r"upper\[1\] must be exact"),
    ((0, float("nan")), (1, 1), TypeError, r"lower\[1\] must be exact"),
    ((0, 0), (1, sympy.oo), ValueError, r"upper\[1\] must be a real algebraic"),
    ((0, 0), (1, X), ValueError, r"lower\[1\] must be less than upper\[1\]"),
])  # fmt: skip
def test_bad_boxes_are_refused_by_name(lower, upper, error, match):
    with pytest.raises(error, match=match):
        UniformBox(lower, upper)


@pytest.mark.parametrize(("points", "weights", "error", "match"), [
    ([], None, ValueError, "points must have at least one point"),
    ([1, 2], None, ValueError, r"points\[0\] must be a tuple"),
    ([()], None, ValueError, r"points\[0\] must be a tuple"),
    ([(1, 2), (1,)], None, ValueError, r"one dimension, got 2 in points\[0\] and 1 in points\[1\]"),
    ([(1, 0.5)], None, TypeError, r"points\[0\] must be exact"),
    ([(1,), (2,)], [1], ValueError, "weights must be one per point, got 1 for 2"),
    ([(1,), (2,)], [1, 0], ValueError, "weights must be positive and sum to 1"),
    ([(1,), (2,)], [Rational(1, 2), Rational(1, 3)], ValueError, "positive and sum to 1"),
    ([(1,), (2,)], [0.5, 0.5], TypeError, r"weights\[0\] must be exact"),
])  # fmt: skip
def test_bad_samples_are_refused_by_name(points, weights, error, match):
    with pytest.raises(error, match=match):
        FiniteSample(points, weights)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_orders_and_coordinates_are_checked(law):
    with pytest.raises(ValueError, match="orders must be"):
        law.moment(1)
    with pytest.raises(ValueError, match="orders must be"):
        law.moment(*(-1,) * law.dimension)
    with pytest.raises(ValueError, match=r"must have|no density"):
        law.density(X)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_samples_have_the_declared_shape_and_moments(law):
    x = law.sample(np.random.default_rng(5), 40_000)
    assert x.shape == (40_000, law.dimension)
    for orders in [*np.eye(law.dimension, dtype=int).tolist(), [1] * law.dimension]:
        products = np.prod(x ** np.array(orders), axis=1)
        error = products.std() / 200
        assert error > 0
        assert abs(products.mean() - float(law.moment(*orders))) < 5 * error


def test_densities():
    box = UniformBox((-A, 0), (A, 2))
    assert box.density(sympy.S.Zero, sympy.S.One) == 1 / (4 * A)
    assert box.moment(2, 1) == A**2 / 3
    polygon = UniformPolygon(PENTAGON)
    inside = polygon.density(sympy.S.One, sympy.S.One)
    assert inside == 1 / polygon.area
    assert polygon.density(sympy.S.Zero, sympy.Integer(-1)) == 0
    assert UniformBox((0,), (2,)).density(sympy.Integer(3)) == 0
    # A box is the product of its sides.
    assert box.sides == (UniformInterval(-A, A), UniformInterval(0, 2))


@given(st.lists(st.tuples(*[st.integers(-3, 3)] * 2), min_size=1, max_size=6), st.integers(0, 3))
@settings(deadline=None, max_examples=40)
def test_sample_moments_are_averages(points, k):
    law = FiniteSample(points)
    assert fraction(law.moment(k, 1)) == sum(Q(x) ** k * y for x, y in points) / len(points)
    assert law.dimension == 2


def test_latex():
    assert UniformBox((-1, 0), (1, 2)).latex == r"U([-1, 1] \times [0, 2])"
    assert UniformPolygon(TRIANGLE).latex == r"U(\mathrm{conv}\{(0, 0), (2, 1), (-1, 3)\})"
    assert FiniteSample([(1, 2)]).latex == r"1\,\delta_{(1, 2)}"
