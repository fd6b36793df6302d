"""Estimates and diagnostics: honest errors, stuck chains, and the three verdicts."""

import math
from fractions import Fraction

import numpy as np
import pytest

from slt_symbolic.sampling import (
    Target,
    UniformBox,
    fit_ladder,
    lambda_hat,
    run_ladder,
    validate,
)
from slt_symbolic.sampling.chains import Tuning
from slt_symbolic.sampling.diagnostics import diagnose
from slt_symbolic.sampling.estimators import mean_with_error

BETAS = np.geomspace(1e2, 1e6, 9)


def autoregressive(rng, chains, draws, memory):
    noise = rng.normal(size=(chains, draws))
    series = np.zeros((chains, draws))
    series[:, 0] = noise[:, 0] / math.sqrt(1 - memory**2)
    for t in range(1, draws):
        series[:, t] = memory * series[:, t - 1] + noise[:, t]
    return series


def test_standard_errors_of_correlated_draws_are_honest():
    """AR(1) with known mean 0: the squared z-scores average to one."""
    rng = np.random.default_rng(1)
    scores = []
    for _ in range(150):
        estimate = mean_with_error(autoregressive(rng, 4, 500, 0.8), "")
        scores.append(estimate.value / estimate.standard_error)
    # chi-square with 150 degrees of freedom / 150: 0.65 to 1.45 has probability 0.9997.
    assert 0.65 < np.mean(np.square(scores)) < 1.45


def ladder_draws(rng, means, chains=4, draws=3000):
    """Draws of K whose means of beta K are as given, with a Gamma law."""
    return np.stack(
        [
            rng.gamma(mean, 1.0, size=(chains, draws)) / beta
            for mean, beta in zip(means, BETAS, strict=True)
        ]
    )


def test_fit_recovers_lambda_with_a_logarithm():
    rng = np.random.default_rng(2)
    draws = ladder_draws(rng, 0.5 - 1 / (np.log(BETAS) + 1.27))
    fit = fit_ladder(BETAS, draws, multiplicity=2)
    assert abs(fit.value.value - 0.5) < 4 * fit.value.standard_error
    assert fit.value.standard_error < 0.02
    assert abs(fit.log_constant - 1.27) < 1.0
    assert fit.misfit_p > 1e-3
    assert fit_ladder(BETAS, draws, multiplicity=1).misfit_p < 1e-3


def test_fit_recovers_lambda_with_a_power_correction():
    rng = np.random.default_rng(3)
    draws = ladder_draws(rng, 0.75 + 2 / np.sqrt(BETAS))
    fit = fit_ladder(BETAS, draws, correction_exponent=0.5)
    assert abs(fit.value.value - 0.75) < 4 * fit.value.standard_error
    assert abs(fit.correction - 2) < 0.5
    plain = fit_ladder(BETAS, draws)
    assert plain.misfit_p < 1e-3
    assert plain.bias < 0


def test_fit_errors_know_correlations_between_temperatures():
    """The same noise at every temperature: averaging over temperatures gains nothing."""
    rng = np.random.default_rng(4)
    shared = rng.gamma(0.5, 1.0, size=(4, 3000))
    draws = np.stack([shared / beta for beta in BETAS])
    fit = fit_ladder(BETAS, draws)
    alone = lambda_hat(BETAS[0], draws[0])
    assert fit.value.standard_error == pytest.approx(alone.standard_error, rel=0.01)


def test_a_logarithm_that_is_not_there_has_no_error_bar():
    rng = np.random.default_rng(5)
    draws = ladder_draws(rng, np.full(BETAS.size, 0.5) + 2 / np.log(BETAS))
    fit = fit_ladder(BETAS, draws, multiplicity=2)
    assert math.isinf(fit.value.standard_error)


def test_a_sharply_determined_logarithm_keeps_a_finite_error():
    """So many draws that c is known better than the search grid's spacing."""
    rng = np.random.default_rng(8)
    draws = ladder_draws(rng, 0.5 - 1 / (np.log(BETAS) + 1.27), draws=3000)
    # Shrink the spread about the mean: the same means with a hundredth of the noise.
    means = 0.5 - 1 / (np.log(BETAS) + 1.27)
    centre = (means / BETAS)[:, None, None]
    fit = fit_ladder(BETAS, centre + 0.01 * (draws - centre), multiplicity=2)
    assert fit.value.standard_error < 1e-3
    assert abs(fit.value.value - 0.5) < 4 * fit.value.standard_error


@pytest.mark.parametrize(
    ("betas", "shape", "options", "message"),
    [
        ([1.0, 2.0], (3, 4, 10), {}, "shape"),
        ([1.0], (1, 4, 10), {"multiplicity": 2}, "at least"),
        ([1.0, 2.0], (2, 4, 10), {"multiplicity": 0}, "multiplicity"),
        ([1.0, 2.0], (2, 4, 10), {"multiplicity": True}, "multiplicity"),
        ([-1.0, 2.0], (2, 4, 10), {}, "positive"),
    ],
)
def test_bad_fits_are_named(betas, shape, options, message):
    draws = np.random.default_rng(0).gamma(0.5, size=shape)
    with pytest.raises(ValueError, match=message):
        fit_ladder(betas, draws, **options)


def test_constant_chains_are_not_fitted():
    with pytest.raises(ValueError, match="constant"):
        fit_ladder([1.0, 2.0], np.ones((2, 4, 10)))
    assert math.isinf(mean_with_error(np.ones((4, 100)), "").standard_error)


@pytest.mark.parametrize("beta", [0.0, -1.0, math.nan, math.inf])
def test_lambda_hat_rejects_bad_temperatures(beta):
    with pytest.raises(ValueError, match="beta"):
        lambda_hat(beta, np.ones((2, 10)))


def test_lambda_hat_rejects_bad_draws():
    for draws in (np.ones(5), np.full((2, 5), math.nan), np.ones((0, 5))):
        with pytest.raises(ValueError, match="draws"):
            lambda_hat(1.0, draws)


def healthy(chains=4, draws=2000, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.gamma(0.5, size=(chains, draws))
    accepted = rng.integers(1, 5, size=(chains, draws))
    return values, accepted, np.zeros_like(accepted)


def test_healthy_draws_have_no_problems():
    found = diagnose(*healthy(), inner=5, exchange=0.5)
    assert found.ok
    assert found.r_hat < 1.01
    assert 6000 < found.ess_bulk < 10_000


def test_one_stuck_chain_is_named():
    values, accepted, outside = healthy()
    values[2] = 3.0
    found = diagnose(values, accepted, outside, inner=5)
    assert found.ess_bulk == found.ess_tail == found.ess_mean == 0.0
    assert found.problems[0].startswith("chain 2 is stuck")


def test_a_frozen_stretch_is_named():
    values, accepted, outside = healthy()
    accepted[1, 300:500] = 0
    found = diagnose(values, accepted, outside, inner=5)
    assert found.longest_frozen[1] >= 200
    assert any("chain 1 is stuck" in problem for problem in found.problems)


def test_disagreeing_slow_lone_and_rejecting_chains_are_named():
    values, accepted, outside = healthy()
    shifted = values.copy()
    shifted[0] += 0.5
    slow = np.abs(autoregressive(np.random.default_rng(6), 4, 2000, 0.999))
    cases = {
        "R-hat": diagnose(shifted, accepted, outside, inner=5),
        "effective sample size": diagnose(slow, accepted, outside, inner=5),
        "one chain": diagnose(values[:1], accepted[:1], outside[:1], inner=5),
        "accepts only": diagnose(values, accepted, outside, inner=500),
        "exchanges": diagnose(values, accepted, outside, inner=5, exchange=0.01),
    }
    for words, found in cases.items():
        assert any(words in problem for problem in found.problems), words


def square(w, g):
    g[0] = w[0]
    return 0.5 * w[0] ** 2


TARGET = Target(square, UniformBox((-2,), (2,)))


def test_a_run_that_cannot_move_cannot_tell():
    """Steps so long that no proposal is accepted at all."""
    tuning = Tuning(np.full(2, 1e9), np.ones((2, 1)))
    run = run_ladder(
        TARGET, [100, 400], hottest=100, warmup=0, tuning=tuning, draws=200, chains=2
    )  # fmt: skip
    assert run.points[0].diagnostics.acceptance == (0.0, 0.0)
    outcome = validate((0.5, 1), run)
    assert outcome.verdict == "cannot tell"
    assert outcome.measured is None
    assert any("stuck" in reason for reason in outcome.reasons)


def test_verdicts_and_resolution():
    run = run_ladder(TARGET, [50, 200, 800, 3200, 12800], draws=3000, warmup=1000, seed=3)
    right = validate((Fraction(1, 2), 1), run)
    assert right.verdict == "consistent"
    assert right.resolution < 0.1
    assert right.prediction == (0.5, 1)
    assert "would have shown" in str(right)
    wrong = validate((0.6, 1), run)
    assert wrong.verdict == "inconsistent"
    assert wrong.p_value < 0.01
    assert validate((0.5, 1), run, tolerance=1e-4).verdict == "cannot tell"
    assert validate((0.5, 2), run).verdict == "cannot tell"
    curve = validate((0.5, 1), run, expected=lambda _: 0.53)
    assert curve.verdict == "inconsistent"
    assert "exact curve" in curve.reasons[0]


def test_short_ladders_cannot_tell():
    run = run_ladder(TARGET, [50, 200], draws=2000, warmup=1000)
    assert validate((0.5, 1), run).verdict == "cannot tell"


def test_bad_validations_are_named():
    run = run_ladder(TARGET, [50, 200], draws=2000, warmup=800)
    assert run.ok
    for prediction, options, message in (
        ((0.0, 1), {}, "lambda"),
        ((math.nan, 1), {}, "lambda"),
        ((0.5, 1), {"level": 0.0}, "level"),
        ((0.5, 1), {"tolerance": -1.0}, "tolerance"),
        ((0.5, 0), {}, "multiplicity"),
        ((0.5, 1), {"expected": lambda _: math.nan}, "expected"),
    ):
        with pytest.raises(ValueError, match=message):
            validate(prediction, run, **options)


@pytest.mark.slow
def test_true_predictions_are_called_inconsistent_at_most_at_the_level():
    """Sixty runs at level 0.05: more than eight false verdicts have probability 0.5 %."""
    false = 0
    for seed in range(60):
        run = run_ladder(TARGET, [50, 200, 800, 3200, 12800], draws=2000, warmup=800, seed=seed)
        false += validate((0.5, 1), run, level=0.05).verdict == "inconsistent"
    assert false <= 8


def test_a_ladder_too_short_to_judge_says_so():
    betas = (1e3, 1e4)
    draws = np.random.default_rng(0).gamma(0.5, 1.0, (2, 2, 400)) / np.array(betas)[:, None, None]
    fit = fit_ladder(betas, draws, multiplicity=1)
    assert math.isnan(fit.bias)
    assert "nan" not in str(fit)
    assert "bias not known" in str(fit)
