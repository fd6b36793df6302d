"""Where K does not come down to 0, nothing poses as its learning coefficient."""

import json
from dataclasses import make_dataclass

import numpy as np
import pytest
from click.testing import CliRunner

from slt_symbolic.cli import cli
from slt_symbolic.commands.sampling_fits import counted_from_its_least, fits
from slt_symbolic.commands.sampling_local import Around
from slt_symbolic.sampling import least_loss, local_target, run_ladder, stays_above_zero, validate

# relu units: one cannot be |x|. The best are the line w q = 1 (or -1), where K = E[relu(-x)^2]/2.
UNREALISABLE = """
[network]
activation = "relu"
width = 1
biases = 0
output_bias = 0
[truth]
units = [{ readout = 1, weights = 1, bias = 0 }, { readout = 1, weights = -1, bias = 0 }]
[inputs]
law = "uniform-interval"
lower = -1
upper = 1
[prior]
law = "gaussian"
centre = 0
deviation = 2
[sampling]
betas = [1000, "1e4", "1e5", "1e6"]
draws = 3000
warmup = 600
"""
BETAS = np.geomspace(1e2, 1e6, 5)


def ladder(level, seed=0):
    """Draws of a K with lambda = 1 above a level, at five temperatures."""
    rng = np.random.default_rng(seed)
    return np.stack([level + rng.gamma(1.0, 1 / b, size=(4, 1500)) for b in BETAS])


RUN = make_dataclass("RUN", [("betas", tuple), ("draws", np.ndarray)])


def run_of(draws):
    return RUN(tuple(BETAS.tolist()), draws)


def around(loss):
    return Around((0.0,), 0.5, None, loss)


@pytest.mark.parametrize("level", [1e-9, 0.3, 40.0])
def test_the_least_loss_is_what_a_constant_adds(level):
    draws = ladder(level)[-1]
    found = least_loss(BETAS[-1], draws)
    assert abs(found.value - level) < 4 * found.standard_error < 3e-7


def test_only_a_level_beyond_the_noise_counts():
    alarms = [stays_above_zero(1e6, ladder(0.0, seed=seed)[-1]) for seed in range(100)]
    assert alarms == [None] * 100
    said = stays_above_zero(1e6, ladder(0.3)[-1])
    assert "has not come down to 0" in said
    assert "0.3 " in said
    # beta K0 = 1/5 where lambda = 1: shown by the fit's misfit, not by this.
    assert stays_above_zero(1e6, ladder(2e-7)[-1]) is None


def test_the_error_of_the_least_loss_is_honest():
    scores = []
    for seed in range(200):
        found = least_loss(BETAS[-1], ladder(0.0, seed=seed)[-1])
        scores.append(found.value / found.standard_error)
    assert 0.85 < np.std(scores) < 1.2
    assert abs(np.mean(scores)) < 0.25


def test_near_weights_K_is_counted_from_its_least():
    """From 0 where it comes down to 0, from K(w*) at a false minimum, else from nowhere."""
    true = run_of(ladder(0.0))
    assert counted_from_its_least(true, around(0.0)) == (true, None)
    # Trained weights: above 0 by much more than 1/beta, and a true parameter near by.
    assert counted_from_its_least(true, around(1e-3)) == (true, None)
    false = run_of(ladder(0.3))
    counted, why = counted_from_its_least(false, around(0.3))
    assert why is None
    assert np.array_equal(counted.draws, false.draws - 0.3)
    for loss, side in ((0.35, "below"), (0.1, "above")):
        same, why = counted_from_its_least(false, around(loss))
        assert same is false
        assert f"that is {side} K(w*)" in why
    assert "has not come down to 0" in counted_from_its_least(false, None)[1]


def test_what_no_form_describes_is_not_fitted():
    found = fits(run_of(ladder(2e-6)), 1, 2, 0.01)
    assert (found.fit, found.any_fit, found.interval) == (None, None, None)
    assert "describes no part of the ladder" in found.refusal
    shown = fits(run_of(ladder(2e-6)), 1, 2, 0.01, despite_problems=True)
    assert shown.fit.misfit_p < 0.01
    assert shown.refusal is None


def test_hot_temperatures_that_do_not_fit_are_left_out():
    draws = ladder(0.0)
    draws[0] *= 3.0
    draws[1] *= 0.5
    found = fits(run_of(draws), 1, 2, 0.01)
    assert found.refusal is None
    assert found.fit.betas[0] > BETAS[0]
    assert found.interval[0] < 1 < found.interval[1]


def test_the_interval_covers_the_corrections_that_describe_the_ladder():
    """lambda = 1 + beta^(-1/4): a fit with beta^(-1/2), taken alone, is many errors too high."""
    rng = np.random.default_rng(4)
    means = 1 + 2 * BETAS[-3:] ** -0.25
    draws = np.stack([
        rng.gamma(a, 1 / b, size=(4, 3000)) for a, b in zip(means, BETAS[-3:], strict=True)
    ])  # fmt: skip
    found = fits(RUN(tuple(BETAS[-3:].tolist()), draws), 1, 2, 0.01)
    assert abs(found.fit.value.value - 1) > 2 * found.fit.value.standard_error
    assert found.interval[0] < 1 < found.interval[1]


def test_the_interval_reaches_as_far_as_a_second_pole_may():
    """Two relu units at a true one, lambda = 1/2: of the powers one alone fits, and is too low."""
    rng = np.random.default_rng(5)
    betas = (1e2, 1e3, 1e4, 1e5)
    means = [0.4858 + 0.439 * beta**-0.25 for beta in betas]
    pairs = zip(means, betas, strict=True)
    draws = np.stack([rng.gamma(mean, 1 / beta, (4, 30_000)) for mean, beta in pairs])
    found = fits(RUN(betas, draws), 1, 4, 0.01)
    assert found.fit.value.value + 4 * found.fit.value.standard_error < 0.5
    assert found.interval[0] < 0.5 < found.interval[1]


def floor(w, g):
    g[0], g[1] = w[0], w[1]
    return 0.3 + 0.5 * (w[0] ** 2 + w[1] ** 2)


def test_a_false_minimum_is_no_true_parameter():
    run = run_ladder(local_target(floor, [0.0, 0.0], radius=1.0), [1e3, 1e4, 1e5], draws=1500)
    outcome = validate((1, 1), run)
    assert outcome.verdict == "cannot tell"
    assert "has not come down to 0" in outcome.reasons[0]
    counted, _ = counted_from_its_least(run, around(0.3))
    assert all(
        abs(p.lambda_hat.value - 1) < 5 * p.lambda_hat.standard_error for p in counted.points
    )


def call(*arguments):
    return CliRunner().invoke(cli, [str(a) for a in arguments])


@pytest.mark.parametrize("extent", [("--radius", 0.25), ("--gamma", 60)])
def test_at_a_false_minimum_the_command_says_what_it_fits(tmp_path, extent):
    net = tmp_path / "net.toml"
    net.write_text(UNREALISABLE)
    result = call("sample", net, "--around", "1,1", *extent, "--predict", "1/2,1", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0, result.output
    assert found["around"]["K"] == pytest.approx(1 / 12, rel=1e-12)
    assert found["around"]["false_minimum"] is True
    assert "K - K(w*)" in found["around"]["estimated"]
    assert found["fit"]["lambda"] == pytest.approx(0.5, abs=0.05)
    assert found["verdict"]["verdict"] != "inconsistent"
    for temperature, local in zip(
        found["temperatures"], found["around"]["local_lambda_hat"], strict=True
    ):
        assert temperature["lambda_hat"] == pytest.approx(local, abs=1e-6)


def test_where_nothing_is_true_the_command_withholds(tmp_path):
    net = tmp_path / "net.toml"
    net.write_text(UNREALISABLE)
    result = call("sample", net, "--predict", "1/2,1", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert found["fit"] is None
    assert {t["lambda_hat"] for t in found["temperatures"]} == {None}
    assert "0.08333" in found["problems"][-1]
    assert found["verdict"]["verdict"] == "cannot tell"
    shown = call("sample", net, "--despite-problems", "--predict", "none")
    assert "FLAGGED: lambda cannot be fitted" in shown.stdout


def test_weights_that_are_no_minimum_are_refused(tmp_path):
    net = tmp_path / "net.toml"
    net.write_text(UNREALISABLE)
    result = call("sample", net, "--around=-1,2", "--radius", "0.3", "--predict", "1/2,1")
    assert result.exit_code == 1
    assert "w* is not the least near by" in result.stdout
    assert "fit: lambda" not in result.stdout
    assert "beta (E[K] - K(w*))" not in result.stdout
