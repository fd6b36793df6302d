"""Learning zero: factors against enclosures, curves against quadrature, walks, store, command."""

import dataclasses
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from click.testing import CliRunner

from slt_symbolic.cli import cli
from slt_symbolic.spectra import unit_gram_spectrum
from slt_symbolic.studies import StoreError
from slt_symbolic.studies.learning_zero import StudySettings, learning_zero
from slt_symbolic.studies.learning_zero.annealed import annealed_curve, log_minors
from slt_symbolic.studies.learning_zero.chains import chain_points
from slt_symbolic.studies.learning_zero.growth import compare_growth, fitted_power
from slt_symbolic.studies.learning_zero.kernel_factor import kernel_factor, log_eigenvalues
from slt_symbolic.studies.learning_zero.report import (
    study_figure,
    study_json,
    study_table,
    study_text,
)
from slt_symbolic.studies.learning_zero.sampled import sampled_curve
from slt_symbolic.studies.learning_zero.scale_integral import ScaleGrid
from slt_symbolic.studies.learning_zero.walk import walk_point

LN10 = math.log(10)
GRID = ScaleGrid.of(22)
X, OMEGA = np.polynomial.hermite_e.hermegauss(80)
OMEGA = OMEGA / math.sqrt(2 * math.pi)


def kernel(a, b):
    """E[tanh(ax)tanh(bx)] by a rule that the study does not use."""
    return np.tanh(np.multiply.outer(a, X)) @ (OMEGA[:, None] * np.tanh(np.outer(X, b)))


@pytest.mark.parametrize(("scale", "digits"), [(Fraction(1), 30), (Fraction(1, 7), 60)])
def test_eigenvalues_far_below_rounding_lie_in_their_enclosures(scale, digits):
    u = np.append(1.0, np.round(np.random.default_rng(1).random(11) * 2**30) / 2**30)
    found = log_eigenvalues(kernel_factor(scale, digits).features(u))
    exact = unit_gram_spectrum([scale * Fraction(v) for v in u.tolist()], digits=digits - 6)
    logs = [float(e.mid().log()) for e in exact.eigenvalues]
    assert logs[-1] < -45  # a Gram matrix of doubles ends at -36
    assert found[: len(logs)] == pytest.approx(np.array(logs), abs=1e-6)


def one_unit(beta):
    """λ̂ of one unit from the integral over its weight in t = log w."""
    t = np.linspace(-0.6 * math.log(beta) - 25, 0, 4001)
    g = np.square(np.tanh(np.outer(np.exp(t), X))) @ OMEGA
    weight = np.exp(t) / np.sqrt(1 + beta * g)
    weight[[0, -1]] /= 2
    return float((weight * 0.5 * beta * g / (1 + beta * g)).sum() / weight.sum())


def test_one_unit_against_quadrature_and_its_logarithm():
    betas = 10.0 ** np.array([2, 6, 10, 14])
    predicted = annealed_curve(GRID, 1, np.log(betas)).lambda_hat
    sampled = sampled_curve(GRID, 1, np.log(betas), draws=8, seed=0)
    exact = [one_unit(beta) for beta in betas]
    assert predicted == pytest.approx(exact, abs=2e-5)
    assert sampled.mean == pytest.approx(exact, abs=2e-5)
    assert exact[3] + 1 / math.log(betas[3]) == pytest.approx(0.5, abs=3e-3)


def two_units(beta, size=300):
    """λ̂ of two units by Gauss rules in the logarithms of the larger weight and of the gap."""
    x, mass = np.polynomial.legendre.leggauss(size)
    depth = 0.5 * math.log(beta) + 9
    t, mass = depth * (x - 1) / 2, mass * depth / 2
    total = norm = 0.0
    for log_w, m in zip(t, mass, strict=True):
        w = math.exp(log_w)
        # The gap as w times e^t: from nothing up to the whole of w.
        other = w * -np.expm1(t)
        first = np.sqrt(OMEGA) * np.tanh(w * X)
        apart = np.sqrt(OMEGA) * np.sinh(np.outer(w - other, X))
        apart = apart / (np.cosh(w * X) * np.cosh(np.outer(other, X)))
        a, b = first @ first, np.square(np.tanh(np.outer(other, X))) @ OMEGA
        rest = apart - np.outer(apart @ first / a, first)
        gram = a * np.square(rest).sum(axis=1)
        det = 1 + beta * (a + b) + beta**2 * gram
        weight = m * mass * w * w * np.exp(t) / np.sqrt(det)
        total += float((weight * 0.5 * (beta * (a + b) + 2 * beta**2 * gram) / det).sum())
        norm += float(weight.sum())
    return total / norm


def test_two_units_against_quadrature_with_honest_errors():
    exponents = np.array([2.0, 6.0, 10.0])
    curve = sampled_curve(GRID, 2, exponents * LN10, draws=600, seed=1)
    exact = np.array([two_units(10.0**e) for e in exponents])
    assert exact[1] == pytest.approx(0.693, abs=1e-3)
    z = (curve.mean - exact) / curve.standard_error
    # Three tests at four standard errors: a correct estimate fails with probability 2e-4.
    assert np.abs(z).max() < 4
    assert curve.standard_error.max() < 0.006
    assert curve.effective.min() > 300


def test_mean_determinant_at_a_scale_against_averages():
    """Coefficients of β^k: minors averaged by a rule over the other weight, largest fixed."""
    x, mass = np.polynomial.legendre.leggauss(60)
    scale, nodes, mass = 0.5, 0.5 * (x + 1) / 2, mass / 2
    top = np.array([scale])
    diagonal = np.array([kernel(np.array([v]), np.array([v]))[0, 0] for v in nodes])
    largest, across = kernel(top, top)[0, 0], kernel(top, nodes)[0]
    expected = [1.0, largest + mass @ diagonal, mass @ (largest * diagonal - across**2)]
    found = np.exp(log_minors(kernel_factor(Fraction(1, 2), 22), 2))
    assert found == pytest.approx(expected, rel=1e-7)


def test_predicted_energy_bounds_the_sampled_one_from_above():
    for units in (3, 12):
        log_betas = np.array([2.0, 8.0, 14.0]) * LN10
        bound = -annealed_curve(GRID, units, log_betas).log_z
        curve = sampled_curve(GRID, units, log_betas, draws=100, seed=2)
        spread = curve.weights.std(axis=0) * 100 / math.sqrt(100)
        assert np.all(curve.free_energy - 4 * spread < bound)
        # Jensen's gap is small: the prediction explains the curve.
        assert np.all(bound - curve.free_energy < 0.4)


@pytest.mark.parametrize(
    ("units", "known"),
    [(2, (0.693, 0.675, 0.668)), (3, (0.896, 0.842, 0.837)), (4, (1.078, 0.999, 0.994))],
)
def test_published_table_of_narrow_networks(units, known):
    curve = sampled_curve(GRID, units, np.array([6.0, 10.0, 14.0]) * LN10, draws=400, seed=3)
    # The table's own values are rounded and, where sampled, good to about one per cent.
    assert np.all(np.abs(curve.mean - known) < 4 * curve.standard_error + 0.022)


def test_walks_from_both_sides_agree_with_the_draws():
    point = walk_point(GRID, 6, 12.0, sweeps=1500, seed=1)
    curve = sampled_curve(GRID, 6, np.array([12.0]) * LN10, draws=200, seed=4)
    assert point.r_hat < 1.03
    assert abs(point.value - curve.mean[0]) < 4 * math.hypot(
        point.error, curve.standard_error[0]
    ), (point, curve.mean)


def test_growth_laws_are_told_apart():
    x = np.linspace(0, 50, 11)
    for i, (power, name) in enumerate(((1.0, "linear"), (1.5, "power 3/2"), (2.0, "quadratic"))):
        found = compare_growth(x, 0.3 + 0.02 * x**power)
        assert found is not None
        assert found.best == name
        assert found.residuals[i] < 1e-9
        assert found.power == pytest.approx(power, abs=0.011)
        assert found.power_residual < 1e-6 * 0.02 * 50**power
    assert compare_growth(x[:4], x[:4]) is None
    noisy = x + np.random.default_rng(0).normal(size=11)
    assert fitted_power(x, noisy) == pytest.approx(1.0, abs=0.2)


SMALL = StudySettings((1, 5), (0.0, 3.0, 6.0, 9.0, 12.0), draws=40, bootstrap=5)


def test_study_is_repeatable_resumable_and_writes_its_reports(tmp_path):
    store = tmp_path / "zero.json"
    lines = []
    first = learning_zero(dataclasses.replace(SMALL, widths=(1,)), store=store)
    study = learning_zero(SMALL, store=store, progress=lines.append)
    assert lines == ["h = 5, weights uniform on [-1, 1]"]
    assert study.widths[0] == first.widths[0]
    assert learning_zero(SMALL) == study
    assert learning_zero(SMALL, store=store, progress=lines.append) == study
    assert len(lines) == 1
    with pytest.raises(StoreError, match="other settings"):
        learning_zero(dataclasses.replace(SMALL, seed=1), store=store)
    store.write_text(store.read_text()[:-40])
    with pytest.raises(StoreError, match="not JSON"):
        learning_zero(SMALL, store=store)
    assert study.width(5).thermodynamic_gap < 1e-3
    assert all(row.sampled - 4 * row.error < row.bound for row in study.rows)
    assert "C14 supported" in study_text(study)
    assert study_table(study).latex().count(r"\\") > len(list(study.rows))
    record = json.loads(study_json(study))
    assert record["widths"][1]["plateau"] == str(study.width(5).plateau) == "11/10"
    figure = study_figure(study)
    figure.savefig(tmp_path / "zero.svg")
    assert figure.axes[0].get_title() == "h = 5"
    with pytest.raises(KeyError, match="no curve for h = 7"):
        study.width(7)


def test_few_draws_that_count_are_withheld():
    row = next(iter(learning_zero(dataclasses.replace(SMALL, widths=(1,))).rows))
    assert row.verdict == "sampled"
    assert dataclasses.replace(row, effective=3.0).verdict == "withheld"
    assert dataclasses.replace(row, error=row.sampled).verdict == "withheld"
    assert dataclasses.replace(row, bound=row.sampled / 2).verdict == "contradicts the bound"


@pytest.mark.parametrize(
    ("change", "message"),
    [({"widths": (0,)}, "widths"), ({"draws": 1}, "draws"), ({"seed": -1}, "seed"),
     ({"exponents": (0.0, 2.0, 1.0, 3.0)}, "ascending"),
     ({"readout_variance": Fraction(0)}, "readout_variance")],
)  # fmt: skip
def test_settings_that_make_no_sense(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(SMALL, **change)


def test_command_refuses_what_makes_no_sense(tmp_path):
    run = CliRunner().invoke
    assert run(cli, ["study", "nothing"]).exit_code == 2
    assert run(cli, ["study", "learning-zero", "--json", "--latex"]).exit_code == 2
    damaged = tmp_path / "store.json"
    damaged.write_text("{}")
    found = run(cli, ["study", "learning-zero", "--quick", "--store", str(damaged)])
    assert found.exit_code == 2
    assert "not the store of a study" in found.output


@pytest.mark.slow
def test_the_samplers_of_the_package_agree_with_the_draws():
    curve = sampled_curve(GRID, 2, np.array([2.0, 4.0]) * LN10, draws=400, seed=5)
    for readouts in ("integrated", "sampled"):
        points = chain_points(2, (2.0, 4.0), readouts=readouts, seed=1)
        for point, mean, error in zip(points, curve.mean, curve.standard_error, strict=True):
            assert not point.problems
            assert abs(point.value - mean) < 4 * math.hypot(point.error, error), point


@pytest.mark.slow
def test_128_units_overshoot_and_come_down_by_both_methods():
    grid = ScaleGrid.of(50)
    exponents = np.array([12.0, 28.0, 30.0, 40.0])
    curve = sampled_curve(grid, 128, exponents * LN10, draws=60, seed=0)
    predicted = annealed_curve(grid, 128, exponents * LN10).lambda_hat
    assert curve.mean == pytest.approx(predicted, rel=5e-3)
    assert curve.mean[1:3].min() > 9 > 6.3 > curve.mean[3] > 130 / 23
    for i, exponent in ((1, 28.0), (3, 40.0)):
        point = walk_point(grid, 128, exponent, sweeps=3000, seed=2)
        assert abs(point.value - curve.mean[i]) < 4 * math.hypot(
            point.error, curve.standard_error[i]
        )
