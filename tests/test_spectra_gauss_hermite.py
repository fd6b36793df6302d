"""Gauss–Hermite rules: exactness, sharpness, honesty of the error bound."""

import numpy as np
import pytest
from flint import arb, ctx, fmpq

from slt_symbolic.spectra import (
    NoRouteError,
    gauss_hermite,
    gauss_hermite_error,
    hermite_polynomial,
    loss_quadrature,
)
from slt_symbolic.spectra.parseval import second_moment


@pytest.mark.parametrize("count", [1, 2, 3, 8, 33])
def test_moments_below_twice_the_count_are_exact(count):
    rule = gauss_hermite(count, 40)
    moment = 1
    with ctx.workprec(250):
        for power in range(0, 2 * count, 2):
            value = rule(lambda x, p=power: x**p)
            assert value.contains(moment)
            assert value.rel_accuracy_bits() > 100
            moment *= power + 1
        # The first moment beyond is missed by n!, the norm of He_n squared.
        assert abs(rule(lambda x: x ** (2 * count)) - moment) > 0.5


@pytest.mark.parametrize("count", [5, 40, 150])
def test_nodes_are_all_the_zeros_and_agree_with_numpy(count):
    rule = gauss_hermite(count, 30)
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    assert np.allclose([float(x) for x in rule.nodes], nodes, atol=1e-11)
    assert np.allclose([float(w) for w in rule.weights], weights / weights.sum(), rtol=1e-7)
    assert all(a < b for a, b in zip(rule.nodes, rule.nodes[1:], strict=False))
    for x in rule.nodes[count // 2 :]:
        assert x.is_zero() or x.rel_accuracy_bits() >= 100
    with ctx.workprec(900):
        p = hermite_polynomial(count)
        for x in rule.nodes:
            assert x.is_zero() or p(x.lower()) * p(x.upper()) < 0


def test_five_hundred_points():
    rule = gauss_hermite(500, 50)
    with ctx.workprec(250):
        assert abs(sum(rule.weights, arb(0)) - 1) < arb(10) ** -50
        assert rule(lambda x: x**20).contains(654729075)
    assert all(w.rel_accuracy_bits() >= 166 for w in rule.weights)


def test_the_error_bound_is_honest_and_falls_as_stated():
    truth = second_moment("tanh", digits=40)
    previous = arb(10) ** 9
    for n in (4, 16, 64, 120):
        row = loss_quadrature("tanh", [(1, 1, 0)], [n])[0]
        with ctx.workprec(150):
            assert row.value.overlaps(truth)
            value = gauss_hermite(n, 30)(lambda x: x.tanh() ** 2)
            assert abs(value - truth) <= row.bound
            assert row.bound < previous
            previous = row.bound
    # e^{−d√(2n)}: four times the points double the number of digits.
    one, four = (gauss_hermite_error(n, arb(1), arb(1.5)).log() for n in (400, 1600))
    assert 1.8 < float(four / one) < 2.4


def test_samples_are_variance_over_squared_bound():
    row = loss_quadrature("sin", [(1, 1, 0)], [60])[0]
    # Var sin² = Var cos(2X)/4 = (1 + e^{−8} − 2e^{−4})/8
    variance = (1 + arb(-8).exp() - 2 * arb(-4).exp()) / 8
    assert abs(row.samples * row.bound**2 / variance - 1) < 1e-3


def test_bad_requests_are_named():
    with pytest.raises(ValueError, match="count must lie"):
        gauss_hermite(0)
    with pytest.raises(NoRouteError, match="bounded on a strip"):
        loss_quadrature("softplus", [(1, 1, 0)], [4])
    with pytest.raises(ValueError, match="must not be empty"):
        loss_quadrature("tanh", [], [4])
    with pytest.raises(TypeError, match="readout must be an exact rational"):
        loss_quadrature("tanh", [(0.5, fmpq(1), 0)], [4])
    assert not gauss_hermite_error(1, arb(1), arb(1) / 100).is_finite()
