"""Deep linear networks: K against sampled and summed expectations, ideals, compiled accuracy."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Matrix, Rational, sqrt

from slt_symbolic.divergence.linear import LinearDivergence
from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.linear_networks import DeepLinear
from slt_symbolic.rlct import Problem, check, learning_coefficient
from slt_symbolic.sampling import compile_potential, gradient_error
from slt_symbolic.testing import rationals

NUMBER = rationals(most=4)


class Points:
    """A law on finitely many equally likely points: expectations are sums."""

    def __init__(self, points):
        self.points = [tuple(map(sympy.sympify, p)) for p in points]
        self.dimension = len(self.points[0])

    def moment(self, *orders):
        terms = [sympy.Mul(*(c**k for c, k in zip(p, orders, strict=True))) for p in self.points]
        return sympy.Add(*terms) / len(self.points)


CROSS = Points([(1, 0, 2), (-1, 1, 0), (3, 1, 1), (0, -2, 1)])


def direct(model, truth, law, values, variance=1):
    """K as the mean over the points of |f(x) − f0(x)|²/(2σ²), layer by layer."""
    point = model.point(values)
    total = sympy.S.Zero
    for x in law.points:
        out = Matrix(x)
        for layer in model.layers:
            out = layer.subs(point) * out
        total += sum(e**2 for e in out - truth * Matrix(x))
    return total / (2 * variance * len(law.points))


@given(st.lists(st.integers(1, 3), min_size=0, max_size=2), st.integers(1, 2), st.data())
@settings(deadline=None, max_examples=25)
def test_k_is_the_mean_of_squared_differences(hidden, outputs, data):
    model = DeepLinear.symbolic((3, *hidden, outputs))
    values = [data.draw(NUMBER) for _ in model.parameters]
    truth = Matrix(outputs, 3, lambda *_: data.draw(NUMBER))
    K = LinearDivergence(model, truth, CROSS, noise_variance=Rational(1, 4))
    expected = direct(model, truth, CROSS, values, Rational(1, 4))
    assert K.at(values) == expected >= 0
    assert K.expr.subs(model.point(values)) == expected
    assert K.chamber(values).expr == K.expr


def test_k_is_zero_at_true_parameters_only():
    model = DeepLinear.symbolic((3, 2, 3))
    a, b = Matrix([[1, 2], [0, 1], [3, 1]]), Matrix([[1, 0, 2], [-1, 1, 1]])
    K = LinearDivergence(model, a * b, StandardNormal(3))
    turn = Matrix([[2, 1], [1, 1]])
    for left, right in ((a, b), (a * turn, turn.inv() * b)):
        values = [*right, *left]
        assert K.at(values) == 0
        assert K.gradient(values).is_zero_matrix
        moved = [values[0] + 1, *values[1:]]
        assert K.at(moved) > 0


def test_monte_carlo_agrees():
    model = DeepLinear.symbolic((2, 2, 1))
    truth = Matrix([[1, -2]])
    K = LinearDivergence(model, truth, StandardNormal(2), noise_variance=2)
    values = [1, 2, -1, Rational(1, 2), 3, -1]
    x = StandardNormal(2).sample(np.random.default_rng(5), 400_000)
    w1, w2 = np.array([[1, 2], [-1, 0.5]]), np.array([[3, -1.0]])
    squares = ((x @ (w2 @ w1).T - x @ np.array([[1.0], [-2.0]])) ** 2).sum(axis=1) / 4
    error = squares.std() / np.sqrt(squares.size)
    assert abs(squares.mean() - float(K.at(values))) < 5 * error


@given(st.data())
@settings(deadline=None, max_examples=10)
def test_derivatives_agree_with_sympy(data):
    model = DeepLinear.symbolic((2, 1, 2, 1), fixed={"w2_1_1": Rational(2, 3)})
    truth = Matrix([[data.draw(NUMBER), data.draw(NUMBER)]])
    K = LinearDivergence(model, truth, StandardNormal(2))
    values = [data.draw(NUMBER) for _ in model.parameters]
    point = model.point(values)
    derivatives = [K.expr.diff(p).subs(point) for p in K.parameters]
    assert K.gradient(values) == Matrix(derivatives)
    assert K.hessian(values) == sympy.hessian(K.expr, K.parameters).subs(point)
    taylor = K.taylor(values, 6)
    moved = {p: v + d for (p, v), d in zip(point.items(), taylor.gens, strict=True)}
    assert sympy.expand(taylor.as_expr() - K.expr.xreplace(moved)) == 0


def test_laws_truths_and_entries_of_other_kinds():
    model = DeepLinear.symbolic((1, 2, 1))
    truth = DeepLinear((Matrix([[2]]), Matrix([[sqrt(2)], [1]]), Matrix([[1, -1]])))
    K = LinearDivergence(model, truth, UniformInterval(0, 3))  # E[x²] = 3
    assert sympy.expand(K.at([1, 1, 2, 3]) - 3 * (5 - 2 * sqrt(2) + 2) ** 2 / 2) == 0
    assert K.enclosure([1, 1, 2, 3], digits=20).rel_accuracy_bits() > 60
    t, s = sympy.symbols("t s", real=True)
    tied = DeepLinear((Matrix([[t]]), Matrix([[t]])), (t,))
    K = LinearDivergence(tied, Matrix([[s**2]]), StandardNormal())
    assert sympy.expand(K.at([3]) - (9 - s**2) ** 2 / 2) == 0
    with pytest.raises(ValueError, match="no number"):
        K.enclosure([3])
    with pytest.raises(ValueError, match="constants"):
        K.compile()


def test_generators_sum_to_something_comparable():
    model, truth = DeepLinear.symbolic((3, 1, 2)), Matrix([[1, 0, 0], [0, 0, 0]])
    line = Points([(1, 2, 0), (-1, -2, 0)])  # S has rank one
    for law, count in ((CROSS, 6), (line, 2)):
        K = LinearDivergence(model, truth, law)
        assert len(K.generators()) == count
        squares = sum(g**2 for g in K.generators())
        # Bounds on K/Σg² are the extreme eigenvalues of S on its range, over 2.
        ratios = []
        for values in product((-1, 0, 1, 2), repeat=5):
            value, point = K.at(values), model.point(values)
            total = squares.subs(point)
            assert (value == 0) == (total == 0)
            if total:
                ratios.append(float(value / total))
        spectrum = np.linalg.eigvalsh(np.array(K.second_moments, dtype=float))
        low = min(e for e in spectrum if e > 1e-12) / 2
        assert max(ratios) <= 5 / 2 + spectrum[-1] / 2
        assert min(ratios) >= min(low, 0.4) * (1 - 1e-12)


@pytest.mark.parametrize(
    ("widths", "truth", "point", "expected"),
    [
        # Aoyagi and Watanabe 2005: reduced rank regression.
        ((1, 1, 1), Matrix([[0]]), [0, 0], (Rational(1, 2), 2)),
        ((2, 1, 2), sympy.zeros(2, 2), [0] * 4, (1, 2)),
        ((2, 1, 2), Matrix([[1, 0], [0, 0]]), [1, 0, 1, 0], (Rational(3, 2), 1)),
        ((1, 1, 1, 1), Matrix([[0]]), [0] * 3, (Rational(1, 2), 3)),
    ],
)
def test_known_learning_coefficients(widths, truth, point, expected):
    K = LinearDivergence(DeepLinear.symbolic(widths), truth, StandardNormal(widths[0]))
    assert K.at(point) == 0
    problem = Problem.from_generators(K.generators(), K.parameters, point)
    found = learning_coefficient(problem)
    assert (found.value, found.multiplicity) == expected
    assert check(found.certificate, problem).lower == expected[0]


def exact_values(w):
    return [Rational(*float(v).as_integer_ratio()) for v in w]


@pytest.mark.parametrize("widths", [(3, 2, 2, 3), (2, 1), (1, 4, 1)])
def test_the_compiled_k_keeps_relative_accuracy_near_w0(widths):
    rng = np.random.default_rng(7)
    model = DeepLinear.symbolic(widths)
    centre = [Rational(int(k), 3) for k in rng.integers(-6, 7, len(model.parameters))]
    truth = model.product.subs(model.point(centre))
    law = StandardNormal(widths[0])
    K = LinearDivergence(model, truth, law, noise_variance=Rational(1, 3))
    potential, g = compile_potential(K.compile()), np.zeros(len(centre))
    smallest = 1.0
    for distance in (1.0, 1e-3, 1e-6, 1e-9, 1e-12, 1e-15, 0.0):
        w = np.array(centre, dtype=float) + distance * rng.normal(size=len(centre))
        value, exact = potential(w, g), K.at(exact_values(w))
        slopes = np.array(K.gradient(exact_values(w)), dtype=float).ravel()
        smallest = min(smallest, float(exact))
        if exact:
            assert abs(Fraction(value) / Fraction(str(exact)) - 1) < 1e-12
        assert np.linalg.norm(g - slopes) <= 1e-12 * np.linalg.norm(slopes)
    assert smallest < 1e-28
    naive = sympy.lambdify(K.parameters, K.expr, "math")
    w = np.array(centre, dtype=float) + 1e-9
    exact = float(K.at(exact_values(w)))
    assert abs(naive(*w) / exact - 1) > 1e-6  # the expanded polynomial is noise there


def test_the_compiled_k_of_tied_and_fixed_entries():
    s, t = sympy.symbols("s t", real=True)
    first = Matrix([[s, Rational(1, 3)], [t, s]])
    model = DeepLinear((first, Matrix([[t, 2]])), (s, t))
    K = LinearDivergence(model, Matrix([[1, Rational(1, 7)]]), Points([(1, 1), (2, 2)]))
    potential, g = compile_potential(K.compile()), np.zeros(2)
    w = [0.3, -1.25]
    assert potential(np.array(w), g) == pytest.approx(float(K.at(exact_values(w))), rel=1e-14)
    assert g == pytest.approx(np.array(K.gradient(exact_values(w)), dtype=float).ravel(), rel=1e-13)
    assert gradient_error(potential, w) < 1e-7
    compound = DeepLinear((Matrix([[s * t, 1]]),), (s, t))
    with pytest.raises(ValueError, match="numbers or parameters"):
        LinearDivergence(compound, Matrix([[1, 1]]), CROSS_2).compile()


CROSS_2 = Points([(1, 0), (0, 1)])


def test_errors_name_the_argument():
    model, normal = DeepLinear.symbolic((2, 1, 2)), StandardNormal(2)
    s = sympy.Symbol("s", real=True)
    for make, match in (
        (lambda: DeepLinear.symbolic((2,)), "widths"),
        (lambda: DeepLinear.symbolic((2, 0, 1)), "widths"),
        (lambda: DeepLinear.symbolic((1, 1), fixed={"w2_1_1": 1}), "fixed"),
        (lambda: DeepLinear(()), "layers"),
        (lambda: DeepLinear((Matrix([[1, 2]]), Matrix([[1, 2]]))), "layer 2 must have 1 columns"),
        (lambda: DeepLinear((Matrix([[1 / s]]),), (s,)), "polynomial"),
        (lambda: DeepLinear((Matrix([[sympy.Symbol("c")]]),)), "real"),
        (lambda: LinearDivergence(model, Matrix([[1, 2]]), normal), "truth must have shape"),
        (lambda: LinearDivergence(model, sympy.eye(2), StandardNormal(3)), "inputs"),
        (lambda: LinearDivergence(model, sympy.eye(2), normal, noise_variance=-1), "noise"),
        (lambda: LinearDivergence(model, model, normal), "truth must have no parameters"),
        (lambda: LinearDivergence(model, model.product, normal), "must not use"),
        (lambda: LinearDivergence(model, sympy.eye(2), normal).at([1, 2]), "4 entries"),
        (lambda: LinearDivergence(model, sympy.eye(2), normal).at({"w": 1}), "unknown"),
    ):
        with pytest.raises(ValueError, match=match):
            make()
    with pytest.raises(TypeError, match="layer 1"):
        DeepLinear((Matrix([[0.5]]),))
    with pytest.raises(TypeError, match="truth"):
        LinearDivergence(model, [[1, 0], [0, 1]], normal)
    with pytest.raises(TypeError, match="value of"):
        LinearDivergence(model, sympy.eye(2), normal).at([0.5, 1, 1, 1])

    class Wrong(Points):
        def moment(self, *orders):
            return sympy.Integer(1 if 2 in orders else 5)

    with pytest.raises(UndecidedError, match="semidefinite"):
        LinearDivergence(model, sympy.eye(2), Wrong([(1, 1)])).generators()
