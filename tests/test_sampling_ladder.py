"""Runs over a ladder of temperatures: against quadrature, and how they behave."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, special

from slt_symbolic.sampling import (
    Gaussian,
    Target,
    UniformBox,
    geometric_ladder,
    gradient_error,
    ladder,
    run_ladder,
    validate,
)

# Each exact comparison is over all temperatures of a run, at this level (Bonferroni).
LEVEL = 1e-3


def line(w, g):
    g[0] = w[0]
    return 0.5 * w[0] ** 2


def cross(w, g):
    g[0], g[1] = w[0] * w[1] ** 2, w[0] ** 2 * w[1]
    return 0.5 * (w[0] * w[1]) ** 2


def valley(w, g):
    r = w[0] * w[1] - 0.2
    g[0], g[1] = 0.5 * r * w[1], 0.5 * r * w[0]
    return 0.25 * r * r


def pieces(w, g):
    """Four quadratic pieces that meet along the axes, where the gradient may jump."""
    a, b = w[0], w[1]
    if a >= 0 and b >= 0:
        g[0] = g[1] = a + b - 1
        return 0.5 * (a + b - 1) ** 2
    if a <= 0 and b >= 0:
        g[0], g[1] = a, b - 1
        return 0.5 * (a**2 + (b - 1) ** 2)
    if a >= 0:
        g[0], g[1] = a - 1, b
        return 0.5 * (b**2 + (a - 1) ** 2)
    g[0] = g[1] = a + b
    return 0.5 * ((a + b) ** 2 + 1)


def line_mean(beta):
    """E[beta w^2/2] for w uniform on [-2, 2]: by parts, 1/2 - boundary term."""
    edge = 2 * math.exp(-2 * beta) / (math.sqrt(2 * math.pi / beta) * math.erf(math.sqrt(2 * beta)))
    return 0.5 - edge


def cross_mean(beta):
    """-d log Z / d log beta, the inner integral an error function, the outer in log w."""

    def log_z(log_beta):
        half = math.sqrt(math.exp(log_beta) / 2)
        outer = integrate.quad(
            lambda t: special.erf(half * math.exp(t)), -60, 0, points=[-log_beta / 2], limit=400
        )
        return math.log(outer[0]) - log_beta / 2

    h, at = 1e-4, math.log(beta)
    return -(log_z(at + h) - log_z(at - h)) / (2 * h)


def box_mean(potential, beta, low, high):
    """E[beta K] by nested quadrature, cut at the coordinate axes and at the valley's floor."""
    g = np.zeros(2)

    def floor(a):
        marks = {low, 0.0, 1.0 - a, 1.0, high, -a}
        if potential is valley and a > 0:
            marks |= {0.2 / a + s * 3 / (a * math.sqrt(beta)) for s in (-2, -1, 0, 1, 2)}
        marks |= {1.0 - a + s / math.sqrt(beta) for s in (-4, 4)}
        return sorted(m for m in marks if low <= m <= high)

    def inner(a, power):
        def density(b):
            value = beta * potential((a, b), g)
            return math.exp(-value) * value**power

        cuts = floor(a)
        return sum(integrate.quad(density, x, y, epsabs=1e-12)[0] for x, y in pairwise(cuts))

    outer = [m for m in (low, 0.0, 0.2, 1.0, high) if low <= m <= high]
    totals = [
        sum(
            integrate.quad(inner, x, y, args=(power,), epsabs=1e-8, epsrel=1e-6)[0]
            for x, y in pairwise(outer)
            if y > x
        )
        for power in (0, 1)
    ]
    return totals[1] / totals[0]


@pytest.mark.parametrize("potential", [cross, valley, pieces])
def test_gradients_of_the_test_targets(potential):
    assert gradient_error(potential, [0.3, 0.4]) < 1e-8


def test_line_agrees_with_the_error_function():
    target = Target(line, UniformBox((-2,), (2,)))
    run = run_ladder(target, [0.5, 2, 10, 1e3, 1e6], hottest=0.5, draws=4000, warmup=1000, seed=1)
    outcome = validate((0.5, 1), run, level=LEVEL, expected=line_mean)
    assert run.ok
    assert "exact curve" in outcome.reasons[-1]
    assert outcome.verdict == "consistent", str(outcome)


def test_cross_has_multiplicity_two():
    """lambda = 1/2, m = 2: one temperature misses lambda by 1/log beta, the fit does not."""
    target = Target(cross, UniformBox((-1, -1), (1, 1)))
    run = run_ladder(target, geometric_ladder(1e2, 1e6, 9), draws=10_000, seed=2)
    outcome = validate((0.5, 2), run, level=LEVEL, expected=cross_mean)
    assert outcome.verdict == "consistent", str(outcome)
    naive = run.points[-1].lambda_hat
    assert naive.value < 0.46
    assert abs(naive.value - cross_mean(1e6)) < 5 * naive.standard_error
    # lambda alone would be right; two poles close by make the same ladder, and it says so.
    simple = validate((0.5, 1), run)
    assert simple.verdict != "inconsistent"
    assert any("second pole" in reason for reason in simple.reasons)
    assert validate((0.25, 2), run).verdict == "inconsistent"


@pytest.mark.parametrize(("potential", "low", "high"), [(valley, 0.0, 1.0), (pieces, -2.0, 2.0)])
def test_two_parameter_posteriors_agree_with_quadrature(potential, low, high):
    target = Target(potential, UniformBox((low, low), (high, high)))
    run = run_ladder(target, [10, 100, 400, 1000], draws=5000, warmup=1500, seed=3)
    assert run.ok, run.problems
    for point in run.points:
        exact = box_mean(potential, point.beta, low, high)
        found = point.lambda_hat
        # 8 comparisons in this test, at 4.5 standard errors: false alarms below 6e-5.
        assert abs(found.value - exact) < 4.5 * found.standard_error, (point.beta, exact)
        assert found.standard_error < 0.01


@pytest.mark.parametrize(("potential", "low", "high"), [(valley, 0.0, 1.0), (pieces, -2.0, 2.0)])
def test_valleys_have_lambda_one_half(potential, low, high):
    target = Target(potential, UniformBox((low, low), (high, high)))
    run = run_ladder(target, geometric_ladder(1e3, 1e7, 8), draws=6000, warmup=1500, seed=4)
    assert validate((0.5, 1), run, level=LEVEL).verdict == "consistent"
    assert validate((0.75, 1), run, level=LEVEL).verdict == "inconsistent"


def test_gaussian_prior_is_not_tempered():
    """K = w^2/2 with w ~ N(0, 1): E[beta K] = beta / (2 (1 + beta))."""
    run = run_ladder(Target(line, Gaussian((0,), (1,))), [0.5, 3, 30], hottest=0.5, seed=5)
    for point in run.points:
        exact = point.beta / (2 * (1 + point.beta))
        assert abs(point.lambda_hat.value - exact) < 4.5 * point.lambda_hat.standard_error


SMALL = {"draws": 300, "warmup": 120, "chains": 3}
BOX = UniformBox((-2, -2), (2, 2))


def test_threads_and_blocks_change_nothing(monkeypatch):
    target = Target(pieces, BOX)
    one = run_ladder(target, [10, 100], threads=1, seed=6, keep_parameters=True, **SMALL)
    two = run_ladder(target, [10, 100], threads=2, seed=6, keep_parameters=True, **SMALL)
    monkeypatch.setattr(ladder, "SWEEPS_PER_BLOCK", 7)
    cut = run_ladder(target, [10, 100], threads=2, seed=6, keep_parameters=True, **SMALL)
    for other in (two, cut):
        np.testing.assert_array_equal(one.draws, other.draws)
        np.testing.assert_array_equal(one.parameters, other.parameters)
        assert one.exchange_rates == other.exchange_rates
    fresh = run_ladder(target, [10, 100], seed=7, **SMALL)
    assert not np.array_equal(one.draws, fresh.draws)
    assert fresh.parameters is None
    # Chains differ from each other, and each K belongs to its parameter.
    assert not np.array_equal(one.draws[0, 0], one.draws[0, 1])
    assert target.value(one.parameters[1, 2, 50]) == one.draws[1, 2, 50]


def test_warm_up_never_enters_and_tuning_is_frozen(monkeypatch):
    recorded = []
    original = ladder.run_block

    def recording(target, betas, tuning, *rest, **options):
        block = original(target, betas, tuning, *rest, **options)
        recorded.append((tuning, block.draws[..., 0]))
        return block

    monkeypatch.setattr(ladder, "run_block", recording)
    monkeypatch.setattr(ladder, "SWEEPS_PER_BLOCK", 100)
    run = run_ladder(Target(pieces, BOX), [1, 100], hottest=1, bridge_ratio=100, seed=8, **SMALL)
    # warm_up calls its own name of run_block, so only sampling blocks are recorded here.
    assert len(recorded) == 3
    assert all(tuning is run.tuning for tuning, _ in recorded)
    joined = np.concatenate([draws for _, draws in recorded], axis=1)
    np.testing.assert_array_equal(np.moveaxis(joined, 2, 0), run.draws)


def test_burn_in_counted_by_mistake_is_caught():
    """Start in a corner without warm-up: what burn-in would do to the average is seen."""
    target = Target(pieces, BOX)
    tuned = run_ladder(target, [100, 400, 1600], seed=9, draws=1500, warmup=1000)
    cold = run_ladder(
        target, [100, 400, 1600], seed=9, draws=400, warmup=0, tuning=tuned.tuning, start=(-2, -2)
    )
    assert tuned.ok
    assert cold.draws[2, :, 0].min() > 50 * tuned.draws[2].mean()
    assert validate((0.5, 1), cold).verdict != "consistent"


def test_progress_and_interrupt(monkeypatch):
    monkeypatch.setattr(ladder, "SWEEPS_PER_BLOCK", 100)
    target = Target(line, UniformBox((-2,), (2,)))
    seen = []

    def stop_at(phase_wanted, done_wanted):
        def progress(report):
            seen.append((report.phase, report.done, report.total))
            if report.phase == phase_wanted and report.done >= done_wanted:
                raise KeyboardInterrupt

        return progress

    run = run_ladder(target, [10], progress=stop_at("sampling", 200), **SMALL)
    assert not run.complete
    assert run.draws.shape == (1, 3, 200)
    assert "interrupted after 200 draws" in str(run)
    assert seen[0][0] == "warm-up"
    assert seen[-1] == ("sampling", 200, 300)
    with pytest.raises(KeyboardInterrupt):
        run_ladder(target, [10], progress=stop_at("warm-up", 1), **SMALL)
    whole = run_ladder(target, [10], **SMALL)
    assert whole.complete
    np.testing.assert_array_equal(whole.draws[:, :, :200], run.draws)
