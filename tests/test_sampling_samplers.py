"""The steps keep their targets, and a step with a small fault is caught.

Exact-start invariance: draw starting points exactly from the posterior, make a few steps, and
test whether the points still follow it. Whatever the mixing, a correct kernel passes. Geweke's
test does the same for data and parameter together.
"""

import inspect
import math
import types as pytypes
from functools import cache

import numba
import numpy as np
import pytest
from numba import njit
from numba.core.registry import CPUDispatcher
from scipy import linalg, stats

from slt_symbolic.sampling import Gaussian, SamplingError, UniformBox, tempering
from slt_symbolic.sampling.potential import POTENTIAL_TYPE, VECTOR, compile_potential
from slt_symbolic.sampling.samplers import common, ghmc, hmc, langevin, mala, sampler, underdamped
from slt_symbolic.sampling.samplers import sgld as sgld_of

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
EXACT_SAMPLERS = {"mala": mala, "hmc": hmc, "ghmc": ghmc}

# name: sampler, the target that shows it, the text, what it becomes
MUTANTS = {
    "no proposal ratio": (
        "mala", WALL, "log_ratio += 0.5 * (noise[i] * noise[i] - reverse * reverse)",
        "log_ratio += 0.0",
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
    "hmc: kinetic energy forgotten": ("hmc", PRIOR, " + (kinetic - start_kinetic)", ""),
    "hmc: momenta 5 % too large": (
        "hmc", PRIOR, "p[i] = rng.standard_normal()", "p[i] = 1.05 * rng.standard_normal()",
    ),
    "hmc: prior forgotten": ("hmc", PRIOR, " + (values[1] - start_e)", ""),
    "ghmc: no accept step": ("ghmc", PRIOR, "and not accepted(-change, rng)", "and False"),
    "ghmc: momentum kept when rejected": ("ghmc", WALL, "p[i] = -old_p[i]", "p[i] = old_p[i]"),
    "ghmc: noise 5 % too large": (
        "ghmc", PRIOR, "+ shake * rng.standard_normal()", "+ 1.05 * shake * rng.standard_normal()",
    ),
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


def p_values(drive, kind, seed=5, targets=tuple(EXACT), starts=STARTS):
    rng = np.random.Generator(np.random.Philox(seed))
    found = []
    settings = np.array(EXACT_SAMPLERS[kind]().settings)
    for potential, prior, law in map(EXACT.get, targets):
        d = prior.dimension
        points = np.ascontiguousarray(law.rvs(size=(starts, d), random_state=rng))
        drive(
            compiled(potential), common.no_energy, BETA, prior.box, prior.gauss, np.ones(d), LENGTH,
            settings, points, rng,
        )  # fmt: skip
        uniform = law.cdf(points[:, 0])
        counts = np.histogram(uniform, bins=64, range=(0, 1))[0]
        found.append(stats.chisquare(counts).pvalue)
        found.append(stats.kstest(uniform, "uniform").pvalue)
    return found


def mutant(kind, old, new):
    source = inspect.getsource(inspect.getmodule(EXACT_SAMPLERS[kind]))
    assert source.count(old) == 1, f"the mutation no longer applies: {old}"
    module = pytypes.ModuleType("mutant")
    # The text executed is this package's own source with one replacement.
    exec(compile(source.replace(old, new), "mutant", "exec"), module.__dict__)  # noqa: S102
    return getattr(module, f"{kind}_step")


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
@pytest.mark.parametrize("name", SLOW_MUTANTS)
def test_faulty_trajectory_is_caught(name):
    kind, target, old, new = SLOW_MUTANTS[name]
    found = p_values(driver(mutant(kind, old, new)), kind, targets=(target,), starts=2 * STARTS)
    assert min(found) < CATCH_LEVEL


@pytest.mark.slow
def test_false_alarms_come_at_the_stated_rate():
    found = np.concatenate([p_values(driver_of("mala"), "mala", seed) for seed in range(60)])
    # 480 p-values, uniform (chi-square ones) or nearly so (KS shares its data with them).
    assert stats.kstest(found[::2], "uniform").pvalue > 1e-3
    assert np.mean(found < 0.05) < 0.09


# The joint law of parameter and data (Geweke 2004, J. Amer. Statist. Assoc. 99, 799-804): the
# second coordinate is the datum, which steps of scale 0 leave alone.
def misfit(w, g):
    away = w[0] - w[1]
    g[0], g[1] = away, 0.0
    return 0.5 * away * away


def geweke_p_values(step, settings, spread_of_data=1.0, seed=3, starts=60_000, rounds=6):
    signature = numba.void(
        POTENTIAL_TYPE, POTENTIAL_TYPE, MATRIX, MATRIX, VECTOR, VECTOR, MATRIX,
        numba.float64, numba.int64, tempering.GENERATOR,
    )  # fmt: skip

    @njit(signature)
    def alternate(potential, energy, box, gauss, scale, settings, points, spread, rounds, rng):
        g, h, p, values = np.zeros(2), np.zeros(2), np.zeros(2), np.zeros(2)
        basis, stretch, scratch = np.zeros((0, 2)), np.zeros(0), np.zeros((7, 2))
        for n in range(points.shape[0]):
            w = points[n]
            for _ in range(rounds):
                w[1] = w[0] + spread * rng.standard_normal()
                values[0] = potential(w, g)
                values[1] = common.prior_energy(energy, gauss, w, h)
                for i in range(2):
                    p[i] = rng.standard_normal()
                for _ in range(5):
                    step(
                        potential, energy, 1.0, box, gauss, scale, basis, stretch, 0.5, settings,
                        w, g, h, p, values, scratch, rng,
                    )  # fmt: skip

    rng = np.random.Generator(np.random.Philox(seed))
    points = np.zeros((starts, 2))
    points[:, 0] = rng.standard_normal(starts)
    box = np.array([[-np.inf] * 2, [np.inf] * 2])
    gauss = np.array([[0.0, 0.0], [1.0, 0.0]])
    alternate(
        compiled(misfit), common.no_energy, box, gauss, np.array([1.0, 0.0]),
        np.array(settings), points, spread_of_data, rounds, rng,
    )  # fmt: skip
    w, y = points.T
    laws = (
        (w, stats.norm()),
        (y, stats.norm(0, math.sqrt(2))),
        (w - y / 2, stats.norm(0, 0.5**0.5)),
    )
    return [stats.kstest(x, law.cdf).pvalue for x, law in laws]


def test_geweke_joint_distribution():
    assert min(geweke_p_values(mala().step, ())) > PASS_LEVEL
    # A sampler that believes in another spread of the data than the simulator is seen.
    assert min(geweke_p_values(mala().step, (), spread_of_data=1.05)) < CATCH_LEVEL


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["hmc", "ghmc"])
def test_geweke_joint_distribution_of_trajectories(kind):
    assert min(geweke_p_values(EXACT_SAMPLERS[kind]().step, EXACT_SAMPLERS[kind]().settings)) > 1e-4


def plain(function, done=None):
    """The same source as plain Python, with everything it calls."""
    done = {} if done is None else done
    source = function.py_func if isinstance(function, CPUDispatcher) else function
    if source not in done:
        space = dict(source.__globals__)
        done[source] = pytypes.FunctionType(source.__code__, space)
        for name in source.__code__.co_names:
            if isinstance(space.get(name), CPUDispatcher):
                space[name] = plain(space[name], done)
    return done[source]


class Scripted:
    """A generator whose normals are given."""

    def __init__(self, normals):
        self.normals = list(normals)

    def standard_normal(self):
        return self.normals.pop(0)

    def random(self):
        return 0.5


def linear_map(step, settings, length):
    """The step on K = w^2/2 is linear in (w, p, noise): its matrix, column by column."""
    columns = []
    for w, p, xi in np.eye(3):
        state = [np.array([w]), np.array([w]), np.zeros(1), np.array([p])]
        values = np.array([0.5 * w * w, 0.0])
        step(
            half_square, lambda _w, _h: 0.0, 1.0, np.array([[-np.inf], [np.inf]]),
            np.zeros((2, 1)), np.ones(1), np.zeros((0, 1)), np.zeros(0), length,
            np.array(settings), *state, values, np.zeros((7, 1)), Scripted([xi]),
        )  # fmt: skip
        columns.append([state[0][0], state[3][0]])
    whole = np.array(columns).T
    return whole[:, :2], whole[:, 2:]


def stationary_variance(kind, length):
    a, b = linear_map(plain(kind.step), kind.settings, length)
    if kind.name == "langevin":  # no momentum
        a, b = a[:1, :1], b[:1]
    return linalg.solve_discrete_lyapunov(a, b @ b.T)[0, 0]


def test_langevin_has_its_bias_of_second_order():
    # w' = (1 - s^2/2) w + s xi has variance 1/(1 - s^2/4).
    for length in (0.2, 0.1, 0.05):
        exact = 1 / (1 - length**2 / 4)
        assert stationary_variance(langevin(), length) == pytest.approx(exact, rel=1e-10)


def test_baoab_has_the_exact_variance_on_a_gaussian():
    # Leimkuhler and Matthews 2013: every step length gives the harmonic oscillator's variance.
    for length in (0.5, 0.25):
        found = stationary_variance(underdamped(friction=1.3), length)
        assert found == pytest.approx(1.0, rel=1e-10)


def test_leapfrog_is_of_second_order_and_reversible():
    from slt_symbolic.sampling.samplers.hmc import leapfrog

    run = plain(leapfrog)

    def quartic(w, g):
        g[0] = 4 * w[0] ** 3
        return w[0] ** 4

    def after(length, leaps, w, p):
        state = [np.array([w]), np.array([4 * w**3]), np.zeros(1), np.array([p])]
        values = np.array([w**4, 0.0])
        _, change = run(
            quartic, lambda _w, _h: 0.0, 1.0, np.array([[-np.inf], [np.inf]]), np.zeros((2, 1)),
            np.ones(1), np.zeros((0, 1)), np.zeros(0), length, leaps, *state, values,
            np.zeros((7, 1)),
        )  # fmt: skip
        return state[0][0], state[3][0], change

    errors = [abs(after(0.7 / n, n, 0.4, 0.5)[2]) for n in (20, 40, 80)]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    np.testing.assert_allclose(orders, 2.0, atol=0.1)
    w, p, _ = after(0.05, 10, 0.4, 0.5)
    back, turned, _ = after(0.05, 10, w, -p)
    assert (back, -turned) == pytest.approx((0.4, 0.5), rel=1e-12)


def test_walls_fold_and_turn():
    for x, wanted in ((0.3, (0.3, 1)), (1.2, (0.8, -1)), (-0.5, (0.5, -1)), (2.3, (0.3, 1))):
        assert common.folded(x, 0.0, 1.0) == pytest.approx(wanted)
    assert common.folded(-3.0, -1.0, np.inf) == pytest.approx((1.0, -1))
    assert common.folded(3.0, -np.inf, 1.0) == pytest.approx((-1.0, -1))


def curved(w, g):
    valley = w[0] * w[1] - 1.0
    g[0], g[1] = 2.0 * valley * w[1], 2.0 * valley * w[0]
    return valley * valley


def test_compiled_and_plain_sweeps_agree():
    """The same source, compiled and as plain Python, on the same generator stream, low rank."""
    kind = mala()
    betas = np.array([1.0, 10.0, 100.0])
    prior = UniformBox((-2, -2), (2, 2))
    basis = np.tile(np.array([[0.6, 0.8]]), (3, 1, 1))
    outcomes = []
    for function, step, potential in (
        (tempering.compiled_sweeps(kind), kind.step, compile_potential(curved)),
        (plain(tempering.sweeps), plain(kind.step), curved),
    ):
        rng = np.random.Generator(np.random.Philox(11))
        w, values = np.full((3, 2), 1.1), np.zeros((3, 2))
        g, h, p = np.zeros((3, 3, 2))
        for r in range(3):
            values[r, 0] = curved(w[r], g[r])
        draws, kept = np.zeros((60, 3)), np.zeros((60, 3, 2))
        events, exchanges = np.zeros((60, 3, 3), dtype=np.int64), np.zeros((3, 2), dtype=np.int64)
        code = function(
            step, potential, common.no_energy, True, betas, prior.box, prior.gauss,
            np.ones((3, 2)), basis, np.full((3, 1), 0.5), 1 / np.sqrt(betas), np.zeros(0),
            w, g, h, p, values, common.scratch_for(2), rng, 0, 3, draws, kept, events, exchanges,
        )  # fmt: skip
        assert code == tempering.FINISHED
        outcomes.append((draws, kept, events, exchanges, rng.random()))
    for one, other in zip(*outcomes, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)
    assert outcomes[0][2][..., 0].sum() > 0
    assert outcomes[0][3][:, 1].sum() > 0


def test_bad_samplers_are_named():
    with pytest.raises(SamplingError, match="must be one of mala"):
        sampler("gibbs")
    with pytest.raises(SamplingError, match="sampler mala"):
        sampler("mala", leaps=3)
    with pytest.raises(SamplingError, match="leaps"):
        hmc(leaps=0)
    with pytest.raises(SamplingError, match="friction"):
        ghmc(friction=math.nan)
    with pytest.raises(SamplingError, match="step"):
        sgld_of(-1.0)
