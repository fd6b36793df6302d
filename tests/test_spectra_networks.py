"""Spectra of whole networks: floating point against enclosures, samples against expectations."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from slt_symbolic.spectra import (
    TanhDecay,
    hermite_coefficient,
    log_tanh_coefficient,
    network_coefficient,
    network_log_squares,
    random_network_spectra,
)
from slt_symbolic.spectra.network_spectrum import log_mean_square
from slt_symbolic.spectra.plots import bound_figure, decay_figure, network_figure
from slt_symbolic.tables import network_table


@settings(max_examples=40, deadline=None)
@given(
    order=st.integers(0, 700).map(lambda n: 2 * n + 1),
    exponent=st.floats(-5, 1.5, allow_nan=False),
)
def test_fast_logarithms_against_enclosures(order, exponent):
    weight = Fraction(10.0**exponent)
    ball = hermite_coefficient("tanh", order, weight, digits=18).ball
    with ctx.workprec(100):
        exact = float(abs(ball).log().mid())
    found = float(log_tanh_coefficient(order, float(weight)))
    assert abs(found - exact) < 1e-12 * max(1, order / 100)


def test_shapes_zero_and_extremes():
    found = log_tanh_coefficient(5, [[0.0, 1.0], [-1.0, 1e-200]])
    assert found.shape == (2, 2)
    assert found[0, 0] == -np.inf
    assert found[0, 1] == found[1, 0]
    # c_5 ~ t_5 √5! w⁵ with t_5 = 2/15 for small w.
    assert abs(found[1, 1] - (np.log(2 / 15 * np.sqrt(120)) + 5 * np.log(1e-200))) < 1e-9
    for bad in ([np.nan], [np.inf], [1e-310]):
        with pytest.raises(ValueError, match="weights"):
            log_tanh_coefficient(3, bad)
    with pytest.raises(ValueError, match="odd"):
        log_tanh_coefficient(2, [1.0])


@pytest.mark.parametrize("order", [1, 51, 301])
def test_networks_against_enclosures(order):
    rng = np.random.default_rng(order)
    w, a = rng.uniform(-1, 1, 8), rng.standard_normal(8)
    units = [(Fraction(r), Fraction(v)) for r, v in zip(a, w, strict=True)]
    ball = network_coefficient("tanh", units, order)
    with ctx.workprec(100):
        exact = float((ball**2).log().mid())
    assert abs(network_log_squares(order, w[None], a[None])[0] - exact) < 1e-9


def test_expectation_against_samples_and_another_rule():
    for k in (1, 11, 101, 1001):
        nodes, masses = np.polynomial.legendre.leggauss(200)
        logs = 2 * log_tanh_coefficient(k, (nodes + 1) / 2)
        top = logs.max()
        other = top + np.log((masses / 2 * np.exp(logs - top)).sum())
        assert abs(log_mean_square(k) - other) < 1e-9
    drawn = random_network_spectra([1, 51], np.random.default_rng(3), width=16, samples=4000)
    ratio = np.exp(drawn.log_mean - drawn.log_expected)
    # The squares of 4000 networks scatter by less than 3 % in the mean at order 1.
    assert abs(ratio[0] - 1) < 0.15
    assert abs(ratio[1] - 1) < 0.25


def test_the_source_figure():
    drawn = random_network_spectra(range(1, 202, 10), np.random.default_rng(0))
    assert drawn.log_squares.shape == (40, 21)
    assert np.isfinite(drawn.log_squares).all()
    again = random_network_spectra(range(1, 202, 10), np.random.default_rng(0))
    assert (again.log_squares == drawn.log_squares).all()
    # One factor √k more than a unit's law: the slope of log(k c_k²) on √k tends to −π.
    k = np.array([401, 601, 801, 1001])
    logs = np.array([log_mean_square(int(j)) for j in k])
    slope = np.polyfit(np.sqrt(k), logs + np.log(k), 1)[0]
    assert abs(slope + np.pi) < 0.02
    uniform = random_network_spectra([1], np.random.default_rng(0), readout="uniform")
    assert abs(uniform.log_expected[0] - drawn.log_expected[0] + np.log(3)) < 1e-12


def test_figures_and_table():
    drawn = random_network_spectra(range(1, 60, 2), np.random.default_rng(1), samples=5)
    table = network_table(drawn, [1, 29, 59]).latex()
    assert table.count(r"\num{") == 18
    with pytest.raises(ValueError, match="not in the spectra"):
        network_table(drawn, [2])
    assert len(network_figure(drawn).axes) == 2
    squares = [(k, arb(TanhDecay(1).bounds(k)[0])) for k in (1, 3, 5)]
    assert decay_figure(TanhDecay(1), squares).axes[0].get_ylabel()
    with pytest.raises(ValueError, match="empty"):
        decay_figure(TanhDecay(1), [])
    from slt_symbolic.spectra import bound_table

    assert bound_figure(bound_table([1, 100])).axes[0].get_xlabel()


@pytest.mark.parametrize(
    ("keywords", "match"),
    [({"width": 0}, "width"), ({"weight_max": 0.0}, "weight_max"), ({"readout": "x"}, "readout")],
)
def test_bad_input(keywords, match):
    with pytest.raises(ValueError, match=match):
        random_network_spectra([1], np.random.default_rng(0), **keywords)
    with pytest.raises(ValueError, match="orders"):
        random_network_spectra([2], np.random.default_rng(0))
