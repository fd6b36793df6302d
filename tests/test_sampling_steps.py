"""The joint law of parameter and data, orders of the integrators, walls, compiled against plain."""

import math
import types as pytypes

import numpy as np
import pytest
from numba import float64, int64, njit, void
from numba.core.registry import CPUDispatcher
from sampling_laws import (
    CATCH_LEVEL,
    EXACT_SAMPLERS,
    MATRIX,
    PASS_LEVEL,
    compiled,
    half_square,
    mutant,
)
from scipy import linalg, stats

from slt_symbolic.sampling import SamplingError, UniformBox, tempering
from slt_symbolic.sampling.potential import POTENTIAL_TYPE, VECTOR, compile_potential
from slt_symbolic.sampling.samplers import (
    common,
    ghmc,
    gibbs,
    hmc,
    langevin,
    mala,
    sampler,
    underdamped,
)
from slt_symbolic.sampling.samplers import sgld as sgld_of


# The joint law of parameter and data (Geweke 2004, J. Amer. Statist. Assoc. 99, 799-804): the
# second coordinate is the datum, which steps of scale 0 leave alone.
def misfit(w, g):
    away = w[0] - w[1]
    g[0], g[1] = away, 0.0
    return 0.5 * away * away


class UniformPlusNormal:
    """The law of y = w + noise with w uniform on [-1, 1]."""

    @staticmethod
    def cdf(y):
        primitive = [t * stats.norm.cdf(t) + stats.norm.pdf(t) for t in (y + 1, y - 1)]
        return (primitive[0] - primitive[1]) / 2


def geweke_p_values(
    step,
    settings,
    spread_of_data=1.0,
    seed=3,
    starts=60_000,
    rounds=6,
    walls=False,
    length=0.5,
):
    signature = void(
        POTENTIAL_TYPE, POTENTIAL_TYPE, MATRIX, MATRIX, VECTOR, VECTOR, MATRIX,
        float64, float64, int64, tempering.GENERATOR,
    )  # fmt: skip

    @njit(signature)
    def alternate(
        potential, energy, box, gauss, scale, settings, points, length, spread, rounds, rng
    ):
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
                        potential, energy, 1.0, box, gauss, scale, basis, stretch, length, settings,
                        w, g, h, p, values, scratch, rng,
                    )  # fmt: skip

    rng = np.random.Generator(np.random.Philox(seed))
    points = np.zeros((starts, 2))
    points[:, 0] = rng.uniform(-1, 1, starts) if walls else rng.standard_normal(starts)
    box = np.array([[-np.inf] * 2, [np.inf] * 2])
    gauss = np.array([[0.0, 0.0], [1.0, 0.0]])
    if walls:  # the prior is uniform on [-1, 1]
        box[:, 0] = -1, 1
        gauss[1, 0] = 0.0
    alternate(
        compiled(misfit), common.no_energy, box, gauss, np.array([1.0, 0.0]),
        np.array(settings), points, length, spread_of_data, rounds, rng,
    )  # fmt: skip
    w, y = points.T
    laws = (
        (
            (w, stats.uniform(-1, 2)),
            (y, UniformPlusNormal),
            (y - w, stats.norm()),
        )
        if walls
        else (
            (w, stats.norm()),
            (y, stats.norm(0, math.sqrt(2))),
            (w - y / 2, stats.norm(0, 0.5**0.5)),
        )
    )
    return [stats.kstest(x, law.cdf).pvalue for x, law in laws]


def test_geweke_joint_distribution():
    assert min(geweke_p_values(mala().step, ())) > PASS_LEVEL
    # A sampler that believes in another spread of the data than the simulator is seen.
    assert min(geweke_p_values(mala().step, (), spread_of_data=1.05)) < CATCH_LEVEL


# The parameter is a block; the datum is in none, so that a step of MALA follows. A short one: it
# would draw the parameter anew where the block is drawn wrong. (Another variance of the proposal,
# in its density as well, is no fault: the rule of acceptance makes up for it.)
BLOCK = {"settings": gibbs([0, -1]).settings, "length": 1e-6}
FAULTY_BLOCKS = {
    "deviation 5 % too large": (
        "z = rng.standard_normal()", "z = 1.05 * rng.standard_normal()", False,
    ),
    "walls forgotten": (
        "if not possible or outside(box, trial):", "if not possible:", True,
    ),
    "a proposal beyond a wall counts as drawn at the wall": (
        "if not possible or outside(box, trial):\n            continue",
        "trial[0] = min(max(trial[0], box[0, 0]), box[1, 0])\n"
        "        if not possible:\n            continue",
        True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("walls", [False, True])
def test_geweke_joint_distribution_of_blocks(walls):
    assert min(geweke_p_values(gibbs().step, **BLOCK, walls=walls)) > PASS_LEVEL


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTY_BLOCKS)
def test_geweke_joint_distribution_shows_faulty_blocks(name):
    old, new, walls = FAULTY_BLOCKS[name]
    found = geweke_p_values(mutant("gibbs", old, new), **BLOCK, walls=walls)
    assert min(found) < CATCH_LEVEL


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["hmc", "ghmc", "slice"])
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
        draws, kept = np.zeros((60, 3, 3)), np.zeros((60, 3, 2))
        events, exchanges = np.zeros((60, 3, 3), dtype=np.int64), np.zeros((3, 2), dtype=np.int64)
        code = function(
            step, potential, common.no_energy, True, betas, prior.box, prior.gauss,
            np.zeros(0), np.ones((3, 2)), basis, np.full((3, 1), 0.5), 1 / np.sqrt(betas),
            np.zeros(0),
            w, g, h, p, values, common.scratch_for(2), rng, 0, 3, draws, kept, events, exchanges,
        )  # fmt: skip
        assert code == tempering.FINISHED
        outcomes.append((draws, kept, events, exchanges, rng.random()))
    for one, other in zip(*outcomes, strict=True):
        # Compiled sums have another order, and sixty sweeps multiply what that rounds off.
        np.testing.assert_allclose(one, other, rtol=1e-7, atol=1e-8)
    assert outcomes[0][2][..., 0].sum() > 0
    assert outcomes[0][3][:, 1].sum() > 0


def test_bad_samplers_are_named():
    with pytest.raises(SamplingError, match="must be one of mala"):
        sampler("nuts")
    with pytest.raises(SamplingError, match="sampler mala"):
        sampler("mala", leaps=3)
    with pytest.raises(SamplingError, match="leaps"):
        hmc(leaps=0)
    with pytest.raises(SamplingError, match="friction"):
        ghmc(friction=math.nan)
    with pytest.raises(SamplingError, match="step"):
        sgld_of(-1.0)
    for blocks in ([-1, -1], [0, 2], []):
        with pytest.raises(SamplingError, match="blocks must be numbered"):
            gibbs(blocks)
