"""The study of modular addition: the law of a pair of modes, the residual, the dynamics."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from slt_symbolic.studies.modular_addition import (
    Case,
    ModularAddition,
    ModularResult,
    ModularSettings,
    PointRow,
    Run,
    modular_addition,
)
from slt_symbolic.studies.modular_addition.langevin import run_langevin
from slt_symbolic.studies.modular_addition.run import coupling

READOUT = Fraction(1, 300)


def product_by_grid(P, gamma, c):
    x, w = np.polynomial.legendre.leggauss(400)
    s, w = 4 * (x + 1), 4 * w
    one = s / 2 + gamma * s**3 / 6
    action = 2 * P * (one[:, None] + one[None, :] - c * np.outer(s, s))
    density = np.outer(w, w) * np.exp(-(action - action.min()))
    return float((density * np.outer(s, s)).sum() / density.sum())


@pytest.mark.parametrize(
    ("P", "gamma", "ratio"), [(5, "1", "1/2"), (5, "2/5", "1"), (7, "2", "3/2")]
)
def test_mean_product_against_integration_on_a_grid(P, gamma, ratio):
    model = ModularAddition(P, Fraction(gamma))
    c = coupling(model, Fraction(ratio))
    ball = model.product_mean(arb(c.numerator) / c.denominator)
    expected = product_by_grid(P, float(Fraction(gamma)), float(c))
    assert float(ball.mid()) == pytest.approx(expected, rel=1e-9)
    assert float(ball.rad()) < 1e-9


def test_residual_solves_its_equation_and_falls():
    model = ModularAddition(5, Fraction(1))
    values = []
    for ratio in ("1/4", "1/2", "1", "3/2"):
        u = coupling(model, Fraction(ratio))
        rho = float(model.residual(u, READOUT).mid())
        mean = product_by_grid(5, 1.0, float(u) * rho**2)
        assert rho * (1 + 4 * float(READOUT) * 25 * mean) == pytest.approx(1, abs=1e-7)
        values.append(rho)
    assert values == sorted(values, reverse=True)


def test_deep_wells_need_more_bits_and_get_them():
    """With 128 bits the balls do not tell the sides of the equation apart."""
    model = ModularAddition(23, Fraction(20))
    u = coupling(model, Fraction(3, 4))
    rho = model.residual(u, READOUT)
    assert float(rho.rad()) < 1e-9
    mean = product_by_grid(23, 20.0, float(u) * float(rho.mid()) ** 2)
    assert float(rho.mid()) * (1 + 4 * float(READOUT) * 23**2 * mean) == pytest.approx(1, abs=1e-7)


def test_precision_that_is_not_enough_is_said(monkeypatch):
    monkeypatch.setattr("slt_symbolic.studies.modular_addition.theory._BITS", (64,))
    model = ModularAddition(23, Fraction(20))
    with pytest.raises(ArithmeticError, match="64 bits"):
        model.residual(coupling(model, Fraction(3, 4)), READOUT)


def test_sharper_with_a_higher_barrier():
    far, near = (
        float(model.residual(coupling(model, Fraction(5, 4)), READOUT).mid())
        for model in (ModularAddition(5, Fraction(1)), ModularAddition(5, Fraction(1, 10)))
    )
    assert far < near < 1.25**-0.5


def test_reported_point_of_the_source():
    # Rubin, Seroussi and Ringel: N = 1000, P = 401, sigma_a^2 = 0.002/N, gamma = 1e-4: from about
    # 0.227 on, and 0.7 of the target left at 0.175. The sharp limit has 0.236 and 0.74.
    critical = 2 * (1e-4 / 3) ** 0.5
    variance = (2 * 0.002 / 1000 * 401**2 / (1000 * critical)) ** 0.5
    assert variance == pytest.approx(0.2360, abs=1e-3)
    assert 0.175 / variance == pytest.approx(0.74, abs=5e-3)


def test_without_coupling_the_dynamics_keep_the_prior():
    run = run_langevin(
        3, 1.0, 1e-9, 1e-9, width=200, steps=2000, step=0.01, ordered=0.0, seed=1, batches=10
    )
    assert run.residual == pytest.approx(1, abs=1e-3)
    expected = product_by_grid(3, 1.0, 0.0)
    assert abs(run.product - expected) < 5 * run.product_error + 0.01 * expected


def test_ordered_start_is_the_outer_well():
    # Steps of no length: the modes are as they were put.
    run = run_langevin(
        5, 1.0, 1.7, 1e-3, width=20, steps=8, step=1e-12, ordered=1.0, seed=0, batches=2
    )
    assert np.allclose(run.products, 3.0, rtol=1e-4)


@pytest.mark.slow
def test_dynamics_against_the_equation():
    model = ModularAddition(5, Fraction(1))
    u = coupling(model, Fraction(3, 2))
    predicted = float(model.residual(u, READOUT).mid())
    gaps = []
    for width in (64, 256):
        run = run_langevin(
            5,
            1.0,
            float(u),
            float(READOUT),
            width=width,
            steps=8000,
            step=0.005,
            ordered=0.2,
            seed=2,
        )
        gaps.append(abs(run.residual - predicted))
        assert gaps[-1] < 4 * run.residual_error + 4 / width
    assert gaps[1] < gaps[0]


def test_study_is_resumed_and_reproducible(tmp_path):
    case = Case(5, Fraction(1), (Fraction(1, 2), Fraction(3, 2)), (Fraction(1, 2),))
    settings = ModularSettings((case,), READOUT, (16, 32), 80, 0.005)
    path, told = tmp_path / "rows.json", []
    first = modular_addition(settings, store=path, progress=told.append)
    assert len(told) == 4
    again = modular_addition(settings, store=path, progress=told.append)
    assert len(told) == 4
    assert first.to_json() == again.to_json() == modular_addition(settings).to_json()
    assert "D3" in first.text()
    assert r"\toprule" in first.latex()
    assert len(first.figure().axes) == 2


def row_of(values, predicted, error=0.001):
    runs = tuple(Run(n, v, error, ()) for n, v in values)
    return PointRow(5, "1", "3/2", 1.7, predicted, 1e-9, runs)


def test_widths_are_extrapolated():
    value, error, rest = row_of([(100, 0.9), (200, 0.85)], 0.8).limit
    assert value == pytest.approx(0.8)
    assert error == pytest.approx(0.001 * 5**0.5)
    assert rest == pytest.approx(0.025)
    assert row_of([(400, 0.9)], 0.8).limit == (0.9, 0.001, 0.01)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([(100, 0.9), (200, 0.85)], "supported"),
        # The way to the limit is short, and it leads elsewhere.
        ([(100, 0.85), (200, 0.845)], "open"),
        ([(100, 0.805)], "supported"),
        ([(400, 0.82)], "open"),
    ],
)
def test_the_verdict_is_about_the_limit(values, verdict):
    settings = ModularSettings((), READOUT, tuple(n for n, _ in values), 80, 0.005)
    finding = ModularResult(settings, (row_of(values, 0.8),)).findings[1]
    assert finding.verdict == verdict


@pytest.mark.parametrize(
    "make",
    [
        lambda: ModularSettings((), READOUT, (), 80, 0.005),
        lambda: ModularSettings((), READOUT, (64, 32), 80, 0.005),
        lambda: ModularAddition(4, Fraction(1)), lambda: ModularAddition(5, Fraction(1, 1000)),
        lambda: ModularAddition(5, Fraction(1)).residual(Fraction(0), READOUT),
        lambda: ModularAddition(5, Fraction(1)).moment(1000),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_named(make):
    with pytest.raises(ValueError, match="must"):
        make()
