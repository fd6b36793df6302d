"""Every proved law of decay: bounds against enclosures, envelopes, and what a slip would show."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import sympy
from flint import arb, ctx

from slt_symbolic.activations import leaky_relu
from slt_symbolic.spectra import (
    PoleDecay,
    TanhDecay,
    WallisDecay,
    WaveDecay,
    ZonalDecay,
    compare_rates,
    first_within,
    fit_rate,
    hermite_coefficient,
    hermite_coefficients,
    orders_outside,
    zonal_coefficients,
)

LEAKY = leaky_relu(sympy.Rational(1, 10))
WEIGHTS = (Fraction(1, 2), 1, 3)
LAWS = [
    *((name, PoleDecay(name, w), w) for w in WEIGHTS for name in ("tanh", "sigmoid", "arctan")),
    *((name, PoleDecay(name, w), w) for w in WEIGHTS for name in ("softplus", "swish")),
    *((name, WallisDecay.of(name, w), w) for w in WEIGHTS for name in ("relu", "step", "erf")),
    ("abs", WallisDecay.of("abs", 2), 2),
    (LEAKY, WallisDecay.of(LEAKY, 2), 2),
    ("gelu", WallisDecay.of("gelu", 2), 2),
    ("gaussian", WallisDecay.of("gaussian", 2), 2),
    ("sin", WaveDecay("sin", 2), 2),
    ("cos", WaveDecay("cos", Fraction(1, 2)), Fraction(1, 2)),
    ("tanh", TanhDecay(Fraction(2, 3)), Fraction(2, 3)),
]


def _squares(name, decay, weight, last=36):
    for k in range(decay.orders[0], last, 4 if last > 20 else 2):
        yield k, hermite_coefficient(name, k, weight, digits=35).square


@pytest.mark.parametrize(("name", "decay", "weight"), LAWS)
def test_bounds_hold_both_ways(name, decay, weight):
    for k, square in _squares(name, decay, weight):
        low, high = decay.bounds(k)
        below, above = decay.law_bounds(k)
        with ctx.workprec(160):
            assert low <= high
            # Where the bounds are the ends of a ball they may share digits with the value's.
            assert not square < low
            assert not square > high
            assert below <= (square / decay.law(k)).log() <= above
            # A relative slip of 1e-3 of the value leaves sharp bounds.
            if high / low < 1 + arb("1e-4"):
                assert not low <= square * arb("1.001") <= high


@pytest.mark.parametrize("decay", [decay for _, decay, _ in LAWS[::3]])
def test_law_bounds_are_envelopes(decay):
    orders = [decay.orders[i] for i in (0, 1, 5, 50, 5000, 10**6)]
    ends = [decay.law_bounds(k) for k in orders]
    for (low, high), (later_low, later_high) in pairwise(ends):
        assert low <= later_low <= 0 <= later_high <= high
    assert ends[-1][1] - ends[-1][0] < (0.1 if isinstance(decay, PoleDecay | TanhDecay) else 1e-3)


def test_first_within_is_minimal_for_sharp_bounds():
    decay = WallisDecay.of("relu")
    start = first_within(decay, Fraction(101, 100))
    with ctx.workprec(100):
        for k in (start, start + 2, start + 1000, 10**6):
            low, high = decay.bounds(k)
            assert arb(100) / 101 < low / decay.law(k)
            assert high / decay.law(k) < arb(101) / 100
        low, _ = decay.bounds(start - 2)
        assert low / decay.law(start - 2) > arb(101) / 100
    with pytest.raises(ValueError, match="factor"):
        first_within(decay, 1)


@pytest.mark.parametrize("dimension", [2, 3, 4, 5, 6, 9])
@pytest.mark.parametrize("weight", [Fraction(1, 3), 1, 4])
def test_spheres(dimension, weight):
    decay = ZonalDecay(dimension, weight, bits=400)
    found = zonal_coefficients("tanh", range(3, 80, 4), dimension, weight, digits=35)
    for c in found:
        low, high = decay.bounds(c.degree)
        below, above = decay.law_bounds(c.degree)
        with ctx.workprec(160):
            assert not c.square < low
            assert not c.square > high
            ratio = (c.square / decay.law(c.degree)).log()
            assert not ratio < below
            assert not ratio > above
    half = ZonalDecay(dimension, 2 * Fraction(weight), "sigmoid")
    with ctx.workprec(100):
        assert abs(4 * half.law(11) / decay.law(11) - 1) < 1e-20


def test_purely_exponential_on_every_sphere():
    for dimension in (2, 3, 7):
        decay = ZonalDecay(dimension)
        with ctx.workprec(80):
            ratio = decay.law(1003) / decay.law(1001)
            assert ratio.overlaps((-4 * decay.exponent()).exp())


@pytest.mark.parametrize("weight", [1, Fraction(1, 2)])
def test_every_order_up_to_ten_thousand(weight):
    decay = TanhDecay(weight)
    found = hermite_coefficients("tanh", range(1, 10_001, 2), weight, digits=12)
    assert orders_outside(decay, ((c.order, c.square) for c in found)) == []


def test_orders_outside_sees_a_wrong_law():
    found = [(k, hermite_coefficient("tanh", k, digits=20).square) for k in (51, 101)]
    assert orders_outside(TanhDecay(1), found) == []
    assert orders_outside(TanhDecay(Fraction(99, 100)), found) == [51, 101]


def test_fits_prefer_the_right_variable():
    k = np.arange(101, 601, 2)
    tanh = [float(TanhDecay(1).bounds(int(j))[0].log().mid()) for j in k]
    relu = [float(WallisDecay.of("relu").bounds(int(j) + 1)[0].log().mid()) for j in k]
    circle = [float(ZonalDecay(2).bounds(int(j))[0].log().mid()) for j in k]
    best = [compare_rates(list(k), values)[0] for values in (tanh, relu, circle)]
    assert [fit.variable for fit in best] == ["root", "log", "order"]
    assert abs(fit_rate(k, tanh, power=-0.5).slope + np.pi) < 0.01
    assert abs(best[1].slope + 2.5) < 0.02
    with ctx.workprec(60):
        assert abs(best[2].slope + 2 * float(ZonalDecay(2).exponent())) < 1e-9
    # The bare fit's interval excludes the proved rate: the prefactor k^{−1/2} is missing.
    assert not best[0].covers(-np.pi)


@pytest.mark.parametrize(
    "make",
    [
        lambda: PoleDecay("relu", 1),
        lambda: PoleDecay("tanh", 0),
        lambda: WallisDecay.of("tanh"),
        lambda: WallisDecay("kink", 1, 0),
        lambda: WaveDecay("tan", 1),
        lambda: ZonalDecay(1),
        lambda: PoleDecay("swish", 1).law(3),
        lambda: WallisDecay.of("relu").law(3),
        lambda: ZonalDecay(2).law(4),
        lambda: fit_rate([1, 2], [0.0, 1.0]),
        lambda: fit_rate([1, 2, 3], [0.0, float("inf"), 1.0]),
    ],
)
def test_bad_input(make):
    with pytest.raises(ValueError, match=r"must|no Wallis"):
        make()
