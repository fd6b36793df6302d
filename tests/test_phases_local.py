"""Local learning coefficients along W0, against the engine, exact scalings and sampling."""

import pytest
import sympy
from sympy import Rational

from slt_symbolic import KLDivergence, StandardNormal, TrueSet, TwoLayer, UniformInterval, Unit
from slt_symbolic.activations import RELU, STEP, TANH, leaky_relu, polynomial
from slt_symbolic.inputs import FiniteSample, UniformBox
from slt_symbolic.phases import active_units, local_learning_coefficient, phases
from slt_symbolic.phases.analytic import NoMomentsError, moment_problem
from slt_symbolic.phases.chambers import NotPiecewiseError, chamber_problem
from slt_symbolic.phases.nodal import NotNodalError, nodal_problem
from slt_symbolic.phases.regular import shape_at
from slt_symbolic.phases.scaling import without_scaling
from slt_symbolic.phases.split_folds import split_folds
from slt_symbolic.rlct import Known, NotAZeroError, check, learning_coefficient
from slt_symbolic.true_set import NoStrataError

HALF = Rational(1, 2)
LINE = UniformInterval(-1, 1)
PLANE = UniformBox([-1, -1], [1, 1])


def relu_line(width, truth, **fixed):
    return TwoLayer.symbolic(RELU, width=width, **fixed), TwoLayer(RELU, truth, inputs=1)


def answer(model, truth, law, point):
    found = local_learning_coefficient(KLDivergence(model, truth, law), point)
    return found.value, found.multiplicity


def by_folds(model, truth, law, point):
    """Return the engine's answer for the values at the folds, certificate checked again."""
    reduced, at = without_scaling(model, model.point(point))
    problem = nodal_problem(reduced, at, truth, law)
    found = learning_coefficient(problem, budget=120)
    assert check(found.certificate, problem)
    return found.value, found.multiplicity


SHARED = [
    # two units on the truth's fold; strengths of both signs; one of them reversed
    (2, [Unit(2, (1,), 0)], (1, 0, 1, 1, 0, 1, 0), (Rational(11, 6), 1)),
    (2, [Unit(2, (1,), 0)], (1, 0, 3, 1, 0, -1, 0), (Rational(11, 6), 1)),
    (2, [], (1, 0, 1, 2, 0, -HALF, 0), (Rational(3, 2), 1)),
    (1, [Unit(2, (1,), -HALF)], (1, -HALF, 2, 0), (Rational(3, 2), 1)),
]  # fmt: skip


@pytest.mark.parametrize(("width", "truth", "point", "expected"), SHARED)
def test_theorems_agree_with_the_engine(width, truth, point, expected):
    model, true = relu_line(width, truth)
    assert answer(model, true, LINE, point) == expected
    assert by_folds(model, true, LINE, point) == expected
    assert answer(model, true, StandardNormal(), point) == expected


def test_special_points_are_proved_by_the_engine():
    model, truth = relu_line(2, [Unit(2, (1,), 0)])
    K = KLDivergence(model, truth, LINE)
    # A silent unit whose fold is the truth's: K is like a square times a cube.
    found = local_learning_coefficient(K, (1, 0, 2, 1, 0, 0, 0))
    assert (found.value, found.multiplicity, found.known) == (Rational(11, 6), 1, Known.PROVED)
    assert check(found.answer.certificate, found.problem)
    assert "values" in found.reason
    W0 = TrueSet(model, truth, LINE)
    at = model.point((1, 0, 2, 1, 0, 0, 0))
    assert split_folds(W0, at, shape_at(W0, at)) is None


@pytest.mark.parametrize("width", [1, 2, 3])
def test_zero_truth_without_biases(width):
    model = TwoLayer.symbolic(RELU, width=width, biases=0, output_bias=0)
    zero = TwoLayer(RELU, (), inputs=1)
    expected = (HALF, 2 if width == 1 else 1)
    assert answer(model, zero, LINE, (0,) * (2 * width)) == expected


def test_examples_of_the_notes():
    model, truth = relu_line(2, [Unit(1, (1,), 0)], biases=0, readouts=1, output_bias=0)
    root = UniformInterval(-sympy.sqrt(3), sympy.sqrt(3))
    for point in ((HALF, HALF), (0, 1), (1, 0)):
        assert answer(model, truth, root, point) == (HALF, 1)
    valley = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
    assert answer(valley, TwoLayer(RELU, [Unit(3, (1,), 0)]), root, (2, Rational(3, 2))) == (
        HALF,
        1,
    )


def test_phases_of_two_units_in_the_plane():
    model = TwoLayer.symbolic(RELU, inputs=2, width=2)
    third = Rational(1, 3)
    truth = TwoLayer(RELU, [Unit(2, (0, 1), -third)])
    first = (0, 1, -third)
    cases = {
        (*first, 2, 1, 0, -3, 1, 0): 2,
        (*first, 2, 1, 0, Rational(1, 5), 0, 0): Rational(5, 2),
        (*first, 1, *first, 1, 0): Rational(8, 3),
        (*first, 2, 0, 0, 0, 1, 0): 2,
    }
    for point, value in cases.items():
        assert answer(model, truth, PLANE, point) == (value, 1)
    generic = TwoLayer(RELU, [Unit(1, (1, 1), -third), Unit(1, (-1, 1), -third)])
    point = (1, 1, -third, 1, -1, 1, -third, 1, 0)
    assert answer(model, generic, PLANE, point) == (Rational(7, 2), 1)


def test_splitting_a_fold_costs_a_cube():
    # Exact K along a split that keeps the sum of v = q (w, b): K/δ³ tends to a constant.
    model = TwoLayer.symbolic(RELU, inputs=2, width=2)
    third = Rational(1, 3)
    truth = TwoLayer(RELU, [Unit(2, (0, 1), -third)])
    K = KLDivergence(model, truth, PLANE)

    def split(delta, tilt):
        moved = (tilt * delta, 1, delta - third, 1)
        back = (-tilt * delta, 1, -delta - third, 1)
        return K.at((*moved, *back, 0))

    for tilt in (0, HALF, 3):
        ratios = [split(Rational(1, k), tilt) / split(Rational(1, 2 * k), tilt) for k in (50, 500)]
        assert abs(ratios[1] - 8) < abs(ratios[0] - 8) + Rational(1, 10**6)
        assert abs(ratios[1] - 8) < Rational(1, 20)


@pytest.mark.parametrize(
    ("width", "expected"),
    [(1, (HALF, 2)), (2, (Rational(2, 3), 1)), (3, (Rational(5, 6), 1)), (4, (1, 2))],
)
def test_learning_zero(width, expected):
    model = TwoLayer.symbolic(TANH, width=width, biases=0, output_bias=0)
    zero = TwoLayer(TANH, (), inputs=1)
    assert answer(model, zero, StandardNormal(), (0,) * (2 * width)) == expected


def test_tanh_with_redundant_units():
    model = TwoLayer.symbolic(TANH, width=2, biases=0, output_bias=0)
    zero, one = TwoLayer(TANH, (), inputs=1), TwoLayer(TANH, [Unit(1, (1,), 0)])
    N = StandardNormal()
    assert answer(model, zero, N, (1, 0, 2, 0)) == (1, 1)
    assert answer(model, zero, N, (1, 0, 1, 0)) == (1, 2)
    assert answer(model, one, N, (1, 1, 0, 0)) == (Rational(3, 2), 2)
    # Two units on one of the truth: 1 + 1/4, by splitting.
    assert answer(model, one, N, (1, HALF, 1, HALF)) == (Rational(5, 4), 1)
    problem, _ = moment_problem(model, model.point((1, HALF, 1, HALF)), one, N)
    bounds = learning_coefficient(problem, budget=3)
    assert bounds.lower <= Rational(5, 4) <= bounds.upper
    offset = TwoLayer.symbolic(TANH, width=2, biases=0)
    assert answer(offset, zero, N, (0,) * 5) == (Rational(7, 6), 1)


def test_semi_regular_rule_for_split_units():
    # a tanh(x + d) + ... : K is determined by d**2 along the direction that keeps the first
    # two moments, so K is of fourth order there.
    d = sympy.Symbol("d", real=True)
    x = sympy.Symbol("x", real=True)
    f = sympy.tanh((1 + d) * x) / 2 + sympy.tanh((1 - d) * x) / 2 - sympy.tanh(x)
    series = sympy.series(f, d, 0, 3).removeO()
    assert series.coeff(d, 0) == 0
    assert series.coeff(d, 1) == 0
    assert series.coeff(d, 2).subs(x, 1).evalf() != 0


def test_steps_cost_their_displacement():
    model = TwoLayer.symbolic(STEP, width=1, output_bias=0)
    truth = TwoLayer(STEP, [Unit(2, (1,), 0)])
    # K is like (q - 2)² + |t|: λ = 1/2 + 1.
    assert answer(model, truth, LINE, (1, 0, 2)) == (Rational(3, 2), 1)


def test_where_strata_are_unknown_K_itself_may_do():
    cube = polynomial((0, 0, 0, 1))
    model, truth = TwoLayer.symbolic(cube, width=1), TwoLayer(cube, [Unit(1, (1,), 0)])
    # (w, b, q, c) near (1, 0, 1, 0): rank 3 of 4, the scaling direction is free.
    assert answer(model, truth, LINE, (1, 0, 1, 0)) == (Rational(3, 2), 1)
    found = local_learning_coefficient(KLDivergence(model, truth, StandardNormal()), (1, 0, 1, 0))
    assert (found.lower, found.upper, found.known) == (Rational(3, 2), None, Known.BOUNDS)
    model, truth = relu_line(1, [Unit(1, (1,), 0)])
    # On the points 0 and 1 K is a sum of two independent squares, for b > 0 and for b < 0.
    assert answer(model, truth, FiniteSample([(0,), (1,)]), (1, 0, 1, 0)) == (1, 1)


def test_phases_of_strata_that_are_not_known_by_type_are_refused_by_name():
    w, q = sympy.symbols("w q", real=True)
    tied = TwoLayer(RELU, [Unit(q, (w,), 0), Unit(q, (-w,), 0)], 0, (w, q))
    truth = TwoLayer(RELU, [Unit(1, (1,), 0), Unit(1, (-1,), 0)])
    with pytest.raises(NoStrataError, match="phases need strata that are known by type"):
        phases(KLDivergence(tied, truth, LINE), active_units)


def test_bounds_where_nothing_is_proved():
    model, truth = relu_line(2, [Unit(2, (1,), 0)])
    K = KLDivergence(model, truth, StandardNormal())
    found = local_learning_coefficient(K, (1, 0, 2, 0, -1, 1, 0), budget=1)
    assert (found.value, found.lower, found.known) == (None, Rational(3, 2), Known.BOUNDS)
    assert str(found) == "3/2 <= lambda <= 2 (bounds)"


def test_refusals():
    model, truth = relu_line(1, [Unit(1, (1,), 0)])
    K = KLDivergence(model, truth, LINE)
    with pytest.raises(NotAZeroError, match="not true"):
        local_learning_coefficient(K, (1, 0, 2, 0))
    tanh = TwoLayer.symbolic(TANH, width=1)
    zero = tanh.point((0,) * 4)
    with pytest.raises(NotNodalError, match="piecewise linear"):
        nodal_problem(tanh, zero, TwoLayer(TANH, (), inputs=1), LINE)
    with pytest.raises(NoMomentsError, match="biases"):
        moment_problem(tanh, zero, TwoLayer(TANH, (), inputs=1), LINE)
    with pytest.raises(NotNodalError, match="rational"):
        nodal_problem(model, model.point((1, sympy.sqrt(2), 1, 0)), truth, LINE)
    both = TwoLayer.symbolic(RELU, width=1, output_bias=0)
    with pytest.raises(NotPiecewiseError, match="irrational"):
        chamber_problem(
            both,
            both.point((1, 0, 1)),
            truth,
            UniformInterval(-sympy.sqrt(3), sympy.sqrt(2)),
        )


@pytest.mark.parametrize("weight", [0, HALF, 1])
def test_chambers_agree_with_the_folds(weight):
    model, truth = relu_line(2, [Unit(1, (1,), 0)], biases=0, readouts=1, output_bias=0)
    values = model.point((weight, 1 - weight))
    problem = chamber_problem(model, values, truth, LINE)
    found = learning_coefficient(problem)
    assert (found.value, found.multiplicity) == answer(model, truth, LINE, values)


def test_pieces_at_a_point_are_those_of_all_that_reach_it():
    model, truth = relu_line(2, [Unit(2, (1,), 0)], output_bias=0, readouts=1)
    K = KLDivergence(model, truth, LINE)
    for point in ((1, 0, 1, 0), (2, 0, 1, -2), (1, HALF, 1, HALF)):
        values = model.point(point)
        found = K.pieces_at(values)
        everywhere = [p for p in K.pieces() if p.closure_contains(values)]
        assert {p.expr for p in found} <= {p.expr for p in everywhere}
        assert all(p.closure_contains(values) for p in found)
        # Every direction from the point leads into one of them.
        for step in (Rational(1, 997), -Rational(1, 991)):
            near = {p: v + step * (k + 1) ** 2 for k, (p, v) in enumerate(values.items())}
            (piece,) = [p for p in found if any(c.contains(near) for c in p.chambers)]
            assert piece.expr.subs(near) == K.at(near)


def test_a_phase_has_the_least_lambda_of_the_parts_of_its_strata():
    """A silent leaky unit on the truth's side can take over from it; on the other side not."""
    leaky = leaky_relu(sympy.Rational(1, 10))
    model = TwoLayer.symbolic(leaky, width=2, biases=0, output_bias=0)
    K = KLDivergence(model, TwoLayer(leaky, [Unit(1, (1,), 0)]), UniformInterval(-1, 1))
    found = {p.label: (p.value, p.multiplicity) for p in phases(K, lambda s: str(s.type))}
    assert found["[fold1+, silent0]"] == (sympy.Rational(1, 2), 1)
    w1, q1, w2, q2 = model.parameters
    behind = local_learning_coefficient(K, {w1: 1, q1: 1, w2: -1, q2: 0})
    assert (behind.value, behind.multiplicity) == (1, 1)
