"""Functional equivalence: moves that prove it, witnesses that refute it."""

from itertools import pairwise

import mpmath
import pytest
import sympy
from equivalence_reference import (
    ALL,
    ANALYTIC,
    BROKEN,
    LEAKY,
    changed,
    network,
    nudged,
    number,
    same,
    seeded,
    value,
    value_of,
)
from sympy import Rational, sqrt

from slt_symbolic.activations import (
    ABSOLUTE,
    ARCTAN,
    RELU,
    SIN,
    SOFTPLUS,
    STEP,
    TANH,
    Activation,
    Branches,
    polynomial,
)
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.inputs import (
    FiniteSample,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import Kind, Move, MoveError, equivalent
from slt_symbolic.true_set.canonical import polynomial_to_sympy

TRIANGLE = UniformPolygon([(0, 0), (1, 0), (0, 1)])
LAWS = {
    1: [None, StandardNormal(), UniformInterval(-1, 1), UniformInterval(-sqrt(2), 3)],
    2: [None, UniformBox((-1, 0), (1, 2)), TRIANGLE, UniformSphere(2)],
    3: [None, UniformBox((0, 0, 0), (1, 1, 1)), UniformSphere(3)],
}


def some_point(rng, law, inputs):
    """A random point of a law's support, in floats."""
    if isinstance(law, UniformInterval):
        a, b = float(law.lower), float(law.upper)
        return [rng.uniform(a, b)]
    if isinstance(law, UniformBox):
        return [rng.uniform(float(a), float(b)) for a, b in zip(law.lower, law.upper, strict=True)]
    if isinstance(law, UniformPolygon):
        x, y = sorted((rng.random(), rng.random()))
        return [x, y - x]
    x = [rng.gauss(0, 1) for _ in range(inputs)]
    if isinstance(law, UniformSphere):
        size = sum(e * e for e in x) ** 0.5
        return [e / size for e in x]
    return x


def inside(law, x):
    x = [sympy.S(c) for c in x]
    if isinstance(law, UniformInterval):
        return bool(law.lower <= x[0]) and bool(x[0] <= law.upper)
    if isinstance(law, UniformBox):
        return all(a <= c <= b for a, c, b in zip(law.lower, x, law.upper, strict=True))
    if isinstance(law, UniformPolygon):
        return min(*x, 1 - sum(x)) >= 0
    if isinstance(law, UniformSphere):
        return sum(c**2 for c in x) == 1
    return True


def separated(first, second, x):
    """Whether the networks differ at x for certain: by exact values, or at many digits."""
    with mpmath.workdps(400):
        point = [number(c) for c in x]
        if first.activation not in ANALYTIC:
            at = dict(zip(sympy.symbols(f"x1:{len(x) + 1}"), x, strict=True))
            values = [n(*at).subs(at) for n in (first, second)]
            return sympy.simplify(values[0] - values[1]) != 0
        return abs(value_of(first, point) - value_of(second, point)) > mpmath.mpf(10) ** -380


@pytest.mark.parametrize("sigma", ALL, ids=str)
def test_changed_parameters_are_the_same_function_by_verified_moves(sigma):
    rng = seeded(sigma.name)
    for _ in range(6):
        n = rng.choice([1, 1, 2, 3])
        law = rng.choice(LAWS[n])
        first = network(rng, sigma, n, rng.randint(0, 4))
        second = changed(rng, first)
        answer = equivalent(first, second, law)
        assert answer.is_equivalent
        assert answer.check()
        states = answer.states()
        assert states[-1].units == second.units
        # Each state computes the function, by another evaluator.
        with mpmath.workdps(30):
            x = [mpmath.mpf(c) for c in some_point(rng, law, n)]
            expected = value_of(first, x)
            for state in states:
                names = sympy.symbols(f"x1:{n + 1}")
                rest = sympy.lambdify(names, polynomial_to_sympy(state), "mpmath")(*x)
                got = value(sigma.name, state.units, sympy.S.Zero, x) + rest
                assert abs(got - expected) < 1e-14 * (1 + abs(expected) * 1e3)


@pytest.mark.parametrize("sigma", ALL, ids=str)
def test_nearly_the_same_networks_are_told_apart_by_a_point(sigma):
    rng = seeded(sigma.name)
    for _ in range(6):
        n = rng.choice([1, 1, 2, 3])
        law = rng.choice(LAWS[n])
        first = network(rng, sigma, n, rng.randint(1, 3))
        second = nudged(rng, changed(rng, first), Rational(1, 10 ** rng.choice([1, 5, 9])))
        answer = equivalent(first, second, law)
        assert answer.check()
        if answer:
            continue
        assert answer.moves is None
        assert all(c.is_Rational for c in answer.witness)
        assert inside(law, answer.witness)
        assert separated(first, second, answer.witness)


@pytest.mark.parametrize("sigma", BROKEN, ids=str)
def test_the_answer_is_that_of_the_divergence(sigma):
    """Another way to the decision: K = 0."""
    rng = seeded(3)
    seen = set()
    for _ in range(12):
        n = rng.choice([1, 2])
        law = rng.choice([UniformInterval(-1, 1) if n == 1 else TRIANGLE])
        first = network(rng, sigma, n, 2)
        second = changed(rng, first, 2)
        if rng.random() < 0.5:
            second = nudged(rng, second, Rational(1, 7))
        answer = equivalent(first, second, law)
        assert (KLDivergence(second, first, law).at({}) == 0) is bool(answer)
        seen.add(bool(answer))
    assert seen == {True, False}


@pytest.mark.parametrize("gap", [Rational(1, 10**6), Rational(1, 10**40)])
@pytest.mark.parametrize("sigma", [STEP, RELU, ABSOLUTE], ids=str)
def test_networks_that_differ_in_a_thin_slab_only(sigma, gap):
    """Three folds close together: a bump as narrow as you like, at an irrational place."""
    for law in (None, UniformInterval(-2, 2), UniformInterval(-sqrt(3), sqrt(3))):
        readouts = (1, -1) if sigma is STEP else (1, -2, 1)
        bump = [Unit(q, (1,), sqrt(2) + k * gap) for k, q in enumerate(readouts)]
        answer = equivalent(TwoLayer(sigma, bump), TwoLayer(sigma, (), inputs=1), law)
        assert not answer
        assert answer.check()
        if sigma is not STEP:
            continue
        assert abs(answer.witness[0] + sqrt(2) + gap / 2) < gap


def test_a_thin_slab_in_a_corner():
    corner = Rational(1, 10**9)
    for law in (UniformBox((0, 0), (1, 1)), TRIANGLE):
        first = TwoLayer(RELU, [Unit(1, (-1, -1), corner)])
        answer = equivalent(first, TwoLayer(RELU, (), inputs=2), law)
        assert not answer
        assert sum(answer.witness) < corner
        assert inside(law, answer.witness)
        assert answer.check()


def test_a_thin_slab_on_a_sphere():
    for n, gap in ((2, Rational(1, 10**7)), (3, Rational(1, 10**30))):
        w = (1, *[0] * (n - 2), 2)
        first = TwoLayer(STEP, [Unit(1, w, 1), Unit(-1, w, 1 + gap)])
        answer = equivalent(first, TwoLayer(STEP, (), inputs=n), UniformSphere(n))
        assert answer.check()
        assert inside(UniformSphere(n), answer.witness)
        assert -1 - gap <= sum(a * b for a, b in zip(w, answer.witness, strict=True)) <= -1


def test_what_the_domain_hides():
    dead = TwoLayer(RELU, [Unit(1, (1,), -5), Unit(2, (1,), 3)])
    affine = TwoLayer(RELU, [Unit(-1, (-2,), 6)], 12)
    assert same(dead, affine, UniformInterval(-1, 1))
    assert not equivalent(dead, affine, UniformInterval(-1, 6))
    assert not equivalent(dead, affine)
    # On the edge of the domain a fold is not seen.
    edge = TwoLayer(RELU, [Unit(1, (1, 1), -1)])
    assert equivalent(edge, TwoLayer(RELU, (), inputs=2), TRIANGLE)
    assert not equivalent(edge, TwoLayer(RELU, (), inputs=2), UniformBox((0, 0), (1, 1)))


def test_a_witness_is_on_no_break():
    """There the value ½ of the step is a convention, and equality is almost everywhere."""
    first, second = TwoLayer(STEP, [Unit(1, (1,), 0)]), TwoLayer(STEP, [Unit(1, (1,), -1)])
    (x,) = equivalent(first, second).witness
    assert 0 < x < 1
    assert same(first, TwoLayer(STEP, [Unit(-1, (-2,), 0)], 1))


def test_a_plane_that_touches_the_sphere_is_not_seen():
    for n in (2, 3):
        w = (3, *[0] * (n - 2), 4)
        zero = TwoLayer(RELU, (), inputs=n)
        assert same(TwoLayer(RELU, [Unit(1, w, -5)]), zero, UniformSphere(n))
        assert not equivalent(
            TwoLayer(RELU, [Unit(1, w, Rational(-49, 10))]), zero, UniformSphere(n)
        )


def test_all_units_of_annihilating_weights_reversed():
    s = sqrt(3)
    planes = [(2, 0), (-1, s), (-1, -s)]
    third = Rational(1, 3)
    first = TwoLayer(RELU, [Unit(1, w, -third) for w in planes])
    second = TwoLayer(RELU, [Unit(1, tuple(-e for e in w), third) for w in planes], -1)
    answer = equivalent(first, second)
    assert answer.check()
    assert {m.kind for m in answer.moves} >= {Kind.FLIP}
    assert not equivalent(first, TwoLayer(RELU, second.units, 1))


def test_relations_between_constants():
    def flat(sigma, *pairs):
        return TwoLayer(sigma, [Unit(q, (0,), b) for q, b in pairs])

    half, third = Rational(1, 2), Rational(1, 3)
    assert same(flat(ARCTAN, (1, half), (1, third)), flat(ARCTAN, (1, 1)))
    machin = flat(ARCTAN, (4, Rational(1, 5)), (-1, Rational(1, 239)))
    assert same(machin, flat(ARCTAN, (1, 1)))
    assert not equivalent(flat(ARCTAN, (1, half), (1, third)), flat(ARCTAN, (1, Rational(2))))
    assert equivalent(flat(SOFTPLUS, (1, 2), (-1, -2)), TwoLayer(SOFTPLUS, (), 2, inputs=1))
    assert not equivalent(flat(TANH, (1, 60)), TwoLayer(TANH, (), 1, inputs=1))
    assert same(flat(SIN, (2, half), (2, -half)), TwoLayer(SIN, (), inputs=1))


def test_an_undecided_constant_is_said_to_be_undecided():
    """arctan(√2 − 1) = π/8: true, but not known to the package for irrational arguments."""
    first = TwoLayer(ARCTAN, [Unit(2, (0,), sqrt(2) - 1)])
    with pytest.raises(UndecidedError, match="it is not known whether"):
        equivalent(first, TwoLayer(ARCTAN, [Unit(1, (0,), 1)]))


def test_sines_of_one_frequency_keep_their_phases_apart():
    first = TwoLayer(SIN, [Unit(1, (1,), 0), Unit(1, (1,), 1)])
    assert not equivalent(first, TwoLayer(SIN, [Unit(2, (1,), Rational(1, 2))]))
    assert same(first, TwoLayer(SIN, [Unit(-1, (-1,), -1), Unit(1, (1,), 0)]))


def test_a_finite_sample_compares_values():
    law = FiniteSample([(0,), (1,), (sqrt(2),)])
    hat = TwoLayer(RELU, [Unit(1, (1,), 0), Unit(-2, (1,), -1), Unit(1, (1,), -2)])
    zero = TwoLayer(RELU, (), inputs=1)
    assert not equivalent(hat, zero, law)
    assert equivalent(hat, zero, law).witness == (1,)
    flat = FiniteSample([(0,), (2,), (3,)])
    answer = equivalent(hat, zero, flat)
    assert answer
    assert answer.check()
    assert answer.moves is None
    s = equivalent(
        TwoLayer(TANH, [Unit(1, (1,), 0), Unit(1, (-1,), 0)]), TwoLayer(TANH, (), inputs=1), law
    )
    assert str(s) == "the same function"


def test_two_folds_may_share_a_point_of_the_circle_but_not_three():
    circle = UniformSphere(2)
    # Lines through (1, 0): to (0, 1), to (0, −1), to (−1, 0).
    units = [Unit(1, (1, 1), -1), Unit(1, (1, -1), -1), Unit(1, (0, 1), 0)]
    zero = TwoLayer(RELU, (), inputs=2)
    assert not equivalent(TwoLayer(RELU, units[:2]), zero, circle)
    with pytest.raises(UndecidedError, match="more than 2 folds"):
        equivalent(TwoLayer(RELU, units), zero, circle)
    with pytest.raises(UndecidedError, match="more than 1 folds"):
        equivalent(TwoLayer(STEP, units[:2]), TwoLayer(STEP, (), inputs=2), circle)
    # A polynomial identity that holds on the circle only.
    square = polynomial((0, 0, 1))
    radius = TwoLayer(square, [Unit(1, (1, 0), 0), Unit(1, (0, 1), 0)])
    one = TwoLayer(square, (), 1, (), 2)
    assert same(radius, one, circle)
    assert not equivalent(radius, one)


def test_units_of_an_activation_that_does_not_scale():
    """A jump and a kink in one: units on a hyperplane span two dimensions."""
    sigma = Activation(
        name="jump and kink",
        latex="j",
        formula=lambda z: sympy.Piecewise((1 + z, z > 0), (0, z < 0), (Rational(1, 2), True)),
        branches=Branches(below=(), above=(sympy.S.One, sympy.S.One)),
        independence="by its folds",
    )
    first = TwoLayer(sigma, [Unit(1, (1,), 0), Unit(1, (3,), 0)])
    second = TwoLayer(sigma, [Unit(2, (2,), 0)])
    answer = equivalent(first, second)
    assert answer.check()
    assert Kind.EXCHANGE in {m.kind for m in answer.moves}
    assert not equivalent(first, TwoLayer(sigma, [Unit(2, (1,), 0)]))


def test_moves_that_are_no_identities_are_refused():
    first = TwoLayer(RELU, [Unit(1, (1,), 0), Unit(2, (1,), 1)])
    answer = equivalent(first, TwoLayer(RELU, [Unit(2, (1,), 1), Unit(1, (1,), 0)]))
    state = answer.states()[0]
    with pytest.raises(MoveError, match="the function would change"):
        state.after(Move(Kind.SCALE, ((0, first.units[0]),), ((0, Unit(1, (2,), 0)),)))
    tanh = [Unit(1, (1,), 0), Unit(2, (1,), 1)]
    same = equivalent(TwoLayer(TANH, tanh), TwoLayer(TANH, tanh)).states()[0]
    for after in ((), ((0, Unit(1, (2,), 0)),), ((0, Unit(2, (1,), 0)),)):
        with pytest.raises(MoveError, match="the function would change"):
            same.after(Move(Kind.MERGE, ((0, tanh[0]),), after))
    with pytest.raises(MoveError, match="not those of the move"):
        state.after(Move(Kind.DROP, ((0, first.units[1]),), ()))
    with pytest.raises(MoveError, match="no position 5"):
        state.after(Move(Kind.INSERT, (), ((4, Unit(0, (1,), 1)),)))
    forged = type(answer)(first, TwoLayer(RELU, (), 0, (), 1), None, answer.moves, None)
    with pytest.raises(MoveError, match="do not lead"):
        forged.check()
    wrong = type(answer)(first, first, None, None, (sympy.S.One,))
    with pytest.raises(ValueError, match="agree at"):
        wrong.check()


def test_moves_and_their_inverses_lead_back():
    rng = seeded(11)
    first = network(rng, LEAKY, 2, 3)
    answer = equivalent(first, changed(rng, first, 6))
    states = answer.states()
    for move, (before, after) in zip(answer.moves, pairwise(states), strict=True):
        assert after.after(move.inverse()).equals(before)
        assert move.inverse().inverse() == move
        assert str(move)


def test_bad_input_is_refused_by_name():
    relu, tanh = TwoLayer(RELU, [Unit(1, (1,), 0)]), TwoLayer(TANH, [Unit(1, (1,), 0)])
    with pytest.raises(ValueError, match="same activation, got relu and tanh"):
        equivalent(relu, tanh)
    with pytest.raises(ValueError, match="same inputs, got 1 and 2"):
        equivalent(relu, TwoLayer(RELU, [Unit(1, (1, 1), 0)]))
    with pytest.raises(ValueError, match="dimension 1, got 2"):
        equivalent(relu, relu, StandardNormal(2))
    with pytest.raises(ValueError, match=r"must be numbers, got the symbols \['b1'"):
        equivalent(TwoLayer.symbolic(RELU, width=1), relu)
    with pytest.raises(ValueError, match="inputs must be one of"):
        equivalent(relu, relu, object())
    empty = TwoLayer(RELU, (), inputs=1)
    assert same(empty, TwoLayer(RELU, [Unit(0, (1,), 1)]))
