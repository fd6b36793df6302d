"""Networks with several outputs: sums of divergences against integrals over both outputs."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from slt_symbolic.activations import RELU, TANH
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.divergence.exploration import TooManyChambersError
from slt_symbolic.divergence.expression import ExpressionDivergence
from slt_symbolic.divergence.linear import LinearDivergence
from slt_symbolic.divergence.multi_output import MultiOutputDivergence
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.linear_networks import DeepLinear
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.sampling import compile_potential, gradient_error
from slt_symbolic.testing import rationals

w1, b1, w2, p1, p2, q1, q2 = SHARED = sympy.symbols("w1 b1 w2 p1 p2 q1 q2", real=True)
LAW = UniformInterval(-1, 2)
HIDDEN = (((w1,), b1), ((w2,), Rational(1, 2)))
NUMBER = rationals(most=4)


def output(readouts):
    units = [Unit(q, w, b) for q, (w, b) in zip(readouts, HIDDEN, strict=True)]
    return TwoLayer(RELU, units, 0, SHARED)


TRUTHS = (
    TwoLayer(RELU, [Unit(2, (1,), Rational(-1, 3))]),
    TwoLayer(RELU, [Unit(-1, (1,), Rational(1, 3))], 1),
)
PARTS = [
    KLDivergence(output(r), t, LAW, noise_variance=v)
    for r, t, v in zip(((p1, p2), (q1, q2)), TRUTHS, (1, Rational(1, 4)), strict=True)
]
K = MultiOutputDivergence(PARTS)
POINT = [1, Rational(-1, 4), -1, 2, Rational(1, 3), -1, 3]


# Outputs with different truths, so that their chambers differ.
X1, U, V = sympy.symbols("x1 u v", real=True)
FEW = MultiOutputDivergence(
    KLDivergence(TwoLayer(RELU, [Unit(U, (1,), X1), Unit(V, (-1,), 0)], 0, (X1, U, V)), t, LAW)
    for t in TRUTHS
)


@cache
def few_pieces():
    return FEW.pieces()


def by_nodes(values):
    """E over the interval of the sum over outputs, by Gauss-Legendre between all breaks."""
    point = dict(zip(SHARED, map(float, values), strict=True))
    units = [(point[w1], point[b1]), (point[w2], 0.5)]
    breaks = [-b / w for w, b in units if w] + [1 / 3, -1 / 3]
    cuts = sorted({-1.0, 2.0, *(t for t in breaks if -1 < t < 2)})
    x, weight = np.polynomial.legendre.leggauss(4)
    total = 0.0
    readouts = ((point[p1], point[p2]), (point[q1], point[q2]))
    for lower, upper in pairwise(cuts):
        at = (upper + lower) / 2 + (upper - lower) / 2 * x
        hidden = [np.maximum(w * at + b, 0) for w, b in units]
        truths = (2 * np.maximum(at - 1 / 3, 0), 1 - np.maximum(at + 1 / 3, 0))
        for q, truth, variance in zip(readouts, truths, (1, 0.25), strict=True):
            d = q[0] * hidden[0] + q[1] * hidden[1] - truth
            total += (upper - lower) / 2 / 3 * float(weight @ d**2) / (2 * variance)
    return total


@given(st.tuples(*[NUMBER] * 7))
@settings(deadline=None, max_examples=30)
def test_k_is_the_mean_over_inputs_of_all_outputs(values):
    assert float(K.at(values)) == pytest.approx(by_nodes(values), rel=1e-10, abs=1e-12)


def test_k_is_the_sum_and_its_answers_agree():
    value = K.at(POINT)
    assert value == PARTS[0].at(POINT) + PARTS[1].at(POINT) > 0
    piece = K.chamber(POINT)
    point = dict(zip(SHARED, map(sympy.sympify, POINT), strict=True))
    assert sympy.nsimplify(piece.expr.subs(point)) == value
    assert piece.chambers[0].contains(point)
    for part in PARTS:
        assert part.chamber(POINT).chambers[0].conditions <= piece.chambers[0].conditions
    ball = K.enclosure(POINT, digits=25)
    assert abs(float(ball) - float(value)) < 1e-14
    assert ball.rel_accuracy_bits() > 80


def test_the_closed_form_holds_within_its_chamber():
    piece = K.chamber(POINT)
    moved = [v + Rational(k, 50) for k, v in enumerate(POINT)]
    point = dict(zip(SHARED, map(sympy.sympify, moved), strict=True))
    assert piece.chambers[0].contains(point)
    assert sympy.cancel(piece.expr.subs(point) - K.at(moved)) == 0


@given(st.tuples(*[rationals(most=3)] * 3))
@settings(deadline=None, max_examples=25)
def test_pieces_cover_and_exclude_each_other(values):
    point = dict(zip(FEW.parameters, values, strict=True))
    inside = [p for p in few_pieces() if any(c.contains(point) for c in p.chambers)]
    touching = [p for p in few_pieces() if p.closure_contains(point)]
    assert len(inside) <= 1 <= len(touching)
    for p in touching:
        assert p.expr.subs(point) == FEW.at(values)
    assert FEW.expr.subs(point) == FEW.at(values)


def test_pieces_refine_those_of_every_output():
    # Breaks: 1/3 and -1/3 of the truths, -x1 and 0 of the model; the ends are -1 and 2.
    walls = [-2, Rational(-1, 3), 0, Rational(1, 3), 1]
    assert [len(d.pieces()) for d in FEW.divergences] == [5, 5]
    found = [c for p in few_pieces() for c in p.chambers]
    assert len(found) == 6
    samples = [-3, -1, Rational(-1, 6), Rational(1, 6), Rational(1, 2), 2]
    for x in samples:
        assert sum(c.contains({X1: sympy.sympify(x), U: 1, V: 1}) for c in found) == 1
    for w in walls:
        assert not any(c.contains({X1: sympy.sympify(w), U: 1, V: 1}) for c in found)


def test_it_shows_itself():
    assert repr(FEW) == "<K of 2 outputs in (x1, u, v): the sum of their divergences>"
    assert FEW._repr_latex_() == rf"$\displaystyle K = {sympy.latex(FEW.expr)}$"
    assert r"\sum_{k=1}^{2} K_k(w_{1}, b_{1}" in K._repr_latex_()
    smooth = TwoLayer.symbolic(TANH, width=1, biases=0, output_bias=0)
    one = KLDivergence(smooth, TwoLayer(TANH, [Unit(1, (1,), 0)]), LAW)
    assert r"K(w_{1}, q_{1}) = \sum" in MultiOutputDivergence([one, one])._repr_latex_()


def test_derivatives_agree_with_finite_differences_of_exact_values():
    gradient, hessian = K.gradient(POINT), K.hessian(POINT)
    h = Rational(1, 10**8)
    for i in range(7):
        moved = [[v + s * h * int(i == k) for k, v in enumerate(POINT)] for s in (1, -1)]
        up, down = (K.at(m) for m in moved)
        assert float((up - down) / (2 * h)) == pytest.approx(float(gradient[i]), abs=1e-6)
        rows = [K.gradient(m) for m in moved]
        column = (rows[0] - rows[1]) / (2 * h)
        assert [float(e) for e in column] == pytest.approx(
            [float(e) for e in hessian[:, i]], abs=1e-5
        )
    taylor = K.taylor(POINT, 2)
    assert taylor.coeff_monomial(1) == K.at(POINT)
    assert taylor.coeff_monomial(taylor.gens[3]) == gradient[3]
    assert taylor.coeff_monomial(taylor.gens[1] * taylor.gens[5]) == hessian[1, 5]


def test_the_compiled_sum_agrees():
    potential, g = compile_potential(K.compile()), np.zeros(7)
    w = np.array(POINT, dtype=float)
    values = [Rational(*v.as_integer_ratio()) for v in w]
    assert potential(w, g) == pytest.approx(float(K.at(values)), rel=1e-13)
    exact = [float(e) for e in K.gradient(values)]
    assert g == pytest.approx(exact, rel=1e-12, abs=1e-13)
    assert gradient_error(potential, w) < 1e-6


def test_linear_outputs_add_up_to_the_matrix_divergence():
    model, truth = DeepLinear.symbolic((2, 1, 2)), sympy.Matrix([[1, 2], [3, 4]])
    whole = LinearDivergence(model, truth, StandardNormal(2))
    rows = []
    for i in range(2):
        last = model.layers[1][i, :]
        row = DeepLinear((model.layers[0], last), model.parameters)
        rows.append(LinearDivergence(row, truth[i, :], StandardNormal(2)))
    total = MultiOutputDivergence(rows)
    values = [1, Rational(2, 3), -1, 3]
    assert total.at(values) == whole.at(values)
    assert total.hessian(values) == whole.hessian(values)
    assert sympy.expand(total.chamber(values).expr - whole.expr) == 0


def test_errors():
    a, b = sympy.symbols("a b", real=True)
    first = ExpressionDivergence(a**2, (a, b))
    with pytest.raises(ValueError, match="at least one"):
        MultiOutputDivergence([])
    with pytest.raises(ValueError, match="share their parameters"):
        MultiOutputDivergence([first, ExpressionDivergence(b**2, (b, a))])
    with pytest.raises(ValueError, match="region only: its pieces are not refined"):
        MultiOutputDivergence([ExpressionDivergence(a**2, (a, b), region=(b,)), first]).pieces()
    with pytest.raises(ValueError, match="Max, Min or Abs"):
        MultiOutputDivergence([ExpressionDivergence(sympy.Abs(a), (a, b)), first]).pieces()
    with pytest.raises(TooManyChambersError, match="more than 3"):
        FEW.pieces(limit=3)
    with pytest.raises(ValueError, match="7 entries"):
        K.gradient([1, 2])
    wall = MultiOutputDivergence([first, ExpressionDivergence(sympy.Abs(b), (a, b))])
    assert wall.at([2, 0]) == 4
    with pytest.raises(WallError):
        wall.chamber([2, 0])
