"""Crossings: special functions against quadrature, against SymPy, against plain doubles."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from slt_symbolic.crossings import CROSSINGS, CUBIC_EDGE, CUBIC_WELL, QUARTIC

CONTROLS = st.fractions(-9, 9, max_denominator=8)


@given(z=CONTROLS)
@settings(max_examples=30, deadline=None)
def test_edge_both_ways(z):
    with ctx.workprec(120):
        at = arb(z.numerator) / z.denominator
        one, two = CUBIC_EDGE.special(at), CUBIC_EDGE.integrated(at)
    assert one.partition.overlaps(two.partition)
    assert one.energy.overlaps(two.energy)
    assert one.energy.rel_accuracy_bits() > 60
    assert two.energy.rel_accuracy_bits() > 60


@given(S=CONTROLS, T=CONTROLS)
@settings(max_examples=30, deadline=None)
def test_quartic_both_ways(S, T):
    with ctx.workprec(160):
        scaled = [arb(v.numerator) / v.denominator for v in (S, T)]
        one, two = QUARTIC.special(*scaled), QUARTIC.integrated(*scaled)
    assert one.partition.overlaps(two.partition)
    assert one.energy.overlaps(two.energy)
    assert two.energy.rel_accuracy_bits() > 60


@pytest.mark.parametrize("crossing", CROSSINGS, ids=lambda c: c.name)
def test_estimate_is_minus_the_derivative_of_log_z(crossing):
    """n E[K] = -n d log Z/dn, by central differences of the enclosed free energy."""
    n, controls = 50, (Fraction(-1, 5), Fraction(1, 7))[: len(crossing.scaling)]
    step = Fraction(1, 10**6)
    up, down = (crossing.free_energy(n * (1 + e), *controls, digits=40) for e in (step, -step))
    slope = float((up - down).mid()) / (2 * float(step))
    x = np.linspace(-8, 8, 400_001)
    floor = 0.0
    if len(crossing.scaling) == 2:
        floor = float((x**4 / 4 - x**2 / 10 + x / 7).min())
    else:
        floor = -2 / 3 * 0.2**1.5
    estimate = float(crossing.coefficient(n, *controls).mid())
    assert estimate == pytest.approx(slope - n * floor, abs=2e-6)


@pytest.mark.parametrize(("n", "t"), [(1, 0), (7, Fraction(1, 3)), (100, Fraction(-1, 2))])
def test_expressions_evaluate_to_the_balls(n, t):
    symbols = {"n": n, "t": sympy.Rational(t.numerator, t.denominator)}
    for crossing in (CUBIC_EDGE, CUBIC_WELL):
        expr = crossing.expr.subs({v: symbols[str(v)] for v in crossing.expr.free_symbols})
        if crossing is CUBIC_WELL and t > 0:
            continue
        assert float(expr.evalf(25)) == pytest.approx(
            float(crossing.partition(n, t).mid()), rel=1e-12
        )


def test_series_of_the_quartic_evaluates_to_the_ball():
    expr = QUARTIC.expr
    values = {"n": 3, "s": sympy.Rational(-1, 2), "t": sympy.Rational(2, 5)}
    expr = expr.subs({v: values[str(v)] for v in expr.free_symbols})
    series = next(a for a in expr.args if isinstance(a, sympy.Sum))
    total = float((expr / series).evalf())
    k = series.variables[0]
    total *= sum(float(series.function.subs(k, j).evalf(20)) for j in range(40))
    assert total == pytest.approx(
        float(QUARTIC.partition(3, Fraction(-1, 2), Fraction(2, 5)).mid()), rel=1e-12
    )


@pytest.mark.parametrize("t", [-40, -300, 25, 4000])
def test_far_out_agrees_with_quadrature_in_mpmath(t):
    """Far out, other series take over: mpmath knows none of them."""
    z = -t
    with ctx.workprec(200):
        ours = CUBIC_EDGE.special(arb(t)).energy
    with mpmath.workdps(30):
        root = mpmath.sqrt(max(z, 0))
        floor = -mpmath.mpf(2) / 3 * root**3
        width = 1 / mpmath.sqrt(root) if z > 0 else mpmath.mpf(1) / t
        points = [max(mpmath.mpf(0), root + k * width) for k in (-14, -5, -2, 0, 2, 5, 14, 60)]
        points = sorted(set(points))

        def q(y):
            return y**3 / 3 - z * y - floor

        Z = mpmath.quad(lambda y: mpmath.exp(-q(y)), points)
        E = mpmath.quad(lambda y: q(y) * mpmath.exp(-q(y)), points)
    assert float(ours.mid()) == pytest.approx(float(E / Z), rel=1e-9)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: QUARTIC.partition(0, 1, 1), ValueError, "n must be positive"),
        (lambda: QUARTIC.partition(1, 0.5, 1), TypeError, "controls must be an exact rational"),
        (lambda: QUARTIC.partition(1, 1), TypeError, "2 controls, got 1"),
        (lambda: QUARTIC.partition(1, 1, 1, digits=0), ValueError, "digits"),
        (lambda: CUBIC_WELL.coefficient(8, 1), ValueError, "no well is left"),
        (lambda: QUARTIC.coefficient(10**12, -1, 1), ValueError, "beyond reach"),
        (lambda: CUBIC_WELL.integrated(arb(1)), ValueError, "barrier for t < 0"),
    ],
)
def test_bad_requests_are_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_regimes_are_what_the_estimate_tends_to():
    tests = {"t > 0": (1,), "t = 0": (0,), "t < 0": (-1,), "s = t = 0": (0, 0)}
    tests["(s, t) \\ne 0"] = (Fraction(1), Fraction(0))
    for crossing in CROSSINGS:
        for regime in crossing.regimes:
            found = crossing.coefficient(10**12, *tests[regime.where], digits=8)
            assert float(found.mid()) == pytest.approx(float(regime.value), abs=1e-5)
