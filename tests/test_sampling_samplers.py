"""The steps keep their targets, and a step with a small fault is caught."""

import numpy as np
import pytest
from sampling_laws import (
    CATCH_LEVEL,
    CROSS,
    EXACT_SAMPLERS,
    PASS_LEVEL,
    PRIOR,
    STARTS,
    WALL,
    driver,
    driver_of,
    law_p_values,
    mutant,
    p_values,
)
from scipy import stats

# name: sampler, the target that shows it, the text, what it becomes
MUTANTS = {
    "no proposal ratio": (
        "mala", WALL, " + log_way_back(drift, noise, back)", "",
    ),
    "noise 5 % too large": (
        "mala", WALL, "= drift[i] + noise[i]\n", "= drift[i] + 1.05 * noise[i]\n",
    ),
    "drift 0.9 in the proposal only": (
        "mala", WALL, "= drift[i] + noise[i]\n", "= 0.9 * drift[i] + noise[i]\n",
    ),
    "no accept step": ("mala", PRIOR, "if not accepted(log_ratio, rng):", "if False:"),
    "beta 2 % too large": (
        "mala", PRIOR, "= beta * (values[0] - k)", "= 1.02 * beta * (values[0] - k)",
    ),
    "prior half counted": ("mala", PRIOR, "+ (values[1] - e)", "+ 0.5 * (values[1] - e)"),
    "reflection without its images": (
        "mala", WALL, "    if outside(box, trial):\n        return OUTSIDE\n",
        "    if outside(box, trial):\n        trial[0] = 2.0 * box[0, 0] - trial[0]\n",
    ),
    "drift of the old point both ways": (
        "mala", PRIOR, "drift_of(beta, trial_g, trial_h,", "drift_of(beta, g, h,",
    ),
}  # fmt: skip
SLOW_MUTANTS = {
    "hmc: no accept step": ("hmc", PRIOR, "and not accepted(-change, rng)", "and False"),
    "hmc: kinetic energy forgotten": ("hmc", PRIOR, "change += kinetic(p) - start_kinetic", "pass"),
    "hmc: momenta 5 % too large": (
        "hmc", PRIOR, "    fill_normals(rng, p)\n", "    fill_normals(rng, p)\n    p[0] *= 1.05\n",
    ),
    "hmc: prior forgotten": ("hmc", PRIOR, " + (values[1] - start_e)", ""),
    "ghmc: no accept step": ("ghmc", PRIOR, "and not accepted(-change, rng)", "and False"),
    "ghmc: momentum kept when rejected": ("ghmc", WALL, "p[i] = -old_p[i]", "p[i] = old_p[i]"),
    "ghmc: noise 5 % too large": (
        "ghmc", PRIOR, "+ shake * noise[i]", "+ 1.05 * shake * noise[i]",
    ),
}  # fmt: skip
GIBBS_MUTANTS = {
    "gibbs: no accept step": (
        "gibbs", CROSS, "if not accepted(beta * (values[0] - k) + (values[1] - e) + ratio, rng):",
        "if False:",
    ),
    "gibbs: no proposal ratio": ("gibbs", CROSS, "(values[1] - e) + ratio", "(values[1] - e)"),
    "gibbs: way back 5 % off": (
        "gibbs", PRIOR, "ratio -= 0.5 * old * old", "ratio -= 0.525 * old * old",
    ),
    "gibbs: centre forgotten": (
        "gibbs", PRIOR, "trial[members[j]] += force[j]", "trial[members[j]] = force[j]",
    ),
}  # fmt: skip
SLICE_MUTANTS = {
    "slice: height 5 % too low": (
        "slice", PRIOR, "room = -math.log1p", "room = -1.05 * math.log1p",
    ),
    "slice: prior forgotten": ("slice", PRIOR, " + (e - values[1]) < room", " < room"),
    "slice: bracket begins at the point": (
        "slice", WALL, "left = -width * rng.random()", "left = -0.05 * width * rng.random()",
    ),
    "slice: shrinks on the wrong side": ("slice", WALL, "if t < 0.0:", "if t < 0.1:"),
    "slice: width hangs on the point": (
        "slice", WALL, "left = -width * rng.random()", "width *= 1.0 + 0.5 * w[0]\n"
        "    left = -width * rng.random()",
    ),
}  # fmt: skip
VALLEY_MUTANTS = {
    "valley: Jacobian forgotten": ("valley", CROSS, " + t * growth", ""),
    "valley: direction's density forgotten": (
        "valley", CROSS, "log_density_of(total, z, b) - here + ", "",
    ),
    "valley: its normalisation forgotten": (
        "valley", CROSS, "0.5 * math.log1p(total) - 0.5", "-0.5",
    ),
    "valley: prior forgotten": ("valley", PRIOR, " + (e - values[1]) - gain", " - gain"),
    "valley: bracket begins at the point": (
        "valley", CROSS, "left = -WIDTH * rng.random()", "left = -0.05 * WIDTH * rng.random()",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", EXACT_SAMPLERS)
def test_step_keeps_the_posterior(kind):
    assert min(p_values(driver_of(kind), kind, starts=STARTS // 10)) > PASS_LEVEL


@pytest.mark.slow
@pytest.mark.parametrize("kind", EXACT_SAMPLERS)
def test_step_keeps_the_posterior_at_full_size(kind):
    assert min(p_values(driver_of(kind), kind, seed=6)) > PASS_LEVEL


QUICK = ("no proposal ratio", "noise 5 % too large")


@pytest.mark.parametrize(
    "name", [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in MUTANTS]
)
def test_faulty_step_is_caught(name):
    kind, target, old, new = MUTANTS[name]
    assert min(p_values(driver(mutant(kind, old, new)), kind, targets=(target,))) < CATCH_LEVEL


@pytest.mark.slow
@pytest.mark.parametrize("name", GIBBS_MUTANTS)
def test_faulty_draw_of_a_block_is_caught(name):
    kind, target, old, new = GIBBS_MUTANTS[name]
    assert min(p_values(driver(mutant(kind, old, new)), kind, targets=(target,))) < CATCH_LEVEL


@pytest.mark.slow
@pytest.mark.parametrize("name", SLICE_MUTANTS | VALLEY_MUTANTS)
def test_faulty_line_is_caught(name):
    kind, target, old, new = (SLICE_MUTANTS | VALLEY_MUTANTS)[name]
    assert min(p_values(driver(mutant(kind, old, new)), kind, targets=(target,))) < CATCH_LEVEL


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW_MUTANTS)
def test_faulty_trajectory_is_caught(name):
    kind, target, old, new = SLOW_MUTANTS[name]
    found = p_values(driver(mutant(kind, old, new)), kind, targets=(target,), starts=2 * STARTS)
    assert min(found) < CATCH_LEVEL


@pytest.mark.slow
def test_false_alarms_come_at_the_stated_rate():
    # The rate does not depend on the number of starts.
    each = [p_values(driver_of("mala"), "mala", s, starts=STARTS // 5) for s in range(60)]
    found = np.concatenate(each)
    # 480 p-values, uniform (chi-square ones) or nearly so (KS shares its data with them).
    assert stats.kstest(found[::2], "uniform").pvalue > 1e-3
    assert np.mean(found < 0.05) < 0.09


def smallest_shift(starts, level):
    """The shift of a Gaussian, in deviations, that the test sees four times out of five.

    A shift d moves the distribution function by d phi(0) at the centre, where the empirical one
    errs by 1/(2 sqrt n); the Kolmogorov-Smirnov limit is sqrt(log(2/level) / (2 n)).
    """
    limit = np.sqrt(np.log(2 / level) / (2 * starts))
    return (limit + stats.norm.ppf(0.8) / (2 * np.sqrt(starts))) / stats.norm.pdf(0)


def test_the_smallest_bias_seen_is_as_stated():
    rng = np.random.default_rng(8)
    assert smallest_shift(STARTS, PASS_LEVEL) == pytest.approx(0.017, abs=5e-4)
    for factor, least, most in ((0.4, 0, 6), (1.0, 22, 40), (1.5, 39, 40)):
        shift = factor * smallest_shift(STARTS, PASS_LEVEL)
        seen = sum(
            min(law_p_values(rng.standard_normal(STARTS) + shift, stats.norm())) < PASS_LEVEL
            for _ in range(40)
        )
        assert least <= seen <= most, (factor, seen)
