"""Runs on file: whole or not there, bitwise resumable, damage named; restriction; sweeps."""

import json
import math
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from numba import njit
from scipy import integrate

from slt_symbolic.sampling import (
    DamagedFileError,
    SamplingError,
    Target,
    UniformBox,
    Weighted,
    ladder,
    load_run,
    restrict,
    run_ladder,
)
from slt_symbolic.sampling.store import read_arrays, write_arrays

SMALL = {"draws": 300, "warmup": 120, "chains": 3, "seed": 6}


def pieces(w, g):
    a, b = w[0], w[1]
    g[0], g[1] = a * b * b + a, a * a * b
    return 0.5 * (a * b) ** 2 + 0.5 * a * a


BOX = UniformBox((-2, -2), (2, 2))
TARGET = Target(pieces, BOX)


class StopError(Exception):
    """What ends a run between two blocks, as a kill would."""


def same(one, other):
    for name in ("draws", "witness", "parameters", "accepted", "outside", "diverged"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.exchange_rates == other.exchange_rates
    np.testing.assert_array_equal(one.tuning.step, other.tuning.step)
    np.testing.assert_array_equal(one.tuning.basis, other.tuning.basis)


@pytest.mark.parametrize("stops", [[1, 6], [7, 24, 26], [30]])
def test_resumed_run_is_bitwise_the_uninterrupted_one(tmp_path, monkeypatch, stops):
    """Stopped in the warm-up, at its end, and while sampling; with a low-rank preconditioner."""
    monkeypatch.setattr(ladder, "SWEEPS_PER_BLOCK", 40)
    options = {**SMALL, "rank": 1, "keep_parameters": True}
    whole = run_ladder(TARGET, [10, 100], **options)
    file = tmp_path / "run.nc"
    blocks = 0

    def stopping(_report):
        nonlocal blocks
        blocks += 1
        if blocks in stops:
            raise StopError

    for _ in stops:
        with pytest.raises(StopError):
            run_ladder(
                TARGET, [10, 100], checkpoint=file, interval=0, resume=True, progress=stopping,
                **options,
            )  # fmt: skip
    resumed = run_ladder(TARGET, [10, 100], checkpoint=file, resume=True, **options)
    assert blocks == max(stops)
    same(whole, resumed)
    same(whole, load_run(file))
    # A finished run is read, not computed again.
    again = run_ladder(
        TARGET, [10, 100], checkpoint=file, resume=True, progress=stopping, **options
    )
    same(whole, again)
    assert blocks == max(stops)


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    file = tmp_path / "run.nc"
    run_ladder(TARGET, [10], checkpoint=file, **SMALL)
    for change, message in (
        ({"seed": 7}, "seed was 6, now it is 7"),
        ({"sampler": "hmc"}, "sampler was mala"),
    ):
        with pytest.raises(SamplingError, match=message):
            run_ladder(TARGET, [10], checkpoint=file, resume=True, **{**SMALL, **change})
    wider = Target(pieces, UniformBox((-3, -2), (2, 2)))
    with pytest.raises(SamplingError, match="prior's box differs"):
        run_ladder(wider, [10], checkpoint=file, resume=True, **SMALL)

    def other(w, g):
        g[0] = g[1] = 0.0
        return w[0] ** 2

    with pytest.raises(SamplingError, match="another potential"):
        run_ladder(Target(other, BOX), [10], checkpoint=file, resume=True, **SMALL)


def test_damage_is_detected_and_named(tmp_path):
    file = tmp_path / "run.nc"
    rng = np.random.default_rng(0)
    write_arrays(file, {"K": (("chain", "draw"), rng.random((4, 500)))}, {"title": "λ"})
    assert read_arrays(file)[1]["title"] == "λ"
    content = file.read_bytes()
    places = [*rng.integers(len(content), size=60).tolist(), 0, 40, len(content) - 1]
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 1 << int(rng.integers(8))
        file.write_bytes(changed)
        with pytest.raises(DamagedFileError, match=r"run\.nc"):
            read_arrays(file)
    for length in (0, 3, 100, len(content) - 1):
        file.write_bytes(content[:length])
        with pytest.raises(DamagedFileError, match=r"run\.nc"):
            read_arrays(file)


def test_result_is_readable_as_plain_netcdf(tmp_path):
    from scipy.io import netcdf_file

    file = tmp_path / "run.nc"
    run = run_ladder(TARGET, [10, 100], checkpoint=file, **SMALL)
    with netcdf_file(file, mmap=False) as data:
        assert data.variables["K"].dimensions == ("beta", "chain", "draw")
        np.testing.assert_array_equal(data.variables["K"][...], run.draws)
        stated = json.loads(data.machine)
    assert {"numpy", "numba", "processor", "slt_symbolic"} <= set(stated)


def test_result_opens_in_xarray(tmp_path):
    xarray = pytest.importorskip("xarray")
    file = tmp_path / "run.nc"
    run = run_ladder(TARGET, [10, 100], checkpoint=file, **SMALL)
    with xarray.open_dataset(file) as data:
        assert data["K"].sel(beta=100).shape == run.draws[1].shape


WRITER = """
import sys, numpy as np
from slt_symbolic.sampling.store import write_arrays
rng = np.random.default_rng(0)
n = 0
while True:
    write_arrays(sys.argv[1], {"K": (("draw",), np.full(200_000, float(n)))}, {"n": str(n)})
    n += 1
    print(n, flush=True)
"""


def test_sigkill_while_writing_leaves_a_whole_file(tmp_path):
    file = tmp_path / "run.nc"
    rng = np.random.default_rng(1)
    for _ in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True
        )
        last = int(child.stdout.readline())
        time.sleep(rng.uniform(0, 0.05))
        child.send_signal(signal.SIGKILL)
        last = max([last, *(int(line) for line in child.stdout.read().split())])
        child.wait()
        child.stdout.close()
        arrays, attributes = read_arrays(file)
        # The last write that was reported, or the one that was under way.
        assert int(attributes["n"]) in (last - 1, last)
        assert np.all(arrays["K"] == int(attributes["n"]))


RUNNER = """
import sys
sys.path.insert(0, sys.argv[2])
from test_sampling_runs import KILL, TARGET
from slt_symbolic.sampling import ladder, run_ladder
ladder.SWEEPS_PER_BLOCK = 200
def tell(report):
    print(report.phase, report.done, flush=True)
run_ladder(TARGET, checkpoint=sys.argv[1], interval=0, resume=True, progress=tell, **KILL)
"""
KILL = {"betas": [10, 100, 1000], "draws": 20_000, "warmup": 1000, "chains": 2, "seed": 5}


def draws_in(file):
    try:
        return load_run(file).draws.shape[2]
    except SamplingError as error:
        if "stopped during warm-up" not in str(error):
            raise
        return 0


@pytest.mark.slow
def test_sigkill_while_sampling_loses_at_most_the_last_interval(tmp_path):
    file = tmp_path / "run.nc"
    whole = run_ladder(TARGET, **KILL)
    rng = np.random.default_rng(2)
    killed = 0
    while True:
        command = [sys.executable, "-c", RUNNER, str(file), os.path.dirname(__file__)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            for _ in range(int(rng.integers(1, 25))):
                line = child.stdout.readline()
            time.sleep(rng.uniform(0, 0.02))
            if child.poll() is None:
                killed += 1
                child.send_signal(signal.SIGKILL)
            for later in child.stdout:
                line = later
        if not file.exists():
            continue
        # Nothing is told about a run that was complete before.
        done = draws_in(file)
        assert not line.startswith("sampling") or done >= int(line.split()[1])
        if done == KILL["draws"]:
            break
    assert killed >= 4
    np.testing.assert_array_equal(load_run(file).draws, whole.draws)


def line(w, g):
    g[0] = w[0]
    return 0.5 * w[0] ** 2


def right_of_a_tenth(w, g):  # noqa: ARG001
    return w[0] - 0.1


@njit
def doubly_small(w, h):
    h[0] -= 2.0 / w[0]
    return -2.0 * math.log(abs(w[0]))


@pytest.mark.parametrize("kind", ["mala", pytest.param("hmc", marks=pytest.mark.slow)])
def test_restriction_and_weight_agree_with_quadrature(kind):
    """K = w^2/2 with density |w|^2, on w >= 1/10: both leave Langevin's own laws."""
    prior = Weighted(UniformBox((-1,), (1,)), doubly_small)
    target = Target(restrict(line, right_of_a_tenth), prior, restricted=True)
    run = run_ladder(target, [10, 100, 300], sampler=kind, draws=4000, warmup=1000, seed=4)
    assert run.outside.sum() > 0
    for point in run.points:

        def moment(power, beta=point.beta):
            return integrate.quad(
                lambda w: w ** (2 + power) * math.exp(-beta * w * w / 2), 0.1, 1, epsrel=1e-10
            )[0]

        exact = point.beta * moment(2) / (2 * moment(0))
        # 3 comparisons at 4.5 standard errors: false alarms below 3e-5.
        assert abs(point.lambda_hat.value - exact) < 4.5 * point.lambda_hat.standard_error
        assert point.lambda_hat.standard_error < 0.03


def test_restricted_targets_refuse_biased_steps_and_empty_regions():
    def nowhere(w, g):  # noqa: ARG001
        return -1.0

    target = Target(restrict(line, right_of_a_tenth), UniformBox((-1,), (1,)), restricted=True)
    with pytest.raises(SamplingError, match="cannot be kept inside"):
        run_ladder(target, [10], sampler="langevin", **SMALL)
    empty = Target(restrict(line, nowhere), UniformBox((-1,), (1,)), restricted=True)
    with pytest.raises(SamplingError, match="no point inside"):
        run_ladder(empty, [10], **SMALL)


def noisy(w, g, rng):
    g[0] = w[0] + rng.standard_normal()
    return 0.5 * w[0] ** 2


@pytest.mark.slow
def test_minibatch_sampler_is_flagged_and_withheld():
    from slt_symbolic.sampling import validate
    from slt_symbolic.sampling.samplers import sgld

    target = Target(line, UniformBox((-2,), (2,)), minibatch=noisy)
    run = run_ladder(target, [100, 400], sampler=sgld(0.05), draws=3000, seed=1)
    assert not run.ok
    assert "biased" in run.problems[0]
    assert run.exchange_rates == (0.0,) * len(run.exchange_rates)
    assert validate((0.5, 1), run).verdict == "cannot tell"
    # Noise of variance (eps beta / 2)^2 on every step adds to the variance eps of the dynamics.
    inflation = 1 + 0.05 * 100 / 4
    assert run.points[0].lambda_hat.value == pytest.approx(0.5 * inflation, rel=0.15)
    with pytest.raises(SamplingError, match="minibatch"):
        run_ladder(Target(line, UniformBox((-2,), (2,))), [10], sampler=sgld(0.1), **SMALL)
