"""Witnesses: a mean that must vanish, valleys not travelled, gradients that are not K's."""

import numpy as np
import pytest
from scipy import integrate

from slt_symbolic.sampling import (
    BallTarget,
    Gaussian,
    OtherVersionError,
    SamplingError,
    Target,
    UniformBox,
    Weighted,
    load_run,
    restrict,
    run_ladder,
)
from slt_symbolic.sampling.diagnostics import _mixing, rhat_limit
from slt_symbolic.sampling.samplers import langevin, mala
from slt_symbolic.sampling.store import read_arrays, write_arrays
from slt_symbolic.sampling.witness import virial_is_known, witness

NOWHERE = np.zeros(0)
EVERYWHERE = (np.array([[-np.inf] * 4, [np.inf] * 4]), np.array([[0.0] * 4, [1.0] * 4]))
SMALL = {"draws": 300, "warmup": 120, "chains": 3, "seed": 6}


def valley(w, g):
    a, b = w[0], w[1]
    g[0], g[1] = a * b * b + a, a * a * b
    return 0.5 * (a * b) ** 2 + 0.5 * a * a


@pytest.mark.parametrize(
    ("box", "gauss"),
    [
        ([[-1.0, -2.0], [1.0, 0.5]], [[0.0, -0.75], [0.0, 0.0]]),
        ([[-1.0, -np.inf], [2.0, np.inf]], [[0.5, 0.3], [0.0, 2.0]]),
        ([[0.0, -np.inf], [np.inf, 1.0]], [[0.7, 0.2], [1.5, 3.0]]),
        # A narrow law whose centre is no inner point.
        ([[0.0, 0.0], [1.0, 1.0]], [[0.0, -2.0], [50.0, 1.0]]),
    ],
)
@pytest.mark.parametrize("beta", [0.3, 20.0])
def test_the_virial_has_mean_zero(box, gauss, beta):
    box, gauss = np.array(box), np.array(gauss)
    g, out = np.zeros(2), np.zeros(2)

    def both(y, x):
        w = np.array([x, y])
        k = valley(w, g)
        h = gauss[1] * (w - gauss[0])
        witness(beta, box, gauss, NOWHERE, w, g, h, out)
        return out[1], np.exp(-beta * k - 0.5 * float(h @ (w - gauss[0])))

    (x0, x1), (y0, y1) = np.clip(box, -7, 7).T
    mean = integrate.dblquad(lambda y, x: np.prod(both(y, x)), x0, x1, y0, y1, epsabs=1e-9)[0]
    mass = integrate.dblquad(lambda y, x: both(y, x)[1], x0, x1, y0, y1, epsabs=1e-9)[0]
    assert abs(mean) < 1e-6 * mass


@pytest.mark.parametrize("beta", [0.3, 20.0])
def test_the_virial_of_a_ball_has_mean_zero(beta):
    centre, radius = np.array([0.3, -0.2]), 1.5
    ball = BallTarget.around(valley, centre, radius)
    g, out = np.zeros(4), np.zeros(2)

    def both(angle, r):
        x = r * np.array([np.cos(angle), np.sin(angle)])
        rest = np.sqrt(max(0.0, 1 - r * r))
        # The length of u and the way it is turned in the last two coordinates do not matter.
        u = 1.7 * np.array([*x, 0.6 * rest, 0.8 * rest])
        k = ball.potential(u, g)
        witness(beta, *EVERYWHERE, ball.off_centre, u, g, u, out)
        assert out[0] == pytest.approx(np.sum((x - ball.off_centre) ** 2))
        return out[1], r * np.exp(-beta * k)

    mean, mass = (
        integrate.dblquad(f, 0, 1, 0, 2 * np.pi, epsabs=1e-8)[0]
        for f in (lambda a, r: np.prod(both(a, r)), lambda a, r: both(a, r)[1])
    )
    assert abs(mean) < 1e-6 * mass


def test_the_spread_is_measured_in_widths_of_the_prior():
    out = np.zeros(2)
    box, gauss = np.array([[-np.inf, -3.0], [np.inf, 3.0]]), np.array([[1.0, 0.0], [4.0, 0.0]])
    witness(1.0, box, gauss, NOWHERE, np.array([2.0, 1.0]), np.zeros(2), np.zeros(2), out)
    assert out[0] == pytest.approx(4.0 + 12 / 36)


def reduced_rank(w, g):
    """K = |B A|^2 / 2 for A of 3 x 5 and B of 5 x 3."""
    k = 0.0
    for i in range(30):
        g[i] = 0.0
    for i in range(5):
        for j in range(5):
            entry = 0.0
            for h in range(3):
                entry += w[15 + 3 * i + h] * w[5 * h + j]
            k += 0.5 * entry * entry
            for h in range(3):
                g[15 + 3 * i + h] += entry * w[5 * h + j]
                g[5 * h + j] += entry * w[15 + 3 * i + h]
    return k


def test_valleys_not_travelled_show_though_k_looks_well_mixed():
    target = Target(reduced_rank, Gaussian((0,) * 30, (1,) * 30))
    run = run_ladder(target, [1e4], draws=1500, warmup=800, seed=1, bridge_ratio=2.5)
    (found,) = (point.diagnostics for point in run.points)
    assert found.r_hat < 1.01
    assert min(found.ess_bulk, found.ess_tail) > 400
    assert not run.ok
    assert all("spread" in p or "virial" in p for p in run.problems)
    assert max(found.witness_r_hat) > 1.05
    # Every block at once: the same flat directions, travelled.
    drawn = run_ladder(
        target, [1e4], sampler="gibbs", inner=1, draws=1000, warmup=50, bridge_ratio=2.5
    )
    assert drawn.ok, drawn.problems
    assert max(drawn.points[0].diagnostics.witness_r_hat) < 1.01


def along_the_diagonal(w, g):
    """K = (sum of w)^2 / 2: flat in all other directions, none of them a coordinate."""
    total = 0.0
    for i in range(w.shape[0]):
        total += w[i]
    for i in range(w.shape[0]):
        g[i] = total
    return 0.5 * total * total


@pytest.mark.parametrize("dimension", [2, 20])
@pytest.mark.parametrize("begin", ["anywhere", "one side", "centre"])
def test_a_ball_not_travelled_shows_though_k_looks_well_mixed(dimension, begin):
    """Cold alone, without exchanges, chains hardly move along what is flat."""
    ball = BallTarget.around(along_the_diagonal, (0,) * dimension, 1.0)
    start = None
    if begin != "anywhere":
        side = np.zeros(dimension)
        side[:2] = 0.5, -0.5
        x = side if begin == "one side" else 0 * side
        start = np.concatenate([x, np.sqrt(1 - x @ x) * np.array([0.6, 0.8])]) * dimension**0.5
    run = run_ladder(ball, [1e8], draws=600, warmup=400, hottest=1e8, seed=2, start=start)
    (found,) = (point.diagnostics for point in run.points)
    assert found.r_hat < 1.01
    assert min(found.ess_bulk, found.ess_tail) > 400
    assert found.witness_ess[0] < 400
    assert found.witness_r_hat[0] > 1.05
    assert not run.ok


def test_the_limit_of_r_hat_is_what_chance_allows():
    """Correlated chains of one law: 1.01 is exceeded often, the limit hardly ever."""
    from scipy.signal import lfilter

    rng = np.random.default_rng(5)
    over = beyond = 0
    for _ in range(150):
        noise = rng.standard_normal((4, 1500))
        found = _mixing(lfilter([1], [1, -0.78], noise, axis=1)[:, 500:])
        over += found.r_hat > 1.01
        beyond += found.r_hat > rhat_limit(4, found.bulk)
    assert over >= 5
    assert beyond == 0


@pytest.mark.slow
def test_good_runs_in_a_ball_raise_few_alarms():
    """Fifteen numbers in each run, with about four times the effective draws asked for."""

    def crossing(w, g):
        f = w[0] * w[1]
        g[0], g[1] = 2.0 * f * w[1], 2.0 * f * w[0]
        return f * f

    ball = BallTarget.around(crossing, (0.0, 0.7), 0.5)
    betas = np.geomspace(1e2, 1e6, 5)
    runs = [
        run_ladder(ball, betas, sampler="slice", inner=3, draws=2000, warmup=200, seed=seed)
        for seed in range(40)
    ]
    assert sum(not run.ok for run in runs) <= 1, [run.problems for run in runs if not run.ok]


def test_a_gradient_that_is_not_that_of_k_shows():
    def bent(w, g):
        g[0] = 1.3 * w[0]
        return 0.5 * w[0] ** 2

    def straight(w, g):
        g[0] = w[0]
        return 0.5 * w[0] ** 2

    box = UniformBox((-2,), (2,))
    wrong = run_ladder(Target(bent, box), [100], draws=1500, warmup=500)
    assert any("gradient is not that of K" in problem for problem in wrong.problems)
    right = run_ladder(Target(straight, box), [100], draws=1500, warmup=500)
    assert right.ok, right.problems
    assert abs(right.points[0].diagnostics.virial_z) < 4
    # With jumps of K no mean is known; the spread is watched all the same.
    jumping = run_ladder(Target(bent, box, jumps=True), [100], draws=1500, warmup=500)
    assert jumping.ok, jumping.problems
    assert np.isnan(jumping.points[0].diagnostics.virial_z)


def test_the_mean_of_the_virial_is_known_for_boxes_and_gaussians_alone():
    box = UniformBox((-1, -1), (1, 1))
    target = Target(valley, box)
    assert virial_is_known(target, mala())
    assert not virial_is_known(target, langevin())
    assert not virial_is_known(Target(restrict(valley, valley), box, restricted=True), mala())
    assert not virial_is_known(
        Target(valley, Weighted(box, lambda w, h: 0.0 * w[0] * h[0])), mala()
    )


def test_files_keep_the_witnesses_and_other_versions_are_named(tmp_path):
    file = tmp_path / "run.nc"
    run = run_ladder(
        Target(valley, UniformBox((-2, -2), (2, 2))), [10, 100], checkpoint=file, **SMALL
    )
    assert run.witness.shape == (2, 3, 300, 2)
    np.testing.assert_array_equal(load_run(file).witness, run.witness)
    assert load_run(file).virial_known
    arrays, attributes = read_arrays(file)
    assert {"spread", "virial"} <= set(arrays)
    plain = {"K": (("beta", "chain", "draw"), arrays["K"])}
    attributes = {k: v for k, v in attributes.items() if k != "content_hash"}
    write_arrays(file, plain, attributes | {"format": "slt-symbolic sampling 1"})
    with pytest.raises(OtherVersionError, match=r"sampling 1'.*sample again"):
        load_run(file)
    write_arrays(file, plain, attributes | {"format": "something else"})
    with pytest.raises(SamplingError, match="something else") as caught:
        load_run(file)
    assert not isinstance(caught.value, OtherVersionError)
