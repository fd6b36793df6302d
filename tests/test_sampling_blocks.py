"""Steps in 40 dimensions, where noise is drawn in blocks: exact laws, faults, threads, resuming."""

import numpy as np
import pytest
from sampling_laws import (
    BETA,
    CATCH_LEVEL,
    LENGTH,
    PASS_LEVEL,
    driver,
    driver_of,
    law_p_values,
    mutant,
)
from scipy import stats

from slt_symbolic.compiled.normals import LEAST_BLOCK
from slt_symbolic.sampling import Gaussian, Target, UniformBox, ladder, load_run, run_ladder
from slt_symbolic.sampling.potential import compile_potential
from slt_symbolic.sampling.samplers import common, ghmc, hmc, mala

DIMENSION = 40
SETTINGS = {"mala": mala().settings, "hmc": hmc(leaps=2).settings, "ghmc": ghmc().settings}


def squares(w, g):
    """Two laws at once: of eight coordinates seven are free, one presses on a wall at 0."""
    total = 0.0
    for i in range(w.shape[0]):
        if i % 8 < 7:
            g[i] = w[i]
            total += 0.5 * w[i] * w[i]
        else:
            g[i] = 1.0
            total += w[i]
    return total


AT_WALL = np.arange(DIMENSION) % 8 == 7
BOX = UniformBox(np.where(AT_WALL, 0, -9).tolist(), np.where(AT_WALL, 10, 9).tolist())
COMPILED = compile_potential(squares)


def p_values(drive, kind, starts=6000, seed=3):
    """Of free coordinates and of those at the wall, all of them at once: they are independent."""
    rng = np.random.Generator(np.random.Philox(seed))
    free, wall = stats.norm(0, BETA**-0.5), stats.expon(scale=1 / BETA)
    points = np.zeros((starts, DIMENSION))
    points[:] = free.rvs(size=points.shape, random_state=rng)
    points[:, AT_WALL] = wall.rvs(size=(starts, AT_WALL.sum()), random_state=rng)
    # A step outside is rejected: shorter ones, for one in two to stay inside.
    drive(
        COMPILED, common.no_energy, BETA, BOX.box, BOX.gauss, np.ones(DIMENSION), LENGTH / 2,
        np.array(SETTINGS[kind]), points, rng,
    )  # fmt: skip
    return [
        *law_p_values(points[:, ~AT_WALL].ravel(), free),
        *law_p_values(points[:, AT_WALL].ravel(), wall),
    ]


@pytest.mark.parametrize("kind", SETTINGS)
def test_step_keeps_the_posterior(kind):
    assert DIMENSION >= LEAST_BLOCK
    assert min(p_values(driver_of(kind), kind)) > PASS_LEVEL


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("mala", " + log_way_back(drift, noise, back)", ""),
        (
            "hmc", "    fill_normals(rng, p)\n",
            "    fill_normals(rng, p)\n    for i in range(w.shape[0]):\n        p[i] *= 1.05\n",
        ),
        pytest.param(
            "ghmc", "+ shake * noise[i]", "+ 1.05 * shake * noise[i]", marks=pytest.mark.slow
        ),
    ],
)  # fmt: skip
def test_faulty_step_is_caught(kind, old, new):
    assert min(p_values(driver(mutant(kind, old, new)), kind)) < CATCH_LEVEL


SMALL = {"draws": 120, "warmup": 60, "chains": 3, "seed": 6, "keep_parameters": True}


def target():
    return Target(squares, Gaussian((0.0,) * DIMENSION, (1.0,) * DIMENSION))


def same(one, other):
    for name in ("draws", "witness", "parameters", "accepted", "outside", "diverged"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


class StopError(Exception):
    """What ends a run between two blocks, as a kill would."""


def test_threads_stops_and_blocks_of_sweeps_change_nothing(tmp_path, monkeypatch):
    whole = run_ladder(target(), [10, 100], threads=1, **SMALL)
    same(whole, run_ladder(target(), [10, 100], threads=3, **SMALL))
    monkeypatch.setattr(ladder, "SWEEPS_PER_BLOCK", 40)
    blocks = 0

    def stopping(_report):
        nonlocal blocks
        blocks += 1
        if blocks in (3, 25):
            raise StopError

    file = tmp_path / "run.nc"
    options = {**SMALL, "checkpoint": file, "resume": True}
    for _ in range(2):
        with pytest.raises(StopError):
            run_ladder(target(), [10, 100], interval=0, progress=stopping, **options)
    same(whole, run_ladder(target(), [10, 100], **options))
    same(whole, load_run(file))
    assert not np.array_equal(
        whole.draws, run_ladder(target(), [10, 100], **{**SMALL, "seed": 7}).draws
    )
