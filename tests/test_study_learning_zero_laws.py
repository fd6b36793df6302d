"""Learning zero under other priors of the weights, and its determinants."""

import dataclasses
import json
import math
from fractions import Fraction

import numpy as np
import pytest

from slt_symbolic.studies.learning_zero import StudySettings, learning_zero
from slt_symbolic.studies.learning_zero.annealed import annealed_curve, log_minors
from slt_symbolic.studies.learning_zero.chains import ChainPoint
from slt_symbolic.studies.learning_zero.determinant import half_log_det, posterior_value
from slt_symbolic.studies.learning_zero.kernel_factor import kernel_factor, log_eigenvalues
from slt_symbolic.studies.learning_zero.laws import (
    NormalWeights,
    UniformWeights,
    log_largest_density,
)
from slt_symbolic.studies.learning_zero.sampled import sampled_curve
from slt_symbolic.studies.learning_zero.scale_integral import ScaleGrid
from slt_symbolic.studies.learning_zero.walk import walk_point

LN10 = math.log(10)
X, OMEGA = np.polynomial.hermite_e.hermegauss(80)
OMEGA = OMEGA / math.sqrt(2 * math.pi)
SMALL = StudySettings((1,), (0.0, 3.0, 6.0, 9.0, 12.0), draws=40, bootstrap=5)
NORMAL = NormalWeights(Fraction(1, 4), Fraction(5, 4))


def test_normal_weights_of_one_unit_against_quadrature():
    grid = ScaleGrid.of(18, NORMAL.largest)
    betas = 10.0 ** np.array([2, 6, 10])
    predicted = annealed_curve(grid, 1, np.log(betas), NORMAL)
    sampled = sampled_curve(grid, 1, np.log(betas), draws=8, seed=0, law=NORMAL)
    for i, beta in enumerate(betas):
        t = np.linspace(-0.6 * math.log(beta) - 25, math.log(1.25), 4001)
        g = np.square(np.tanh(np.outer(np.exp(t), X))) @ OMEGA
        weight = np.exp(t - 8 * np.exp(2 * t)) / np.sqrt(1 + beta * g)
        weight[[0, -1]] /= 2
        exact = (weight * 0.5 * beta * g / (1 + beta * g)).sum() / weight.sum()
        log_z = math.log(weight.sum() * (t[1] - t[0]) * 4 * math.sqrt(2 / math.pi))
        assert predicted.lambda_hat[i] == pytest.approx(exact, abs=2e-5)
        assert sampled.mean[i] == pytest.approx(exact, abs=2e-5)
        # The condition |w| <= 5 deviations changes the mass by 6e-7.
        assert predicted.log_z[i] == pytest.approx(log_z, abs=2e-5)
        assert -sampled.free_energy[i] == pytest.approx(log_z, abs=2e-5)


def test_mean_determinant_under_normal_weights_against_averages():
    """The other weight's law, given that it is below the largest, is not uniform."""
    x, mass = np.polynomial.legendre.leggauss(60)
    scale = 1.0
    nodes = scale * (x + 1) / 2
    mass = mass * np.exp(-8 * nodes**2)
    mass /= mass.sum()
    rows = np.tanh(np.outer(np.append(scale, nodes), X)) * np.sqrt(OMEGA)
    across, diagonal = rows[1:] @ rows[0], np.square(rows).sum(axis=1)
    gram = diagonal[0] * diagonal[1:] - across**2
    expected = [1.0, diagonal[0] + mass @ diagonal[1:], mass @ gram]
    found = np.exp(log_minors(kernel_factor(Fraction(1), 22), 2, NORMAL))
    assert found == pytest.approx(expected, rel=1e-7)


def test_normal_weights_of_several_units_draws_walk_and_bound():
    grid = ScaleGrid.of(18, NORMAL.largest)
    log_betas = np.array([3.0, 8.0]) * LN10
    curve = sampled_curve(grid, 5, log_betas, draws=150, seed=3, law=NORMAL)
    bound = -annealed_curve(grid, 5, log_betas, NORMAL).log_z
    spread = curve.weights.std(axis=0) * math.sqrt(150)
    assert np.all(curve.free_energy - 4 * spread < bound)
    assert np.all(bound - curve.free_energy < 0.4)
    point = walk_point(grid, 5, 8.0, sweeps=1000, seed=1, law=NORMAL)
    error = math.hypot(point.error, curve.standard_error[1])
    assert abs(point.value - curve.mean[1]) < 4 * error
    other = sampled_curve(grid, 5, log_betas, draws=150, seed=3)
    assert abs(other.mean[0] - curve.mean[0]) > 10 * curve.standard_error[0]


@pytest.mark.parametrize("law", [UniformWeights(Fraction(1, 2)), NORMAL])
def test_laws_of_weights_agree_with_their_draws(law):
    rng = np.random.default_rng(5)
    w = law.draw((4000, 3), rng)
    assert 0 <= w.min() <= w.max() <= float(law.largest)
    t = np.linspace(-14, math.log(float(law.largest)), 3001)
    step = t[1] - t[0]
    density = np.exp(log_largest_density(law, 3, t))
    assert (density.sum() - density[-1] / 2) * step == pytest.approx(1, abs=1e-4)
    mean = float((density * np.exp(t)).sum() - density[-1] * np.exp(t[-1]) / 2) * step
    largest = w.max(axis=1)
    assert abs(largest.mean() - mean) < 4 * largest.std() / math.sqrt(4000)
    # The same mean through directions: their scale's density is that of log S given u.
    means, masses = [], []
    for u in law.directions(3, 400, rng):
        share = np.exp(law.log_scale_density(u, t))
        masses.append((share.sum() - share[-1] / 2) * step)
        means.append((share @ np.exp(t) - share[-1] * np.exp(t[-1]) / 2) * step)
        assert u.max() == 1.0
    assert abs(np.mean(masses) - 1) < 4 * np.std(masses) / 20 + 1e-4
    assert abs(np.mean(means) - mean) < 4 * np.std(means) / 20 + 1e-4


def test_single_draws_of_directions_are_of_the_mixture():
    t = np.linspace(-14, math.log(1.25), 3001)
    rng = np.random.default_rng(7)
    masses = []
    for _ in range(600):
        (u,) = NORMAL.directions(4, 1, rng)
        share = np.exp(NORMAL.log_scale_density(u, t))
        masses.append((share.sum() - share[-1] / 2) * (t[1] - t[0]))
    # Were all of them drawn as if S were the first of its values the mean would be another.
    assert abs(np.mean(masses) - 1) < 4 * np.std(masses) / math.sqrt(600) + 1e-4


@pytest.mark.parametrize("units", [3, 128])
def test_determinants_by_cholesky_and_by_eigenvalues(units):
    factor = kernel_factor(Fraction(1), 40)
    u = np.random.default_rng(2).random(units)
    for clustered in (1.0, 1e-3):
        features = factor.features(np.append(1.0, clustered * u))
        logs = log_eigenvalues(features)
        for exponent in (0.0, 8.0, 24.0):
            terms = logs + exponent * LN10
            whole = 0.5 * np.logaddexp(0, terms).sum()
            assert half_log_det(features, factor.sizes, exponent * LN10) == pytest.approx(
                whole, abs=1e-8
            )
            value = 0.5 * (1 / (1 + np.exp(-terms))).sum()
            assert posterior_value(features, factor.sizes, exponent * LN10) == pytest.approx(
                value, abs=1e-8
            )


def test_laws_that_make_no_sense():
    with pytest.raises(ValueError, match="largest weight"):
        UniformWeights(Fraction(9))
    with pytest.raises(ValueError, match="4 deviations"):
        NormalWeights(Fraction(1), Fraction(2))


def test_curves_under_another_law_stand_beside():
    law = NormalWeights(Fraction(1, 4), Fraction(1))
    settings = dataclasses.replace(SMALL, widths=(1,), beside=((law, (2,)),))
    study = learning_zero(settings)
    assert [(w.units, w.law) for w in study.beside] == [(2, law.name)]
    assert settings.key == dataclasses.replace(SMALL, widths=(5,)).key
    assert f"h = 2, weights {law.name}" in study.text()
    assert json.loads(study.to_json())["beside"][0]["plateau"] == "2/3"


def test_findings_change_with_the_figures():
    settings = StudySettings((2,), (0.0, 3.0, 6.0, 9.0, 12.0, 14.0), draws=200, bootstrap=5)
    study = learning_zero(settings)
    width = study.width(2)
    row = width.rows[2]
    chain = ChainPoint(2, "walk", 6.0, row.sampled, row.error, 1.0, 500.0, ())
    study = dataclasses.replace(study, chains=(chain,))
    found = [(f.claim, f.verdict, f.text.split()[0]) for f in study.findings]
    assert found == [
        ("C7", "open", "h"), ("C11", "supported", "at"), ("C11", "supported", "peaks"),
        ("C11", "supported", "1"), ("C14", "supported", "the"), ("C18", "supported", "h"),
        ("C11", "supported", "power"),
    ]  # fmt: skip

    def judged(index, **changes):
        rows = list(width.rows)
        rows[index] = dataclasses.replace(rows[index], **changes)
        return replaced(rows=tuple(rows))

    def replaced(**changes):
        changed = dataclasses.replace(width, **changes)
        return {
            (f.claim, f.text.split()[0]): f.verdict
            for f in dataclasses.replace(study, widths=(changed,)).findings
        }

    last = width.rows[-1]
    assert judged(-1, sampled=0.9 * last.sampled)["C11", "at"] == "refuted"
    assert judged(-1, scale=2 * last.scale)["C11", "power"] == "refuted"
    assert judged(2, sampled=row.sampled + 6 * row.error)["C11", "1"] == "refuted"
    assert judged(3, energy=width.rows[3].energy + 1)["C18", "h"] == "refuted"
    assert replaced(peak=(6.0, 0.66, 0.01))["C11", "peaks"] == "refuted"
    change = last.energy - width.rows[0].energy
    assert replaced(thermodynamic_gap=0.02 * change)["C14", "the"] == "refuted"
    assert replaced(reached=(None, None))["C11", "power"] == "open"
