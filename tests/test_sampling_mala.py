"""The Langevin step keeps its target, and a step with a small fault is caught.

Exact-start invariance: draw starting points exactly from the posterior, make a few steps, and
test whether the points still follow it. Whatever the mixing, a correct kernel passes.
"""

import inspect
import math
import types as pytypes
from functools import cache

import numba
import numpy as np
import pytest
from numba import njit
from scipy import stats

from slt_symbolic.sampling import Gaussian, UniformBox, mala, tempering
from slt_symbolic.sampling.potential import POTENTIAL_TYPE, VECTOR, compile_potential

BETA = 4.0
# Short steps show faults of the noise best: near LENGTH = 1 they cancel for a Gaussian.
LENGTH = 0.2
STARTS = 150_000
STEPS = 20
# A correct kernel fails one of its 6 tests with probability at most 6e-4; the seed is fixed.
PASS_LEVEL = 1e-4
CATCH_LEVEL = 1e-6

FREE = "Gaussian in a wide box"
PRIOR = "Gaussian with a Gaussian prior"
WALL = "exponential at a wall"

# name: the target that shows it, the text, what it becomes
MUTANTS = {
    "no proposal ratio": (
        WALL,
        "log_ratio += 0.5 * (noise[i] * noise[i] - reverse * reverse)",
        "log_ratio += 0.0",
    ),
    "noise 5 % too large": (
        WALL,
        "(drift[i] + noise[i])\n",
        "(drift[i] + 1.05 * noise[i])\n",
    ),
    "drift 0.9 in the proposal only": (
        WALL,
        "(drift[i] + noise[i])\n",
        "(0.9 * drift[i] + noise[i])\n",
    ),
    "no accept step": (PRIOR, "if math.log1p(-rng.random()) >= log_ratio:", "if False:"),
    "beta 2 % too large": (PRIOR, "log_ratio = beta * (", "log_ratio = 1.02 * beta * ("),
    "prior half counted": (
        PRIOR,
        "log_ratio += 0.5 * gauss[1, i]",
        "log_ratio += 0.25 * gauss[1, i]",
    ),
    "reflection without its images": (
        WALL,
        "            inside = False",
        "            trial[i] = 2.0 * box[0, i] - trial[i]",
    ),
    "drift of the old point both ways": (
        PRIOR,
        "whitened_drift(trial_g, trial, beta, gauss, scale, step, back)",
        "whitened_drift(g, w, beta, gauss, scale, step, back)",
    ),
}


def half_square(w, g):
    g[0] = w[0]
    return 0.5 * w[0] * w[0]


def slope(w, g):
    g[0] = 1.0
    return w[0]


# name: potential, prior, SciPy's law of the posterior at BETA
EXACT = {
    FREE: (half_square, UniformBox((-9,), (9,)), stats.norm(0, BETA**-0.5)),
    PRIOR: (
        half_square,
        Gaussian((2,), (0.5,)),
        stats.norm(8 / (BETA + 4), (BETA + 4) ** -0.5),
    ),
    # The upper wall, at 40 decay lengths, does nothing; the lower one holds half the mass.
    WALL: (slope, UniformBox((0,), (10,)), stats.expon(scale=1 / BETA)),
}


def driver(step):
    """Compile a loop that moves every starting point STEPS times."""
    matrix = numba.types.Array(numba.float64, 2, "C")
    generator = numba.typeof(np.random.default_rng())
    signature = numba.void(
        POTENTIAL_TYPE, numba.float64, matrix, matrix, VECTOR, numba.float64, matrix, generator
    )

    @njit(signature)
    def drive(potential, beta, box, gauss, scale, length, points, rng):
        g = np.zeros(points.shape[1])
        scratch = np.zeros((5, points.shape[1]))
        for p in range(points.shape[0]):
            k = potential(points[p], g)
            for _ in range(STEPS):
                _status, k = step(
                    potential, beta, box, gauss, scale, length, points[p], g, k, scratch, rng
                )

    return drive


compiled = cache(compile_potential)


def p_values(drive, seed=5, targets=tuple(EXACT)):
    rng = np.random.Generator(np.random.Philox(seed))
    found = []
    for potential, prior, law in map(EXACT.get, targets):
        points = law.rvs(size=(STARTS, 1), random_state=rng)
        drive(
            compiled(potential), BETA, prior.box, prior.gauss,
            np.ones(1), LENGTH, points, rng,
        )  # fmt: skip
        uniform = law.cdf(points[:, 0])
        counts = np.histogram(uniform, bins=64, range=(0, 1))[0]
        found.append(stats.chisquare(counts).pvalue)
        found.append(stats.kstest(uniform, "uniform").pvalue)
    return found


def mutant(old, new):
    source = inspect.getsource(mala)
    assert source.count(old) == 1, f"the mutation no longer applies: {old}"
    module = pytypes.ModuleType("mutant")
    # The text executed is this package's own source with one replacement.
    exec(compile(source.replace(old, new), "mutant", "exec"), module.__dict__)  # noqa: S102
    return module.mala_step


def test_step_keeps_the_posterior():
    assert min(p_values(driver(mala.mala_step))) > PASS_LEVEL


@pytest.mark.parametrize("name", MUTANTS)
def test_faulty_step_is_caught(name):
    target, old, new = MUTANTS[name]
    assert min(p_values(driver(mutant(old, new)), targets=(target,))) < CATCH_LEVEL


@pytest.mark.slow
def test_false_alarms_come_at_the_stated_rate():
    drive = driver(mala.mala_step)
    found = np.concatenate([p_values(drive, seed) for seed in range(100)])
    # 600 p-values, uniform (chi-square ones) or nearly so (KS shares its data with them).
    assert stats.kstest(found[::2], "uniform").pvalue > 1e-3
    assert np.mean(found < 0.05) < 0.09


def curved(w, g):
    valley = w[0] * w[1] - 1.0
    g[0], g[1] = 2.0 * valley * w[1], 2.0 * valley * w[0]
    return valley * valley


def test_compiled_and_plain_sweeps_agree():
    """The same source, compiled and as plain Python, on the same generator stream."""
    plain_step = pytypes.FunctionType(
        mala.mala_step.py_func.__code__,
        {**vars(mala), "whitened_drift": mala.whitened_drift.py_func},
    )
    plain = pytypes.FunctionType(
        tempering.sweeps.__code__, {**vars(tempering), "mala_step": plain_step}
    )
    betas = np.array([1.0, 10.0, 100.0])
    prior = UniformBox((-2, -2), (2, 2))
    outcomes = []
    for function, potential in (
        (tempering.compiled_sweeps(), compile_potential(curved)),
        (plain, curved),
    ):
        rng = np.random.Generator(np.random.Philox(11))
        w, g, k = np.full((3, 2), 1.1), np.zeros((3, 2)), np.zeros(3)
        for r in range(3):
            k[r] = curved(w[r], g[r])
        draws, kept = np.zeros((60, 3)), np.zeros((60, 3, 2))
        accepted, outside = np.zeros((2, 60, 3), dtype=np.int64)
        exchanges = np.zeros((3, 2), dtype=np.int64)
        code = function(
            potential, betas, prior.box, prior.gauss, 1 / np.sqrt(betas), np.ones((3, 2)),
            w, g, k, mala.scratch_for(2), rng, 0, 3, draws, kept, accepted, outside, exchanges,
        )  # fmt: skip
        assert code == tempering.FINISHED
        outcomes.append((draws, kept, accepted, outside, exchanges, rng.random()))
    for compiled, other in zip(*outcomes, strict=True):
        np.testing.assert_allclose(compiled, other, rtol=1e-12, atol=1e-15)
    assert outcomes[0][2].sum() > 0
    assert outcomes[0][4][:, 1].sum() > 0
    assert math.isfinite(outcomes[0][5])
