"""Random units: the enclosure contains the value at higher precision and by other routes."""

import random
from collections import Counter
from fractions import Fraction

import pytest
import sympy
from flint import arb, fmpq

from slt_symbolic.activations import (
    ABSOLUTE,
    ARCTAN,
    COS,
    ERF,
    GAUSSIAN,
    GELU,
    RELU,
    SIGMOID,
    SIN,
    SOFTPLUS,
    STEP,
    SWISH,
    TANH,
    leaky_relu,
    polynomial,
    swish,
)  # fmt: skip
from slt_symbolic.spectra import hermite_coefficient
from slt_symbolic.spectra.families import family
from slt_symbolic.spectra.routes import Unit, methods_for

SMOOTH = (TANH, SIGMOID, SOFTPLUS, SWISH, swish(3), ARCTAN)
CLOSED = (
    *(GELU, ERF, SIN, COS, GAUSSIAN, RELU, STEP, ABSOLUTE),
    *(leaky_relu(sympy.Rational(1, 10)), polynomial((1, 0, -2, 1))),
)
SCALES = (Fraction(1, 1000), Fraction(1, 10), Fraction(1), Fraction(10), Fraction(1000))


def draw(rng, largest=20_000):
    sigma = rng.choice(SMOOTH + CLOSED)
    weight = rng.choice(SCALES) * Fraction(rng.randint(1, 30), rng.randint(1, 30))
    weight = min(max(weight, Fraction(1, 1000)), Fraction(1000)) * rng.choice((1, -1))
    bias = Fraction(0) if rng.random() < 0.4 else Fraction(rng.randint(-20, 20), rng.randint(1, 9))
    order = rng.choice((rng.randint(0, 9), rng.randint(0, 60), rng.randint(0, 400)))
    if sigma in SMOOTH and rng.random() < 0.1 and abs(weight) >= Fraction(1, 10):
        order = rng.randint(400, largest)
    return sigma, weight, bias, order, rng.choice((3, 8, 15, 30, 60))


def routes(sigma, weight, bias, order):
    unit = Unit(
        sigma, family(sigma), fmpq(*abs(weight).as_integer_ratio()), fmpq(*bias.as_integer_ratio())
    )
    return [
        m
        for m in methods_for(unit, order)
        # Rules on the line of inputs are for moderate units; they are compared elsewhere.
        if m not in ("ball quadrature", "line trapezoid")
        or (order <= 25 and Fraction(1, 10) <= abs(weight) <= 5 and abs(bias) <= 5)
    ]


def contained(rng, tally, largest=20_000):
    sigma, weight, bias, order, digits = draw(rng, largest)
    asked = (sigma, order, weight, bias)
    c = hermite_coefficient(*asked, digits)
    tally["asked"] += 1
    if c.is_zero:
        tally["exact zeros"] += 1
        return
    assert c.accurate_digits >= digits, (*asked, digits)
    tally["digits beyond"] += min(c.accurate_digits, digits + 100) - digits
    sharper = hermite_coefficient(*asked, 2 * digits + 10)
    # Not merely an overlap: the sharper ball's centre cannot leave the ball, up to its own radius.
    assert c.ball.contains(sharper.ball.mid()) or c.ball.overlaps(sharper.ball), (*asked, digits)
    assert abs(c.ball.mid() - sharper.ball.mid()) <= c.ball.rad() + sharper.ball.rad()
    if abs(weight) >= Fraction(1, 10) or order > 1:
        others = [m for m in routes(sigma, weight, bias, order) if m != sharper.method]
        if others:
            other = hermite_coefficient(*asked, digits, method=rng.choice(others))
            tally[other.method] += 1
            assert other.ball.overlaps(sharper.ball), (*asked, digits, other.method)


def run(count, seed, largest=20_000):
    rng, tally = random.Random(seed), Counter()  # noqa: S311  (reproducible, not secret)
    for _ in range(count):
        contained(rng, tally, largest)
    return tally


def test_far_tails_keep_relative_accuracy():
    for sigma, w, b in ((RELU, Fraction(1, 750), Fraction(-5, 6)), (STEP, Fraction(1, 90), -1)):
        c = hermite_coefficient(sigma, 0, w, b, 30)
        assert 0 < c.ball < arb(10) ** -1000
        assert c.accurate_digits >= 30


def test_no_escape_small():
    tally = run(60, 1, largest=1_000)
    assert tally["asked"] == 60


@pytest.mark.slow
def test_no_escape():
    tally = run(10_000, 2)
    print(dict(sorted(tally.items())))
    assert tally["asked"] == 10_000
