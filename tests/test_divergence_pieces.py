"""All chambers found by exploration: every parameter is in one, and its form is right there."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from slt_symbolic.activations import ABSOLUTE, RELU, STEP
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.divergence.exploration import TooManyChambersError, explored_chambers
from slt_symbolic.divergence.feasibility import PositiveSet
from slt_symbolic.exact.chamber import WallError
from slt_symbolic.inputs import (
    FiniteSample,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
)
from slt_symbolic.networks import TwoLayer, Unit

Q = sympy.Rational
X, Y, Z = sympy.symbols("x y z", real=True)


def _tied():
    w, b = sympy.symbols("w b", real=True)
    return TwoLayer(RELU, [Unit(w, (w,), b), Unit(2, (-w,), b + 1)], b, (w, b))


TRIANGLE = UniformPolygon(((0, 0), (1, 0), (0, 1)))
SLANTED = UniformPolygon(((0, 0), (1, 0), (1, sympy.sqrt(3))))
SQUARE = UniformBox((-1, -1), (1, 1))
CUBE = UniformBox((-1, -1, -1), (1, 1, 1))
POINTS = FiniteSample([(0, 1), (1, 0), (1, 1), (Q(1, 2), -1)])
PLAIN = {"readouts": 1, "output_bias": 0}
NETWORKS = {
    "one unit on the square": (
        TwoLayer.symbolic(RELU, inputs=2, width=1, **PLAIN),
        TwoLayer(RELU, [Unit(1, (1, 0), 0)]),
        SQUARE,
    ),
    "two units on a triangle": (
        TwoLayer.symbolic(RELU, inputs=2, width=2, biases=0, **PLAIN),
        TwoLayer(RELU, [Unit(1, (1, -1), 0)]),
        TRIANGLE,
    ),
    "irrational triangle": (
        TwoLayer.symbolic(ABSOLUTE, inputs=2, width=1, **PLAIN),
        TwoLayer(ABSOLUTE, [Unit(1, (1, 2), 0)]),
        SLANTED,
    ),
    "steps on the cube": (
        TwoLayer.symbolic(STEP, inputs=3, width=1, biases=0),
        TwoLayer(STEP, [Unit(1, (1, -1, 0), 0)]),
        CUBE,
    ),
    "a finite sample": (
        TwoLayer.symbolic(RELU, inputs=2, width=1),
        TwoLayer(RELU, [Unit(1, (1, -1), 0)]),
        POINTS,
    ),
    "tied units on an interval": (
        _tied(),
        TwoLayer(RELU, [Unit(1, (Q(1, 5),), 1)]),
        UniformInterval(-1, 1),
    ),
}
FOUND = {}


def found(name):
    if name not in FOUND:
        K = KLDivergence(*NETWORKS[name])
        FOUND[name] = K, K.pieces()
    return FOUND[name]


@pytest.mark.parametrize("name", NETWORKS)
@given(data=st.data())
@settings(deadline=None, max_examples=10)
def test_every_parameter_is_in_one_chamber_and_its_form_is_exact(name, data):
    K, pieces = found(name)
    number = st.fractions(-3, 3, max_denominator=7)
    values = [sympy.Rational(*data.draw(number).as_integer_ratio()) for _ in K.parameters]
    point = dict(zip(K.parameters, values, strict=True))
    try:
        K.chamber(values)
    except WallError:
        assume(False)
    homes = [p for p in pieces for c in p.chambers if c.contains(point)]
    assert len(homes) == 1
    assert sympy.radsimp(homes[0].expr.subs(point) - K.at(values)) == 0


@pytest.mark.parametrize("name", NETWORKS)
def test_no_listed_chamber_is_empty(name):
    K, pieces = found(name)
    for piece in pieces:
        for chamber in piece.chambers:
            region = PositiveSet(sorted(chamber.conditions, key=str), K.parameters)
            start = {p: sympy.Integer(k + 1) for k, p in enumerate(K.parameters)}
            assert region.point(start) is not None


def test_one_unit_on_the_square_has_two_chambers_for_each_pair_of_sides():
    # 14 sign patterns of an affine function at the corners; the truth's line x1 = 0 meets two
    # sides, and its crossing with a unit that cuts both is above or below each of them.
    _, pieces = found("one unit on the square")
    assert sum(len(p.chambers) for p in pieces) == 28


def test_bounds_on_the_number_of_chambers():
    with pytest.raises(TooManyChambersError, match="more than 5 chambers"):
        KLDivergence(*NETWORKS["one unit on the square"]).pieces(limit=5)


def test_refusals():
    model = TwoLayer.symbolic(RELU, inputs=2, width=1, **PLAIN)
    with pytest.raises(ValueError, match="ask for its value at a parameter"):
        KLDivergence(model, TwoLayer(RELU, [], inputs=2), StandardNormal(2)).pieces()
    slope = sympy.Symbol("s", positive=True)
    with pytest.raises(ValueError, match="unknown constants"):
        KLDivergence(model, TwoLayer(RELU, [Unit(1, (slope, 0), 0)]), SQUARE).pieces()


@given(
    st.lists(st.lists(st.integers(-3, 3), min_size=4, max_size=4), min_size=1, max_size=7),
    st.lists(st.integers(-3, 3), min_size=3, max_size=3),
)
@settings(deadline=None, max_examples=60)
def test_sets_of_affine_conditions_are_always_decided(rows, start):
    conditions = [a * X + b * Y + c * Z + d for a, b, c, d in rows]
    conditions = [sympy.sympify(c) for c in conditions]
    region = PositiveSet(conditions, (X, Y, Z))
    point = region.point(dict(zip((X, Y, Z), map(sympy.Integer, start), strict=True)))
    if point is not None:
        assert all(c.subs(point) > 0 for c in conditions)
        assert region.contradiction() is None
    else:
        core = region.contradiction()
        assert core is not None
        assert set(core) <= set(conditions)


def test_a_contradiction_is_a_proof():
    consistent = PositiveSet([X * Y - 1, X, Y - Q(1, 3)], (X, Y))
    assert consistent.contradiction() is None
    assert consistent.contains(consistent.point({X: 0, Y: 0}))
    assert set(PositiveSet([X**2 - 2, 1 - X, X], (X,)).contradiction()) == {X**2 - 2, 1 - X, X}
    roots = PositiveSet([X - sympy.sqrt(2) * Y, Y - 1, 1 - X], (X, Y))
    assert roots.point({X: 0, Y: 0}) is None
    assert set(roots.contradiction()) == {X - sympy.sqrt(2) * Y, Y - 1, 1 - X}


def test_exploration_follows_declared_signs():
    p = sympy.Symbol("p", positive=True)

    def form(sample):
        first = p - 1 if sample[p] > 1 else 1 - p
        return Fraction(1), (first,)

    assert {c for _, c in explored_chambers(form, (p,), limit=9)} == {(p - 1,), (1 - p,)}
