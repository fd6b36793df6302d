"""The study of a swish unit beside a ReLU unit: its parts by other ways, findings, resuming."""

import json
from fractions import Fraction

import numpy as np
import pytest
from sympy import Rational

from slt_symbolic.activations import RELU, swish
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.studies.near_singular_swish import Settings, near_singular_swish
from slt_symbolic.studies.near_singular_swish.limit import Valley, crossing
from slt_symbolic.studies.near_singular_swish.moments import moments, relu_moments
from slt_symbolic.studies.near_singular_swish.posterior import (
    Posterior,
    divergence,
    total_variation,
    weight_rule,
)

SMALL = Settings((10, 100), tuple(Fraction(k) for k in (0, 3, 6, 9, 12)), (0.1,), (4,))


@pytest.mark.parametrize("truth", ["swish", "relu"])
@pytest.mark.parametrize("beta", [10, 1000])
def test_divergence_is_that_of_the_package(truth, beta):
    model = TwoLayer.symbolic(swish(beta), width=1, biases=0, output_bias=0)
    units = swish(beta) if truth == "swish" else RELU
    K = KLDivergence(model, TwoLayer(units, [Unit(1, (1,), 0)]), UniformInterval(-1, 1))
    found = moments(float(beta), np.array([0.75, 1.5]), truth)
    for k, w in enumerate((Rational(3, 4), Rational(3, 2))):
        q = 1 / w + Rational(1, beta)
        ball = K.enclosure((w, q), digits=40)
        ours = float(q) ** 2 * found.unit_square[k] - 2 * float(q) * found.product[k]
        ours = (ours + found.truth_square) / 2
        assert abs(ours - float(ball.mid())) < 1e-15 + 1e-12 * ours
        # Without cancellation: on the valley, K = E[h^2]/(2 w^2).
        ball = K.enclosure((w, 1 / w), digits=60)
        assert found.square[k] / w**2 / 2 == pytest.approx(float(ball.mid()), rel=1e-12)


@pytest.mark.parametrize("truth", ["swish", "relu"])
def test_posterior_and_distances_are_those_of_a_plain_grid(truth):
    beta, n = 10.0, 200.0
    x, weights = np.polynomial.legendre.leggauss(300)
    w = np.linspace(0.5, 2, 241)[:, None]
    q = np.linspace(-1, 4, 501)[None, :]

    def unit(z):
        return z / (1 + np.exp(-beta * z))

    def loss(active, target):
        one, two, three = (
            (active(w * x) ** 2) @ weights, (active(w * x) * target) @ weights,
            target**2 @ weights,
        )  # fmt: skip
        return (q**2 * one[:, None] - 2 * q * two[:, None] + three) / 4

    ends = np.ones_like(w)
    ends[[0, -1]] = 0.5
    losses = [
        loss(unit, unit(x) if truth == "swish" else np.maximum(x, 0)),
        loss(lambda z: np.maximum(z, 0), np.maximum(x, 0)),
    ]
    masses = [np.exp(-n * k - q**2 / 2) * ends for k in losses]
    soft, hard = (m / m.sum() for m in masses)
    nodes, rule = weight_rule()
    ours = Posterior(moments(beta, nodes, truth), n, rule)
    relu = Posterior(relu_moments(nodes), n, rule)
    assert ours.energy == pytest.approx(n * (soft * losses[0]).sum(), rel=1e-4)
    assert relu.energy == pytest.approx(n * (hard * losses[1]).sum(), rel=1e-4)
    plain = np.abs(soft - hard).sum() / 2
    assert plain > 0.01
    assert total_variation(relu, ours) == pytest.approx(plain, rel=1e-3)
    assert total_variation(ours, relu) == pytest.approx(plain, rel=1e-3)
    plain = (hard * (n * (losses[0] - losses[1]))).sum() + np.log(masses[0].sum() / masses[1].sum())
    assert divergence(relu, ours) == pytest.approx(plain, rel=1e-3)


def test_small_distances_keep_their_digits():
    w, rule = weight_rule()
    found = []
    for beta in (1e3, 1e4):
        p = Posterior(relu_moments(w), 1e4, rule)
        q = Posterior(moments(beta, w, "swish"), 1e4, rule)
        found.append((total_variation(p, q) * beta**3, divergence(p, q) * beta**6))
    assert found[0] == pytest.approx(found[1], rel=1e-4)
    assert found[1][0] / 1e12 < 1e-9


def test_border_and_truth_are_resolved_at_many_data():
    w, rule = weight_rule()
    for truth, expected in (("swish", 1), ("relu", 1.5)):
        found = Posterior(moments(10.0, w, truth), 1e14, rule)
        assert found.energy - found.least == pytest.approx(expected, abs=1e-3)


def test_limit_has_the_curvature_of_the_valley():
    # ReLU truth: g(w) = kappa/(2 w^3), kappa = 3 zeta(3)/2 - pi^2/6.
    kappa = 1.5 * 1.2020569031595942 - np.pi**2 / 6
    valley = Valley.of("relu")
    assert valley.barrier == pytest.approx(kappa / (2 * valley.w**3), rel=1e-12)
    assert valley.total_variation(1e-6) / 1e-6 == pytest.approx(valley.slope, rel=1e-4)
    with pytest.raises(ValueError, match="does not reach"):
        crossing(lambda n: 0 * n, 0.5)


def test_findings_follow_the_numbers(tmp_path):
    store = tmp_path / "store.json"
    study = near_singular_swish(SMALL, store=store)
    assert study.exact["relu"]["lambda"] == "1/2"
    assert study.exact["swish"]["lambda"] == "1"
    for row in study.rows:
        assert all(0 <= a <= 1 for a in row.distances)
        assert list(row.distances) == sorted(row.distances)
        # Pinsker's inequality binds both distances.
        for tv, kl in zip(row.distances, row.divergences, strict=True):
            assert tv <= (kl / 2) ** 0.5 * 1.01
        assert abs(row.relu_estimates[-1] - 0.5) < 1e-6
    sharp = study.of("swish")[-1]
    assert abs(sharp.estimates[1] - 0.5) < 0.02  # n = 1e3 = 1e-3 beta^3 sees a ReLU
    assert abs(sharp.estimates[-1] - 1) < 1e-4
    sharp = study.of("relu")[-1]
    assert abs(sharp.estimates[-1] - 1.5) < 2e-4
    for c in study.coincidences:
        assert 1e5 < c.beta < 1e8
        assert c.drift < 0.05
    told = []
    again = near_singular_swish(SMALL, store=store, progress=told.append)
    assert (told, again) == ([], study)
    assert json.loads(again.to_json())["findings"]
    assert r"\toprule" in again.latex()
    assert "ReLU" in again.text()
    assert len(again.figure().axes) == 4


@pytest.mark.parametrize(
    "bad",
    [{"betas": (10,)}, {"betas": (2, 10)}, {"log10_n": (Fraction(40),)}, {"levels": (1.0,)}],
)
def test_bad_settings_are_refused(bad):
    with pytest.raises(ValueError, match="must"):
        Settings(**({"betas": (10, 100), "log10_n": (Fraction(1),)} | bad))
    with pytest.raises(ValueError, match="truth must be"):
        moments(10.0, np.array([1.0]), "gelu")
