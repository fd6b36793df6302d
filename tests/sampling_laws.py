"""Targets whose posterior can be drawn exactly, and the test that steps stay in it.

Exact-start invariance: draw starting points exactly from the posterior, make a few steps, and
test whether the points still follow it. Whatever the mixing, a correct kernel passes.
"""

import inspect
import math
import types as pytypes
from functools import cache

import numba
import numpy as np
from numba import njit
from scipy import stats

from slt_symbolic.sampling import Gaussian, UniformBox, tempering
from slt_symbolic.sampling.potential import POTENTIAL_TYPE, VECTOR, compile_potential
from slt_symbolic.sampling.samplers import (
    common,
    ghmc,
    gibbs,
    hmc,
    mala,
    slice_sampler,
    valley_sampler,
)

BETA = 4.0
# Short steps show faults of the noise best: near LENGTH = 1 they cancel for a Gaussian.
LENGTH = 0.2
STARTS = 150_000
STEPS = 20
# A correct kernel fails one of its 8 tests with probability at most 8e-4; the seed is fixed.
PASS_LEVEL = 1e-4
CATCH_LEVEL = 1e-6

FREE = "Gaussian in a wide box"
PRIOR = "Gaussian with a Gaussian prior"
WALL = "exponential at a wall"
CROSS = "normal crossing w1^2 w2^2"
EXACT_SAMPLERS = {
    "mala": mala, "hmc": hmc, "ghmc": ghmc, "gibbs": gibbs, "slice": slice_sampler,
    "valley": valley_sampler,
}  # fmt: skip


def half_square(w, g):
    g[0] = w[0]
    return 0.5 * w[0] * w[0]


def slope(w, g):
    g[0] = 1.0
    return w[0]


def crossing(w, g):
    product = w[0] * w[1]
    g[0], g[1] = 2.0 * product * w[1], 2.0 * product * w[0]
    return product * product


class Crossing:
    """The posterior of w1^2 w2^2 on [-1, 1]^2 at BETA, by its exact marginal and conditional."""

    grid = np.linspace(-1, 1, 200_001)

    def __init__(self):
        from scipy.special import erf

        root = math.sqrt(BETA) * np.abs(self.grid)
        density = np.where(root > 0, erf(root) / np.maximum(root, 1e-12), 2 / math.sqrt(math.pi))
        mass = np.concatenate([[0], np.cumsum(0.5 * (density[1:] + density[:-1]))])
        self.table = mass / mass[-1]

    def rvs(self, size, random_state):
        first = np.interp(random_state.random(size[0]), self.table, self.grid)
        limit = np.abs(first) * math.sqrt(2 * BETA)
        edge = stats.norm.cdf(limit)
        uniform = random_state.random(size[0])
        second = stats.norm.ppf(1 - edge + uniform * (2 * edge - 1)) / np.maximum(limit, 1e-12)
        return np.stack([first, np.clip(second, -1, 1)], axis=1)

    def cdf(self, first):
        return np.interp(first, self.grid, self.table)


# name: potential, prior, SciPy's law of the first coordinate's posterior at BETA
EXACT = {
    FREE: (half_square, UniformBox((-9,), (9,)), stats.norm(0, BETA**-0.5)),
    PRIOR: (half_square, Gaussian((2,), (0.5,)), stats.norm(8 / (BETA + 4), (BETA + 4) ** -0.5)),
    # The upper wall, at 40 decay lengths, does nothing; the lower one holds half the mass.
    WALL: (slope, UniformBox((0,), (10,)), stats.expon(scale=1 / BETA)),
    CROSS: (crossing, UniformBox((-1, -1), (1, 1)), Crossing()),
}

MATRIX = numba.types.Array(numba.float64, 2, "C")


def driver(step):
    """Compile a loop that moves every starting point STEPS times."""
    signature = numba.void(
        POTENTIAL_TYPE, POTENTIAL_TYPE, numba.float64, MATRIX, MATRIX, VECTOR, numba.float64,
        VECTOR, MATRIX, tempering.GENERATOR,
    )  # fmt: skip

    @njit(signature)
    def drive(potential, energy, beta, box, gauss, scale, length, settings, points, rng):
        d = points.shape[1]
        g, h, p, values = np.zeros(d), np.zeros(d), np.zeros(d), np.zeros(2)
        basis, stretch, scratch = np.zeros((0, d)), np.zeros(0), np.zeros((7, d))
        for n in range(points.shape[0]):
            values[0] = potential(points[n], g)
            values[1] = common.prior_energy(energy, gauss, points[n], h)
            for i in range(d):
                p[i] = rng.standard_normal()
            for _ in range(STEPS):
                step(
                    potential, energy, beta, box, gauss, scale, basis, stretch, length, settings,
                    points[n], g, h, p, values, scratch, rng,
                )  # fmt: skip

    return drive


compiled = cache(compile_potential)
driver_of = cache(lambda name: driver(EXACT_SAMPLERS[name]().step))


def settings_of(kind, dimension):
    """The numbers of a step: one block for each coordinate, or what the sampler has."""
    blocks = gibbs(range(dimension)).settings
    return np.array(blocks if kind == "gibbs" else EXACT_SAMPLERS[kind]().settings)


def law_p_values(points, law):
    """Whether points follow a law: by counts in 64 cells, and by Kolmogorov and Smirnov."""
    uniform = law.cdf(points)
    counts = np.histogram(uniform, bins=64, range=(0, 1))[0]
    return [stats.chisquare(counts).pvalue, stats.kstest(uniform, "uniform").pvalue]


def p_values(drive, kind, seed=5, targets=tuple(EXACT), starts=STARTS):
    rng = np.random.Generator(np.random.Philox(seed))
    found = []
    for potential, prior, law in map(EXACT.get, targets):
        d = prior.dimension
        points = np.ascontiguousarray(law.rvs(size=(starts, d), random_state=rng))
        drive(
            compiled(potential), common.no_energy, BETA, prior.box, prior.gauss, np.ones(d), LENGTH,
            settings_of(kind, d), points, rng,
        )  # fmt: skip
        found.extend(law_p_values(points[:, 0], law))
    return found


def mutant(kind, old, new):
    source = inspect.getsource(inspect.getmodule(EXACT_SAMPLERS[kind]))
    assert source.count(old) == 1, f"the mutation no longer applies: {old}"
    module = pytypes.ModuleType("mutant")
    # The text executed is this package's own source with one replacement.
    exec(compile(source.replace(old, new), "mutant", "exec"), module.__dict__)  # noqa: S102
    return getattr(module, f"{kind}_step")
