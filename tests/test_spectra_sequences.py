"""Many orders at once: the shared work gives what single orders give, and what theorems demand."""

from fractions import Fraction

import pytest
import sympy
from flint import acb, arb, ctx, fmpq

from slt_symbolic.activations import (
    ARCTAN,
    ERF,
    GELU,
    RELU,
    SOFTPLUS,
    SWISH,
    TANH,
    Activation,
    polynomial,
    swish,
)  # fmt: skip
from slt_symbolic.spectra import (
    NoRouteError,
    NoSecondMomentError,
    hermite_coefficient,
    hermite_coefficients,
)
from slt_symbolic.spectra.families import family
from slt_symbolic.spectra.fourier import Grid, tanh_coefficient
from slt_symbolic.spectra.moments import tanh_moments
from slt_symbolic.spectra.parabolic import integral_by_quadrature, pole_integral, pole_integrals
from slt_symbolic.spectra.poles import pole_sum_coefficient, pole_sums

UNITS = [(fmpq(1), fmpq(0)), (fmpq(1), fmpq(2)), (fmpq(1, 4), fmpq(-1, 3)), (fmpq(1000), fmpq(3))]


@pytest.mark.parametrize(("weight", "bias"), UNITS)
def test_moments_poles_and_single_rules_overlap(weight, bias):
    orders = list(range(1, 80, 2 if bias == 0 else 1))
    with ctx.workprec(190):
        moments = tanh_moments(orders, weight, bias, 150)
        sums = pole_sums(orders, weight, bias, 150)
    for k in orders:
        assert moments[k].overlaps(sums[k])
        assert sums[k].rel_accuracy_bits() > 100
    for k in orders[::9]:
        single = tanh_coefficient(k, weight, bias, 40)
        assert single.overlaps(moments[k])
        assert single.overlaps(sums[k])


def test_a_thousand_orders_to_a_hundred_digits():
    found = hermite_coefficients("tanh", range(1000), digits=100)
    assert all(c.is_zero for c in found[::2])
    assert all(c.accurate_digits >= 100 for c in found[1::2])
    for k in (1, 3, 101, 999):
        assert found[k].ball.overlaps(pole_sum_coefficient(k, fmpq(1), 60))


def test_coefficients_far_below_the_smallest_float():
    c = hermite_coefficient(TANH, 100_001, Fraction(1, 3), digits=30)
    assert abs(c.ball) < arb(10) ** -600
    assert c.ball.overlaps(pole_sum_coefficient(100_001, fmpq(1, 3), 30))


@pytest.mark.parametrize("sigma", [ERF, GELU, RELU, SWISH, swish(2), SOFTPLUS, ARCTAN])
def test_sequences_equal_single_orders(sigma):
    w, b = Fraction(-3, 2), Fraction(1, 3)
    found = hermite_coefficients(sigma, range(30), w, b, 25)
    for k in (0, 1, 2, 7, 29):
        single = hermite_coefficient(sigma, k, w, b, 40)
        assert found[k].ball.overlaps(single.ball)
        assert found[k].accurate_digits >= 25


@pytest.mark.parametrize("sigma", [TANH, SOFTPLUS, SWISH, ARCTAN, GELU, ERF])
@pytest.mark.parametrize("order", [0, 1, 4, 13])
def test_rules_on_the_line_know_no_relations(sigma, order):
    w, b = Fraction(6, 5), Fraction(2, 3)
    c = hermite_coefficient(sigma, order, w, b, 40)
    for method in ("ball quadrature", "line trapezoid"):
        assert hermite_coefficient(sigma, order, w, b, 25, method=method).ball.overlaps(c.ball)


@pytest.mark.parametrize("z", [arb(2), acb(1.5, -2), acb(0.25, 1)])
def test_pole_integrals_against_ball_integration(z):
    with ctx.workprec(120):
        down = pole_integrals(3, 40, z)
        for k in (3, 10, 40):
            direct = integral_by_quadrature(k, z)
            assert direct.overlaps(down[k - 3])
            assert direct.overlaps(pole_integral(k, z))
            assert down[k - 3].rel_accuracy_bits() > 60


def test_bounds_of_the_grid_are_honest():
    # With a coarse step and few nodes the true error is large, and stays below the bounds.
    with ctx.workprec(200):
        for order, w, b in (
            (1, fmpq(1), fmpq(0)),
            (20, fmpq(2), fmpq(1)),
            (7, fmpq(1, 2), fmpq(0)),
        ):
            fine = tanh_coefficient(order, w, b, 40) * arb(w) * arb.fac_ui(order).sqrt()
            grid = Grid(w, b, min(8 * w / 5, fmpq(2)), arb(0.25))
            total = grid.central(order)
            last = int(8 / 0.25)
            for j in range(1, last + 1):
                t = grid.step * j
                wave = arb(b / w) * t
                total += grid.envelope(order, t) * (wave.cos() if order % 2 else wave.sin())
            sign = -1 if (order // 2) % 2 else 1
            error = abs(sign * total * grid.step - fine)
            assert error <= grid.aliasing(order) + grid.upper_tail(order, last * grid.step)


@pytest.mark.parametrize("order", [0, 1, 6, 51])
@pytest.mark.parametrize("weight", [fmpq(1, 3), fmpq(1), fmpq(5)])
def test_the_strip_bound_is_above_a_sum_of_moduli(order, weight):
    grid = Grid(weight, fmpq(1), min(8 * weight / 5, fmpq(2)), arb(1))
    a, mass = arb(grid.half_width), arb(0)
    for j in range(-600, 600):
        t = acb(arb(j) / 40, a)
        wave = t / arb(weight)
        wave = wave.cos() if order % 2 else wave.sin()
        mass += abs(t**order * wave * (-t * t / 2).exp() / (grid.c() * t).sinh()) / 40
    bound = grid.strip_bound(order)
    assert mass < bound
    assert bound < 10**5 * mass


def test_the_aliasing_bound_enters_the_radius(monkeypatch):
    monkeypatch.setattr(Grid, "aliasing", lambda *_: arb(1))
    with ctx.workprec(120):
        assert all(v.rad() > 1e-3 for v in tanh_moments([1, 3], fmpq(1), fmpq(0), 60).values())


def custom(formula, **rest):
    return Activation(name="mine", latex="m", formula=formula, independence="test", **rest)


def test_recognised_by_formula_not_by_name():
    assert family(custom(lambda z: z / (1 + sympy.exp(-2 * z)))).kind == "swish"
    tanh = hermite_coefficient(custom(sympy.tanh), 3, digits=20)
    assert tanh.ball.overlaps(hermite_coefficient("tanh", 3).ball)
    assert family(custom(lambda z: 2 * sympy.tanh(z))).kind == "other"


@pytest.mark.parametrize(
    ("formula", "weight"),
    [
        (lambda z: sympy.exp(z**2), 1),
        (lambda z: sympy.exp(z**2), Fraction(-1, 2)),
        (lambda z: sympy.exp(z**4), Fraction(1, 100)),
        (lambda z: sympy.exp(z**3 - z), 1),
    ],
)
def test_no_second_moment(formula, weight):
    with pytest.raises(NoSecondMomentError, match="no finite second moment"):
        hermite_coefficient(custom(formula), 2, weight)


def test_slow_enough_exponentials_have_coefficients():
    c = hermite_coefficient(custom(lambda z: sympy.exp(z**2)), 2, Fraction(2, 5), digits=30)
    # E[e^{ax²}(x² − 1)] = 2a(1 − 2a)^{−3/2} at a = 4/25.
    assert sympy.simplify(c.exact * sympy.sqrt(2) - sympy.Rational(8, 25) * (sympy.Rational(25, 17))
                          ** sympy.Rational(3, 2)) == 0  # fmt: skip


def test_no_route_is_named():
    with pytest.raises(NoRouteError, match="no method applies"):
        hermite_coefficient(custom(lambda z: sympy.sin(z) ** 2), 1)
    with pytest.raises(NoRouteError, match="exactly zero"):
        hermite_coefficient(polynomial((0, 0, 1)), 5, 1, 1, method="ball quadrature")
