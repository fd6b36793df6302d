"""K(w): values, pieces, chambers and symmetries against independent integrals."""

from fractions import Fraction as Q
from itertools import permutations

import mpmath
import pytest
import sympy
from core_reference import LEAKY, PIECEWISE, divergence, fraction, network, rational
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Rational, sqrt

from slt_symbolic.activations import ABSOLUTE, RELU, STEP
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.exact.chamber import UndecidedError, WallError
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.networks import TwoLayer, Unit

NUMBER = st.sampled_from([Q(k, d) for d in (1, 2, 3) for k in range(-3, 4)])
UNIT = st.tuples(NUMBER, NUMBER, NUMBER)
INTERVALS = [
    (Q(-1), Q(1)),
    (Q(-3, 2), Q(2)),
    (Q(1, 2), Q(3)),
]
A, THETA = sympy.symbols("a theta0", positive=True)


def law(ends):
    return UniformInterval(*map(rational, ends))


def flat(units, constant=None):
    numbers = [rational(e) for u in units for e in u]
    return numbers if constant is None else [*numbers, rational(constant)]


@pytest.mark.parametrize("sigma", PIECEWISE, ids=str)
@given(st.lists(UNIT, min_size=0, max_size=3), NUMBER, st.lists(UNIT, max_size=2), NUMBER,
       st.sampled_from(INTERVALS), st.sampled_from([Q(1), Q(1, 4), Q(3)]))  # fmt: skip
@settings(deadline=None, max_examples=25)
def test_a_value_is_the_integral(sigma, units, c, truth, c0, ends, variance):
    model = TwoLayer.symbolic(sigma, width=len(units))
    K = KLDivergence(model, network(sigma, truth, c0), law(ends), noise_variance=rational(variance))
    value = fraction(K.at(flat(units, c)))
    assert value == divergence((sigma.name, units, c), (sigma.name, truth, c0), *ends) / variance
    assert value >= 0


def test_model_and_truth_may_have_different_activations():
    units, truth = (
        [(Q(1), Q(1, 3), Q(2)), (Q(-2), Q(1), Q(1, 2))],
        [(Q(3), Q(1), Q(-1))],
    )
    K = KLDivergence(TwoLayer.symbolic(RELU, width=2), network(ABSOLUTE, truth), law((-1, 1)))
    expected = divergence(("relu", units, Q(1)), ("abs", truth, Q(0)), Q(-1), Q(1))
    assert fraction(K.at(flat(units, Q(1)))) == expected


@given(st.lists(UNIT, min_size=1, max_size=2), NUMBER, st.data())
@settings(deadline=None, max_examples=25)
def test_zero_at_generated_true_parameters(truth, c, data):
    """Split, scale, flip with compensation, pad with dead and cancelling units, permute."""
    units = []
    for w, b, q in truth:
        share, alpha = (
            data.draw(st.sampled_from([Q(0), Q(1, 3), Q(2)])),
            data.draw(st.sampled_from([Q(1, 2), Q(1), Q(3)])),
        )
        units += [(w, b, share * q), (alpha * w, alpha * b, (1 - share) * q / alpha)]
    w, b, q = data.draw(UNIT)
    # ReLU(z) − ReLU(−z) − ReLU(2z)/2 + ReLU(−2z)/2 = 0: two flips whose slopes annihilate.
    units += [(w, b, q), (-w, -b, -q), (2 * w, 2 * b, -q / 2), (-2 * w, -2 * b, q / 2)]
    units = data.draw(st.permutations(units))
    K = KLDivergence(
        TwoLayer.symbolic(RELU, width=len(units)), network(RELU, truth, c), law((-1, 1))
    )
    assert K.at(flat(units, c)) == 0
    moved = [(w, b, q + (1 if i == 0 else 0)) for i, (w, b, q) in enumerate(units)]
    value = K.at(flat(moved, c))
    lead = network(RELU, [(*units[0][:2], Q(1))])
    zero = TwoLayer(RELU, (), inputs=1)
    assert value == KLDivergence(lead, zero, law((-1, 1))).at([])


def test_a_flip_needs_its_slope_compensated():
    K = KLDivergence(
        TwoLayer.symbolic(RELU, width=2),
        network(RELU, [(Q(1), Q(0), Q(1))]),
        law((-1, 1)),
    )
    assert K.at([-1, 0, 1, 0, 0, 0, 0]) == Rational(1, 6)  # the mirror image is another function
    assert K.at([-1, 0, 1, 1, 1, 1, -1]) == 0  # ReLU(−x) + (x + 1) − 1, the second unit always on


def lattice():
    return st.sampled_from([Q(k, 6) for k in range(-15, 16)])


PIECE_CASES = {
    "two weights": (
        TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0),
        network(RELU, [(Q(1), Q(0), Q(1))]),
        (Q(-1), Q(1)),
    ),
    "weight and bias": (
        TwoLayer.symbolic(RELU, width=1, readouts=1, output_bias=0),
        network(RELU, [(Q(1), Q(1, 2), Q(1))]),
        (Q(-1), Q(2)),
    ),
    "leaky, two biases": (
        TwoLayer.symbolic(LEAKY, width=2, weights=1, readouts=1, output_bias=0),
        network(LEAKY, [(Q(-1), Q(1, 2), Q(1))]),
        (Q(-1), Q(1)),
    ),
    "weights with fixed biases": (
        TwoLayer.symbolic(RELU, width=2, biases=-1, readouts=1, output_bias=0),
        network(RELU, [(Q(1), Q(-1), Q(1))]),
        (Q(1, 2), Q(2)),
    ),
    "step": (
        TwoLayer.symbolic(STEP, width=1, output_bias=0),
        network(STEP, [(Q(1), Q(1, 3), Q(1))]),
        (Q(-1), Q(1)),
    ),
    "abs against an order of truths": (
        TwoLayer.symbolic(ABSOLUTE, width=1, output_bias=0),
        network(ABSOLUTE, [(Q(1), Q(1, 3), Q(1)), (Q(-1), Q(1, 3), Q(2)), (Q(1), Q(2), Q(1))]),
        (Q(-1), Q(1)),
    ),
    "two units, three parameters": (
        TwoLayer(
            RELU,
            [Unit(1, (sympy.Symbol("w", real=True),), sympy.Symbol("b", real=True)),
             Unit(-2, (1,), sympy.Symbol("v", real=True))],
            0,
            sympy.symbols("w b v", real=True),
        ),
        network(RELU, [(Q(1), Q(1, 2), Q(1))]),
        (Q(-1), Q(1)),
    ),
}  # fmt: skip
PIECES = {}


def pieces_of(name):
    if name not in PIECES:
        model, truth, ends = PIECE_CASES[name]
        K = KLDivergence(model, truth, law(ends))
        PIECES[name] = K, K.pieces()
    return PIECES[name]


@pytest.mark.parametrize("name", PIECE_CASES)
@given(st.data())
@settings(deadline=None, max_examples=25)
def test_pieces_cover_agree_and_are_disjoint(name, data):
    K, pieces = pieces_of(name)
    values = data.draw(st.lists(lattice(), min_size=len(K.parameters), max_size=len(K.parameters)))
    point = dict(zip(K.parameters, map(rational, values), strict=True))
    inside = [(p, c) for p in pieces for c in p.chambers if c.contains(point)]
    assert len(inside) <= 1
    value = K.at(point)
    assert all(p.expr.subs(point) == value for p, _ in inside)
    try:
        around = K.chamber(point)
    except WallError:
        # On a wall some piece closes over the point; a form without a pole there is continuous.
        assert any(p.closure_contains(point) for p in pieces)
        return
    assert len(inside) == 1
    assert sympy.cancel(around.expr - inside[0][0].expr) == 0


@pytest.mark.parametrize("name", [n for n in PIECE_CASES if n != "step"])
@given(st.data())
@settings(deadline=None, max_examples=30)
def test_every_piece_that_touches_a_wall_point_agrees_there(name, data):
    """A piece touches a point if its open chamber contains points arbitrarily near."""
    K, pieces = pieces_of(name)
    values = data.draw(st.lists(lattice(), min_size=len(K.parameters), max_size=len(K.parameters)))
    step = data.draw(st.lists(st.integers(-7, 7), min_size=len(values), max_size=len(values)))
    point = dict(zip(K.parameters, map(rational, values), strict=True))
    near = {p: point[p] + Rational(s, 10**9) for p, s in zip(K.parameters, step, strict=True)}
    touching = [p for p in pieces for c in p.chambers if c.contains(near)]
    assert len(touching) <= 1
    for piece in touching:
        denominator = sympy.fraction(sympy.together(piece.expr))[1]
        if denominator.subs(point) != 0:
            assert piece.expr.subs(point) == K.at(point)
        assert abs(piece.expr.subs(near) - K.at(point)) < Rational(1, 10**6)


@pytest.mark.parametrize("name", ["two weights", "weight and bias"])
def test_one_expression_has_all_the_pieces(name):
    K, _ = pieces_of(name)
    for values in ([2, 3], [2, -3], [-1, 4], [-2, Rational(-1, 3)]):
        point = dict(zip(K.parameters, map(sympy.sympify, values), strict=True))
        assert K.expr.subs(point) == K.at(point)


@given(st.lists(UNIT, min_size=2, max_size=2), NUMBER, st.lists(NUMBER, min_size=7, max_size=7))
@settings(deadline=None, max_examples=30)
def test_the_form_around_a_parameter_holds_in_all_of_its_chamber(units, c, other):
    model = TwoLayer.symbolic(RELU, width=2)
    K = KLDivergence(model, network(RELU, [(Q(1), Q(1, 7), Q(1))]), law((-1, 1)))
    try:
        piece = K.chamber(flat(units, c))
    except WallError:
        assume(False)
    here = model.point(flat(units, c))
    assert piece.chambers[0].contains(here)
    assert piece.expr.subs(here) == K.at(here)
    # Move until the point leaves the chamber: whatever stays inside must agree.
    for k in (1, 2, 5, 20):
        there = {
            p: v + (rational(o) - v) / k / 5 for (p, v), o in zip(here.items(), other, strict=True)
        }
        if piece.chambers[0].contains(there):
            assert piece.expr.subs(there) == K.at(there)


def test_example_3_4_has_the_constants_of_the_half_convention():
    K, pieces = pieces_of("two weights")
    w1, w2 = K.parameters
    forms = {p.expr for p in pieces}
    third = Rational(1, 12)
    expected = {
        third * (w1 + w2 - 1) ** 2,
        third * ((w1 - 1) ** 2 + w2**2),
        third * ((w2 - 1) ** 2 + w1**2),
        third * ((w1 + w2) ** 2 + 1),
    }
    assert {sympy.expand(f) for f in forms} == {sympy.expand(e) for e in expected}


def test_symbolic_ends_and_truth_constants_specialise_to_numbers():
    model = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
    truth = TwoLayer(RELU, [Unit(THETA, (1,), 0)])
    K = KLDivergence(model, truth, UniformInterval(-A, A))
    w, q = K.parameters
    assert sympy.expand(K.chamber([1, 1]).expr - A**2 * (w * q - THETA) ** 2 / 12) == 0
    assert K.at([THETA, 1]) == 0
    for a, theta, point in (
        (Q(1), Q(2), (Q(2), Q(1, 3))),
        (Q(3, 2), Q(1, 5), (Q(-1), Q(4))),
    ):
        expected = divergence(
            ("relu", [(point[0], Q(0), point[1])], Q(0)),
            ("relu", [(Q(1), Q(0), theta)], Q(0)),
            -a,
            a,
        )
        value = K.at(list(map(rational, point))).subs({A: rational(a), THETA: rational(theta)})
        assert fraction(value) == expected
    with pytest.raises(ValueError, match="unknown constants"):
        K.compile()
    with pytest.raises(ValueError, match="no number"):
        K.enclosure([1, 1])


def test_ends_whose_symbol_cancels_in_the_length():
    model = TwoLayer.symbolic(RELU, width=1, output_bias=0)
    K = KLDivergence(model, network(RELU, [(Q(1), Q(0), Q(1))]), UniformInterval(A, A + 1))
    assert K.at([1, 5, 1]) == Rational(25, 2)
    assert sympy.expand(K.at([2, 0, 1]) - (A**2 + A + Rational(1, 3)) / 2) == 0


def test_an_order_of_unknown_constants_is_never_guessed():
    model = TwoLayer.symbolic(RELU, width=1, output_bias=0)
    K = KLDivergence(model, TwoLayer(RELU, [Unit(1, (1,), -THETA)]), UniformInterval(-A, A))
    with pytest.raises(UndecidedError):
        K.at([1, 0, 1])
    with pytest.raises(UndecidedError):
        K.chamber([1, 0, 1])


def test_irrational_ends_breaks_and_variance():
    model = TwoLayer.symbolic(RELU, width=2)
    K = KLDivergence(
        model, network(RELU, [(Q(1), Q(0), Q(1))]), UniformInterval(-sqrt(6), sqrt(6)),
        noise_variance=sqrt(2),
    )  # fmt: skip
    point = [1, sqrt(3), Rational(1, 2), -2, 1, sqrt(2), Rational(1, 3)]
    value = K.at(point)

    def square(x):
        f = max(0, x + mpmath.sqrt(3)) / 2 + mpmath.sqrt(2) * max(0, 1 - 2 * x) + mpmath.mpf(1) / 3
        return (f - max(0, x)) ** 2

    with mpmath.workdps(40):
        e = mpmath.sqrt(6)
        cuts = [-e, -mpmath.sqrt(3), 0, mpmath.mpf(1) / 2, e]
        quad = mpmath.quad(square, cuts) / (2 * e) / 2 / mpmath.sqrt(2)
        assert abs(quad - mpmath.mpf(sympy.N(value, 40))) < 1e-30
    ball = K.enclosure(point, digits=30)
    assert abs(float(ball.mid()) - float(value)) < 1e-14
    assert ball.rad() < 1e-28


def test_tied_and_fixed_entries():
    w, b = sympy.symbols("w b", real=True)
    tied = TwoLayer(RELU, [Unit(w, (w,), b), Unit(2, (-w,), b + 1)], b, (w, b))
    free = TwoLayer.symbolic(RELU, width=2)
    truth = network(RELU, [(Q(1), Q(1, 5), Q(1))])
    K, L = (KLDivergence(m, truth, law((-1, 1))) for m in (tied, free))
    for x, y in ((Rational(1, 2), Rational(1, 3)), (-2, Rational(3, 4)), (1, Rational(-5, 2))):
        assert K.at([x, y]) == L.at([x, y, x, -x, y + 1, 2, y])
        piece = K.chamber([x, y])
        assert piece.expr.subs({w: x, b: y}) == K.at([x, y])
        (piece,) = K.pieces_at([x, y])
        assert piece.expr.subs({w: x, b: y}) == K.at([x, y])


def test_declared_signs_leave_no_empty_pieces():
    w = sympy.Symbol("w", positive=True)
    b = sympy.Symbol("b", real=True)
    model = TwoLayer(RELU, [Unit(1, (w,), b)], 0, (w, b))
    K = KLDivergence(model, network(RELU, [(Q(1), Q(0), Q(1))]), law((-1, 1)))
    for piece in K.pieces():
        for chamber in piece.chambers:
            assert not any(c.is_nonpositive for c in chamber.conditions)
    assert K.expr.subs({w: 2, b: Rational(1, 2)}) == K.at([2, Rational(1, 2)])


@given(st.lists(UNIT, min_size=3, max_size=3), NUMBER)
@settings(deadline=None, max_examples=15)
def test_permuting_units_changes_nothing(units, c):
    K = KLDivergence(
        TwoLayer.symbolic(RELU, width=3),
        network(RELU, [(Q(1), Q(0), Q(1))]),
        law((-1, 1)),
    )
    assert len({K.at(flat(p, c)) for p in permutations(units)}) == 1


MODEL = TwoLayer.symbolic(RELU, width=1)
TRUTH = network(RELU, [(Q(1), Q(0), Q(1))])


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ((MODEL, TRUTH, StandardNormal(2)), ValueError, "model must have 2 input"),
        ((MODEL, sympy.Symbol("x") ** 2, law((-1, 1))), TypeError, "truth must be a TwoLayer"),
        ((MODEL, MODEL, law((-1, 1))), ValueError, "truth must have no parameters"),
        ((TwoLayer.symbolic(RELU, inputs=2, width=1), TRUTH, law((-1, 1))), ValueError,
         "model must"),
        ((MODEL, TwoLayer(RELU, (), inputs=2), law((-1, 1))), ValueError, "truth must have 1"),
        ((MODEL, TwoLayer(RELU, [Unit(MODEL.parameters[0], (1,), 0)]), law((-1, 1))), ValueError,
         "truth must not use the model's parameters"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(arguments, error, match):
    with pytest.raises(error, match=match):
        KLDivergence(*arguments)


@pytest.mark.parametrize(("variance", "error"), [
    (0, ValueError), (-1, ValueError), (0.5, TypeError), (float("nan"), TypeError),
    (sympy.oo, ValueError), (sympy.nan, ValueError), (sympy.Symbol("v", real=True), ValueError),
    ("1", TypeError), (None, TypeError),
])  # fmt: skip
def test_a_variance_is_positive_for_certain(variance, error):
    with pytest.raises(error, match="noise_variance must be"):
        KLDivergence(MODEL, TRUTH, law((-1, 1)), noise_variance=variance)


@pytest.mark.parametrize("method", ["at", "chamber", "enclosure"])
@pytest.mark.parametrize("values", [[1, 2], [1.0, 0, 1, 0], {"w1": 1}, [float("nan")] * 4, "w1b1"])
def test_bad_parameters_are_refused_by_name(method, values):
    K = KLDivergence(MODEL, TRUTH, law((-1, 1)))
    with pytest.raises((ValueError, TypeError), match="value"):
        getattr(K, method)(values)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_many_units_against_the_integral(seed):
    from random import Random

    draw = Random(seed)  # noqa: S311 - a reproducible example, nothing secret
    units = [
        tuple(Q(draw.randint(-20, 20), draw.randint(1, 9)) for _ in range(3)) for _ in range(24)
    ]
    truth = [
        tuple(Q(draw.randint(-20, 20), draw.randint(1, 9)) for _ in range(3)) for _ in range(8)
    ]
    K = KLDivergence(TwoLayer.symbolic(RELU, width=24), network(RELU, truth), law((-1, 1)))
    expected = divergence(("relu", units, Q(1, 3)), ("relu", truth, Q(0)), Q(-1), Q(1))
    assert fraction(K.at(flat(units, Q(1, 3)))) == expected
