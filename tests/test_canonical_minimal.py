"""Minimal width: explicit networks above, independent counts below."""

from fractions import Fraction
from itertools import chain, combinations

import pytest
import sympy
from equivalence_reference import ALL, CUBIC, SQUARE, changed, network, same, seeded, small
from sympy import Rational, sqrt

from slt_symbolic.activations import (
    ABSOLUTE,
    ARCTAN,
    IDENTITY,
    RELU,
    SIGMOID,
    SIN,
    SOFTPLUS,
    STEP,
    SWISH,
    TANH,
    Activation,
    Branches,
    Reflection,
    polynomial,
)
from slt_symbolic.inputs import FiniteSample, UniformBox, UniformInterval, UniformSphere
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import NoInteriorError, equivalent, minimal_network, rank


def fraction(e):
    return Fraction(int(e.p), int(e.q))


@pytest.mark.parametrize("output_bias", [True, False])
@pytest.mark.parametrize("sigma", [s for s in ALL if s is not CUBIC], ids=str)
def test_no_equivalent_network_is_smaller(sigma, output_bias):
    if sigma is SQUARE and not output_bias:
        return
    rng = seeded(sigma.name)
    for _ in range(6):
        n = rng.choice([1, 2])
        law = rng.choice([None, UniformInterval(-1, 1) if n == 1 else UniformBox((0, 0), (1, 2))])
        small_one = network(rng, sigma, n, rng.randint(0, 3), None if output_bias else 0)
        large = changed(rng, small_one)
        found = minimal_network(large, law, output_bias=output_bias)
        assert found.width == minimal_network(small_one, law, output_bias=output_bias).width
        if large.output_bias == small_one.output_bias == 0 or output_bias:
            assert found.width <= len(small_one.units)
        if found.network is None:
            assert not output_bias
            continue
        assert same(large, found.network, law)
        assert output_bias or found.network.output_bias == 0
        if found.attained:
            assert minimal_network(found.network, law, output_bias=output_bias).width == found.width


def count_on_a_line(net):
    """Least width of a ReLU network of one input, by its slopes alone, in Fractions.

    A unit at a kink κ faces right, or left with slope −κ at −∞: so the left slope must be a sum
    of −κ over some kinks; if not, one more unit at any kink, or two if there is none.
    """
    kinks, left = {}, Fraction(0)
    for u in net.units:
        q, w, b = map(fraction, u.entries())
        if w == 0:
            continue
        kinks[-b / w] = kinks.get(-b / w, Fraction(0)) + q * abs(w)
        left += q * w if w < 0 else 0
    jumps = [k for k in kinks.values() if k]
    subsets = chain.from_iterable(combinations(jumps, r) for r in range(len(jumps) + 1))
    if any(sum(s, Fraction(0)) == -left for s in subsets):
        return len(jumps)
    return max(len(jumps) + 1, 2)


def test_relu_on_a_line_agrees_with_its_slopes():
    rng = seeded("line")
    seen = set()
    for _ in range(150):
        net = network(rng, RELU, 1, rng.randint(0, 5))
        found = minimal_network(net)
        assert found.width == count_on_a_line(net)
        assert found.attained
        kinks = len({-u.bias / u.weights[0] for u in found.network.units if u.weights[0] != 0})
        seen.add(found.width - kinks)
    assert seen >= {0, 1}


def affine(sigma, planes, slope, constant=0):
    """Σ σ(z) over planes plus an affine function, as a network."""
    units = [Unit(1, tuple(p[:-1]), p[-1]) for p in planes]
    if any(slope):
        opposite = tuple(-s for s in slope)
        units += [Unit(1, tuple(slope), 0), Unit(-1, opposite, 0)]
    return TwoLayer(sigma, units, constant, (), len(slope))


@pytest.mark.parametrize("sigma", [RELU, SOFTPLUS, SWISH], ids=str)
def test_the_affine_gap_takes_no_one_or_two_units(sigma):
    planes = [(1, 0, 0), (0, 1, 3), (1, 1, 1)]
    widths = {
        (0, 0): 3,
        (-1, 0): 3,  # the first reversed
        (-2, -2): 3,  # all reversed
        (-1, -2): 3,
        (5, 0): 4,  # along one of them
        (2, 2): 4,
        (Rational(1, 2), -1): 4,  # the second reversed, the rest along the first
        (5, 3): 5,
        (sqrt(2), 1): 5,
    }
    for slope, width in widths.items():
        net = affine(sigma, planes, slope, 7)
        found = minimal_network(net)
        assert (found.width, found.attained) == (width, True), slope
        assert same(net, found.network)
    # A bounded domain: a unit that is always on is any affine function; not for analytic units.
    box = UniformBox((-9, -9), (9, 9))
    assert minimal_network(affine(sigma, planes, (5, 3)), box).width == (4 if sigma is RELU else 5)


def test_without_an_output_bias_constants_cost_a_unit():
    def width(net, inputs=None):
        found = minimal_network(net, inputs, output_bias=False)
        if found.network is not None:
            assert found.network.output_bias == 0
            assert same(net, found.network, inputs)
        return found.width, found.network is not None

    x = Unit(1, (1,), 0)
    assert width(TwoLayer(TANH, [x])) == (1, True)
    # q·tanh(b) = 1 has no algebraic solution (Lindemann), but a real one.
    assert width(TwoLayer(TANH, [x], 1)) == (2, False)
    assert width(TwoLayer(TANH, [x, Unit(2, (0,), 5)])) == (2, True)
    assert width(TwoLayer(SIGMOID, [x], -1)) == (1, True)
    assert width(TwoLayer(SIGMOID, [x], 1)) == (2, True)
    assert width(TwoLayer(STEP, [x], Rational(1, 3))) == (2, True)
    assert width(TwoLayer(RELU, [x], 1)) == (2, True)
    assert width(TwoLayer(RELU, [x, Unit(1, (1,), 1)], 1)) == (3, True)
    assert width(TwoLayer(RELU, [Unit(1, (1,), 1), Unit(-1, (-1,), -1)])) == (2, True)
    on_interval = UniformInterval(-1, 1)
    # x + 1 > 0 on the interval; x is not.
    assert width(TwoLayer(RELU, [Unit(1, (1,), 1), Unit(-1, (-1,), -1)]), on_interval) == (1, True)
    assert width(TwoLayer(RELU, [x, Unit(-1, (-1,), 0)]), on_interval) == (2, True)
    assert width(TwoLayer(ABSOLUTE, [Unit(1, (1,), 2), Unit(-2, (0,), 1)]), on_interval) == (
        2,
        True,
    )
    assert width(TwoLayer(IDENTITY, [Unit(1, (2,), 1)], 5)) == (1, True)


def test_always_on_units_of_other_slopes():
    """2 max(0, z), and min(0, z), which is affine on its lower branch only."""
    zero, one, two = (sympy.Integer(k) for k in range(3))
    for below, above in (((), (zero, two)), ((zero, one), ())):
        sigma = Activation(
            name=f"ramp {below} {above}",
            latex="r",
            formula=lambda z, b=below: sympy.Min(0, z) if b else 2 * sympy.Max(0, z),
            scaling_degree=1,
            reflection=Reflection(sign=1, slope=-(sum(above) + sum(below))),
            branches=Branches(below=below, above=above),
            independence="by its folds",
        )
        rng = seeded(sigma.name)
        for output_bias in (True, False):
            for law in (UniformInterval(-1, 1), None):
                for _ in range(5):
                    net = changed(rng, network(rng, sigma, 1, 2, None if output_bias else 0))
                    found = minimal_network(net, law, output_bias=output_bias)
                    assert found.attained
                    assert same(net, found.network, law)


def test_real_width_may_need_transcendental_entries():
    waves = TwoLayer(SIN, [Unit(1, (1,), 0), Unit(1, (1,), 1), Unit(1, (2,), 0)])
    found = minimal_network(waves)
    assert (found.width, len(found.network.units), found.attained) == (2, 3, False)
    flat = TwoLayer(TANH, [Unit(1, (1,), 0), Unit(3, (0,), 1)])
    found = minimal_network(flat)
    assert (found.width, found.attained) == (1, False)
    assert equivalent(flat, found.network)
    assert rank(TwoLayer(ARCTAN, [Unit(1, (0,), 1)])) == 0


@pytest.mark.parametrize("n", [1, 2, 3])
def test_quadratic_units_are_as_many_as_the_rank_says(n):
    rng = seeded(n)
    for _ in range(8):
        net = network(rng, SQUARE, n, rng.randint(0, 4))
        found = minimal_network(net)
        assert same(net, found.network)
        x = sympy.symbols(f"x1:{n + 1}")
        f = sympy.expand(net(*x))
        form = sympy.hessian(f, x) / 2
        slope = sympy.Matrix([sympy.diff(f, v).subs(dict.fromkeys(x, 0)) for v in x])
        inside = form.row_join(slope).rank() == form.rank()
        assert found.width == form.rank() + (0 if inside else 2)
    pure = polynomial((0, 0, 1))
    hyperbola = TwoLayer(pure, [Unit(1, (1, 1), 0), Unit(-1, (1, -1), 0)])
    assert minimal_network(hyperbola).width == 2


def test_a_subset_sum_hides_in_every_relu_width():
    """Weights 3, 34, 4, 12, 5, 2 reach 9 = 4 + 5 but not 30: 30 > 26 without the 34."""
    weights = [3, 34, 4, 12, 5, 2]
    planes = [(w, w * k) for k, w in enumerate(weights)]
    for total, width in ((9, 6), (30, 7), (26, 6), (60, 6), (27, 7)):
        assert minimal_network(affine(RELU, planes, (-total,))).width == width


def test_what_has_no_minimal_width_here_says_so():
    with pytest.raises(ValueError, match="known for degree 2"):
        minimal_network(TwoLayer(CUBIC, [Unit(1, (1,), 0)]))
    with pytest.raises(ValueError, match="off the sphere"):
        minimal_network(TwoLayer(SQUARE, [Unit(1, (1, 2), 0)]), UniformSphere(2))
    with pytest.raises(NoInteriorError):
        minimal_network(TwoLayer(RELU, [Unit(1, (1,), 0)]), FiniteSample([(0,)]))
    rng = seeded("many")
    many = TwoLayer(RELU, [Unit(1, (small(rng) + 20, 1), k) for k in range(40)])
    with pytest.raises(ValueError, match="more than 36 are too many"):
        minimal_network(many)
    assert minimal_network(TwoLayer(RELU, (), inputs=2)).width == 0
