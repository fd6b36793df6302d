"""log Z, m, WBIC, volumes and local coefficients against exact values."""

import math

import numpy as np
import pytest

from slt_symbolic.sampling import (
    DivergenceError,
    Gaussian,
    SamplingError,
    Target,
    UniformBox,
    fit_with_free_multiplicity,
    geometric_ladder,
    lambda_from_two_temperatures,
    local_lambda_hat,
    multiplicity_from_heat_capacity,
    run_ladder,
    stepping_stone,
    thermodynamic_integration,
    validate,
    volume_scaling,
    wbic,
)


def half_square(w, g):
    g[0] = w[0]
    return 0.5 * w[0] ** 2


def crossing(w, g):
    product = w[0] * w[1]
    g[0], g[1] = 2.0 * product * w[1], 2.0 * product * w[0]
    return product * product


def crossing_log_z(beta):
    """log of the integral of exp(-beta x^2 y^2) over [0, 1]^2, by a series in log-coordinates."""
    from scipy import integrate

    root = math.sqrt(beta)
    inner = integrate.quad(
        lambda t: math.sqrt(math.pi) / 2 * math.erf(root * math.exp(t)) / root,
        -80, 0, points=[-math.log(root)], limit=400,
    )  # fmt: skip
    return math.log(inner[0])


def test_log_z_of_a_gaussian_by_two_methods():
    betas = geometric_ladder(1, 1000, 13)
    target = Target(half_square, Gaussian((0,), (1,)))
    run = run_ladder(target, betas, draws=3000, warmup=600, seed=1)
    exact = -0.5 * math.log(1001 / 2)
    for method in (stepping_stone, thermodynamic_integration):
        found = method(run.betas, run.draws)
        # Two comparisons at 4.5 standard errors: false alarms below 2e-5.
        room = 4.5 * found.value.standard_error + found.discretisation
        assert abs(found.value.value - exact) < room
        assert found.value.standard_error < 0.02
    # From the prior itself: log Z, with independent draws at beta = 0.
    prior = target.prior.sample(np.random.default_rng(2), 12_000).reshape(1, 4, 3000) ** 2 / 2
    draws = np.concatenate([prior, run.draws])
    found = stepping_stone((0.0, *run.betas), draws).value
    assert abs(found.value + 0.5 * math.log(1001)) < 4.5 * found.standard_error


def test_log_z_of_a_normal_crossing():
    betas = geometric_ladder(10, 1e5, 14)
    target = Target(crossing, UniformBox((-1, -1), (1, 1)))
    run = run_ladder(target, betas, draws=3000, warmup=800, seed=2)
    exact = crossing_log_z(1e5) - crossing_log_z(10)
    for method in (stepping_stone, thermodynamic_integration):
        found = method(run.betas, run.draws)
        room = 4.5 * found.value.standard_error + found.discretisation
        assert abs(found.value.value - exact) < room
        assert found.value.standard_error < 0.05


def crossing_draws(betas, size, seed=0):
    """Exact draws of K = x^2 y^2: u = -log K has density exp(-u/2 - beta e^-u) u."""
    rng = np.random.default_rng(seed)
    u = np.linspace(0, 80, 400_001)
    draws = []
    for beta in betas:
        mass = np.cumsum(np.exp(-u / 2 - beta * np.exp(-u)) * u)
        draws.append(np.exp(-np.interp(rng.random((4, size)), mass / mass[-1], u)))
    return np.array(draws)


def test_multiplicity_two_is_found_where_the_ladder_shows_it():
    betas = geometric_ladder(1e2, 1e8, 9)
    found = fit_with_free_multiplicity(betas, crossing_draws(betas, 5000), most=3)
    assert 2 in [fit.multiplicity for fit in found.fits]
    assert 1 not in [fit.multiplicity for fit in found.fits]
    assert found.interval[0] < 0.5 < found.interval[1]
    heat = multiplicity_from_heat_capacity(betas, crossing_draws(betas, 40_000, 1), 0.5)
    assert abs(heat.value - 2) < 4 * heat.standard_error
    assert heat.standard_error < 0.3


def test_no_multiplicity_describes_what_is_not_asymptotic():
    rng = np.random.default_rng(3)
    betas = geometric_ladder(1, 1e3, 8)
    draws = [rng.gamma(0.5 + 3 * math.sin(2 * math.log(b)) ** 2, 1 / b, (4, 4000)) for b in betas]
    assert fit_with_free_multiplicity(betas, draws).interval is None


@pytest.mark.parametrize(
    ("potential", "box", "answer", "room"),
    [
        (half_square, UniformBox((-1,), (1,)), (0.5, 1), 0.03),
        (crossing, UniformBox((-1, -1), (1, 1)), (0.5, 2), 0.05),
    ],
)
def test_volume_scaling_confirms_lambda_without_a_gradient(potential, box, answer, room):
    found = volume_scaling(Target(potential, box), particles=500, repeats=6, seed=4)
    estimate = found.fit(answer[1])
    assert abs(estimate.value - answer[0]) < room
    # With the wrong multiplicity the crossing is off by far more than its error.
    if answer[1] == 2:
        wrong = found.fit(1)
        assert abs(wrong.value - 0.5) > 4 * wrong.standard_error


def test_volumes_name_what_is_wrong():
    def broken(w, g):
        g[0] = 0.0
        return math.nan if w[0] > 0.5 else w[0] ** 2

    with pytest.raises(DivergenceError):
        volume_scaling(Target(broken, UniformBox((-1,), (1,))), particles=50)
    with pytest.raises(SamplingError, match="particles"):
        volume_scaling(Target(half_square, UniformBox((-1,), (1,))), particles=1)


def test_two_temperatures_do_not_need_the_least_loss():
    rng = np.random.default_rng(5)
    losses = [3.0 + rng.gamma(0.75, 1 / b, (4, 5000)) for b in (100, 300)]
    found = lambda_from_two_temperatures((100, 300), losses)
    assert abs(found.value - 0.75) < 4 * found.standard_error
    local = local_lambda_hat(100, losses[0], 3.0)
    assert abs(local.value - 0.75) < 4 * local.standard_error
    criterion = wbic(1000, losses[0])
    assert abs(criterion.value - 1000 * (3.0 + 0.0075)) < 4 * criterion.standard_error


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: wbic(1, np.ones((2, 9))), "n must be"),
        (lambda: local_lambda_hat(math.nan, np.ones((2, 9)), 0.0), "beta"),
        (lambda: local_lambda_hat(1.0, np.ones((2, 9)), math.inf), "loss_at"),
        (lambda: lambda_from_two_temperatures((1, 1), (np.ones((2, 9)),) * 2), "different"),
        (lambda: stepping_stone([1.0], np.ones((1, 2, 9))), "betas"),
        (lambda: thermodynamic_integration([0.0, 1.0], np.ones((2, 2, 9))), "betas"),
        (lambda: stepping_stone([1.0, 2.0], np.full((2, 2, 9), np.nan)), "finite"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def square_square(w, g):
    g[0] = 4 * w[0] ** 3
    return w[0] ** 4


CALIBRATION = {
    "w^2/2": (half_square, UniformBox((-2,), (2,)), (0.5, 1), (1e2, 1e5, 6)),
    "w^4": (square_square, UniformBox((-1,), (1,)), (0.25, 1), (1e2, 1e5, 6)),
    "w1^2 w2^2": (crossing, UniformBox((-1, -1), (1, 1)), (0.5, 2), (1e2, 1e7, 9)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CALIBRATION)
def test_verdicts_and_intervals_are_calibrated(name):
    """40 runs of each: the truth is called inconsistent at the stated rate, or less."""
    potential, prior, answer, ladder = CALIBRATION[name]
    target = Target(potential, prior)
    scores, alarms = [], 0
    for seed in range(40):
        run = run_ladder(target, geometric_ladder(*ladder), draws=1500, warmup=600, seed=seed)
        outcome = validate(answer, run, level=0.05)
        alarms += outcome.verdict == "inconsistent"
        found = outcome.measured
        if found is not None:
            scores.append((found.value - answer[0]) / found.standard_error)
    # Binomial(40, 0.05) exceeds 7 with probability 7e-4.
    assert alarms <= 7
    covered = np.mean(np.abs(scores) < 2)
    assert covered > 0.8, scores
