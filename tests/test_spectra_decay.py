"""The decay law of tanh coefficients, its proved bounds, and Parseval's identity."""

from fractions import Fraction

import pytest
import sympy
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from slt_symbolic.spectra import TanhDecay, hermite_coefficient, parseval
from slt_symbolic.spectra.parseval import second_moment


@settings(max_examples=60, deadline=None)
@given(
    order=st.integers(0, 1500).map(lambda n: 2 * n + 1),
    weight=st.fractions(Fraction(1, 10), Fraction(12), max_denominator=10),
)
def test_bounds_contain_the_coefficient(order, weight):
    decay = TanhDecay(weight)
    square = hermite_coefficient("tanh", order, weight, digits=30).square
    low, high = decay.bounds(order)
    assert low < square < high
    low, high = decay.law_bounds(order)
    with ctx.workprec(128):
        assert low < (square / decay.law(order)).log() < high


def test_bounds_tighten():
    for order, width in ((101, 1e-3), (1001, 3e-5), (100_001, 1e-7)):
        low, high = TanhDecay(1).bounds(order)
        with ctx.workprec(128):
            assert high / low - 1 < width


def test_wrong_rates_would_be_seen():
    # The law for another weight, or with k+1 for k, leaves the bounds.
    decay, square = TanhDecay(1), hermite_coefficient("tanh", 1001).square
    for wrong in (TanhDecay(Fraction(99, 100)).law(1001), decay.law(1021)):
        low, high = decay.law_bounds(1001)
        assert not low < (square / wrong).log() < high


def test_tail_dominates_the_next_coefficients():
    for weight in (Fraction(1, 2), 1, 3):
        decay = TanhDecay(weight)
        for last in (1, 11, 51):
            following = sum(
                (
                    hermite_coefficient("tanh", k, weight, digits=15).square
                    for k in range(last + 2, last + 202, 2)
                ),
                arb(0),
            )
            assert following < decay.tail(last)


@pytest.mark.parametrize("weight", [0, 0.5, "1"])
def test_decay_refuses_bad_weights(weight):
    with pytest.raises((TypeError, ValueError), match="weight must"):
        TanhDecay(weight)


def test_decay_refuses_even_orders():
    with pytest.raises(ValueError, match="order must be odd"):
        TanhDecay(1).law(2)


@pytest.mark.parametrize("name", ["tanh", "erf"])
@pytest.mark.parametrize("weight", [Fraction(1, 3), 1, Fraction(3, 2)])
def test_parseval_encloses_from_both_sides(name, weight):
    both = parseval(name, 151, weight)
    assert both.agrees
    with ctx.workprec(120):
        assert abs(both.series - both.second_moment) < 1e-8
        # Without the tail the two sides must separate, where the tail is visible at all.
        short = parseval(name, 11, weight)
        assert not short.partial_sum.overlaps(short.second_moment)
        assert short.agrees


def test_second_moment_of_erf_is_an_arcsine():
    with ctx.workprec(128):
        expected = 2 / arb.pi() * (arb(2) / 3).asin()
        assert second_moment("erf").overlaps(expected)
        assert second_moment("erf").rad() < 1e-29


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("relu", 11), "no tail bound is implemented for relu"),
        (("tanh", 10), "last_order must be odd"),
        (("tanh", 11, 0), "weight must not be zero"),
    ],
)
def test_parseval_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        parseval(*arguments)


def test_results_print_how_they_are_known():
    c = hermite_coefficient("tanh", 3, digits=20)
    assert "by Fourier trapezoid" in repr(c)
    assert c._repr_latex_().startswith("$c_{3}")
    assert r"\pi" in hermite_coefficient("relu", 0)._repr_latex_()
    assert "E[f^2] in [0.39429" in repr(parseval("tanh", 51))
    assert sympy.Rational(1) == c.weight
