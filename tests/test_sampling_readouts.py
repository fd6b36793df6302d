"""Readouts integrated out: against balls, against quadrature, against sampling them as well."""

import math

import numpy as np
import pytest

from slt_symbolic import KLDivergence, StandardNormal, TwoLayer
from slt_symbolic.activations import RELU, TANH
from slt_symbolic.inputs import FiniteSample
from slt_symbolic.sampling import Gaussian, SamplingError, UniformBox, gradient_error, run_ladder
from slt_symbolic.sampling.priors import ProductPrior
from slt_symbolic.sampling.readouts import ReadoutTarget
from slt_symbolic.sampling.readouts.factor import half_log_det
from slt_symbolic.sampling.targets import population_target

X, OMEGA = np.polynomial.hermite_e.hermegauss(64)
OMEGA = OMEGA / np.sqrt(2 * np.pi)


def network(width):
    return TwoLayer.symbolic(TANH, width=width, biases=0, output_bias=0)


def target_of(width, **options):
    box = UniformBox((-1,) * width, (1,) * width)
    return ReadoutTarget.of(network(width), StandardNormal(1), box, **options)


def by_quadrature(width, beta, size=400):
    """λ̂ of one or two units from the integral over the weights, in logarithms of their gaps.

    Gauss rules in t = log w_1 and in the logarithm of the share of the second gap: the integrand
    is smooth in these. The determinant of two units comes from Gram and Schmidt.
    """
    t, mass = np.polynomial.legendre.leggauss(size)
    depth = 0.6 * math.log(beta) + 8
    t, mass = depth * (t - 1) / 2, mass * depth / 2
    low = np.exp(t)
    first = np.sqrt(OMEGA) * np.tanh(np.outer(low, X))
    a = np.square(first).sum(axis=1)
    if width == 1:
        weight = mass * low / np.sqrt(1 + beta * a)
        return np.sum(weight * 0.5 * beta * a / (1 + beta * a)) / weight.sum()
    total = norm = 0.0
    for i in range(size):
        gap = (1 - low[i]) * low
        second = np.sqrt(OMEGA) * np.tanh(np.outer(low[i] + gap, X))
        b = np.square(second).sum(axis=1)
        # tanh(u) - tanh(v) = sinh(u - v)/(cosh u cosh v): exact for close units.
        apart = np.sqrt(OMEGA) * np.sinh(np.outer(gap, X)) / np.cosh(low[i] * X)
        apart = apart / np.cosh(np.outer(low[i] + gap, X))
        rest = apart - np.outer(apart @ first[i] / a[i], first[i])
        gram = a[i] * np.square(rest).sum(axis=1)
        det = 1 + beta * (a[i] + b) + beta**2 * gram
        weight = mass[i] * low[i] * mass * gap / np.sqrt(det)
        total += np.sum(weight * 0.5 * (beta * (a[i] + b) + 2 * beta**2 * gram) / det)
        norm += weight.sum()
    return total / norm


def test_factorisation_against_numpy():
    c = np.random.default_rng(0).normal(size=(9, 4))
    derivative = np.zeros_like(c)
    value, trace = half_log_det(c, derivative)
    total = np.eye(4) + c.T @ c
    assert value == pytest.approx(np.linalg.slogdet(total)[1] / 2, rel=1e-13)
    assert trace == pytest.approx(np.trace(c.T @ c @ np.linalg.inv(total)) / 2, rel=1e-13)
    assert derivative == pytest.approx(c @ np.linalg.inv(total), abs=1e-13)


# Allowed error of the energy: the rounding of B as modes of their own.
@pytest.mark.parametrize(("exponent", "allowed"), [(0, 1e-12), (10, 1e-9), (20, 1e-5), (28, 1e-2)])
@pytest.mark.parametrize("width", [3, 40])
def test_energy_lies_in_its_ball(width, exponent, allowed):
    target = TARGETS[width]
    w = np.random.default_rng(width).uniform(-1, 1, width)
    found = target.at(w, 10.0**exponent)
    exact = target.enclosure(w.tolist(), 10.0**exponent, digits=20)
    assert found.energy == pytest.approx(float(exact.energy), abs=allowed)
    assert found.lambda_hat == pytest.approx(float(exact.lambda_hat), abs=allowed)
    assert exact.energy.rel_accuracy_bits() > 60


TARGETS = {width: target_of(width) for width in (1, 2, 3, 40)}


def test_gradient_is_that_of_the_energy_in_w_and_in_log_beta():
    for width, beta in ((3, 1e6), (40, 1e4)):
        w = np.random.default_rng(1).uniform(-1, 1, width)
        point = np.append(w, math.log(beta))
        assert gradient_error(TARGETS[width].compiled, point) < 1e-6


def test_float64_ends_with_an_error_and_balls_go_on():
    target = TARGETS[3]
    with pytest.raises(ValueError, match="1e28, where float64 ends"):
        target.at([0.1, 0.2, 0.3], 1e29)
    far = target.enclosure([0.1, 0.2, 0.3], 1e60)
    assert float(far.lambda_hat) == pytest.approx(1.5, abs=1e-20)


def test_quadrature_reproduces_known_values():
    """One unit: the double integral elsewhere; two units: λ = 2/3 from above."""
    assert by_quadrature(1, 1e6) == pytest.approx(0.437, abs=1e-3)
    assert by_quadrature(1, 1e14) == pytest.approx(0.471, abs=1e-3)
    assert by_quadrature(2, 1e14) == pytest.approx(2 / 3, abs=4e-3)
    assert by_quadrature(2, 1e6, 200) == pytest.approx(by_quadrature(2, 1e6), abs=1e-9)


def z_score(point, exact):
    return (point.lambda_hat.value - exact) / point.lambda_hat.standard_error


def test_sampled_curve_agrees_with_quadrature_and_with_sampled_readouts():
    run = run_ladder(TARGETS[2], [1e2, 1e6, 1e10], draws=1500, warmup=1000, seed=3)
    assert run.ok, run.problems
    for point in run.points:
        # Three tests at 4 deviations: a correct sampler fails with probability 2e-4.
        assert abs(z_score(point, by_quadrature(2, point.beta))) < 4, point.beta
    K = KLDivergence(network(2), TwoLayer(TANH, (), inputs=1), StandardNormal(1))
    prior = ProductPrior([UniformBox((-1,), (1,)), Gaussian((0,), (1,))] * 2)
    joint = run_ladder(population_target(K, prior), [1e2], draws=4000, warmup=1000, seed=4)
    assert abs(z_score(joint.points[0], by_quadrature(2, 1e2))) < 4
    # The same number of draws: less error, since the readouts are averaged over.
    errors = [r.points[0].lambda_hat.standard_error for r in (run, joint)]
    assert errors[0] * math.sqrt(1500 / 4000) < 0.6 * errors[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "beta", "expected", "within"),
    [(3, 1e10, 0.842, 0.01), (4, 1e10, 0.997, 0.012), (4, 1e14, 0.976, 0.012)],
)
def test_curve_levels_off_at_the_learning_coefficient(width, beta, expected, within):
    run = run_ladder(target_of(width), [beta], draws=6000, warmup=2000, seed=5)
    assert run.points[0].lambda_hat.value == pytest.approx(expected, abs=within)


def test_biases_several_inputs_and_samples():
    law = FiniteSample([(0, 1), (2, 1), (-1, 3)])
    model = TwoLayer.symbolic(RELU, inputs=2, width=2, output_bias=0)
    target = ReadoutTarget.of(model, law, Gaussian((0,) * 6, (1,) * 6), deviation=0.5)
    w = np.array([1.0, 2.0, 0.5, -1.0, 0.25, 2.0])
    x = np.array([[0, 1], [2, 1], [-1, 3.0]])
    features = np.maximum(x @ w.reshape(2, 3)[:, :2].T + w.reshape(2, 3)[:, 2], 0) / np.sqrt(3)
    total = np.eye(2) + 7 * 0.25 * features.T @ features
    assert target.at(w, 7).energy == pytest.approx(np.linalg.slogdet(total)[1] / 2, rel=1e-13)
    assert gradient_error(target.compiled, np.append(w, math.log(7))) < 1e-8


def test_networks_that_are_not_linear_in_their_readouts_are_refused():
    box = UniformBox((-1,), (1,))
    fixed = TwoLayer.symbolic(TANH, width=1, biases=0, readouts=1, output_bias=0)
    with pytest.raises(SamplingError, match="readout must be a parameter"):
        ReadoutTarget.of(fixed, StandardNormal(1), box)
    shifted = TwoLayer.symbolic(TANH, width=1, biases=0, output_bias=1)
    with pytest.raises(SamplingError, match="output bias"):
        ReadoutTarget.of(shifted, StandardNormal(1), box)
    with pytest.raises(SamplingError, match="prior must have 2"):
        ReadoutTarget.of(network(2), StandardNormal(1), box)
    with pytest.raises(SamplingError, match="deviation"):
        target_of(1, deviation=0.0)
