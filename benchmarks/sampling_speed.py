"""Speed of sampling: 128 tanh units, population loss on 64 nodes, MALA.

Run as ``python benchmarks/sampling_speed.py [--rounds N]``, with ``--blackjax PYTHON`` and
``--devinterp PYTHON`` for the peers.
Prints steps and gradients per second on one core on 64 Gauss-Hermite nodes, on 32 (the odd half)
and on 64 equispaced nodes, beside the first two the rates of the sum over the points, as networks
with biases are compiled, and of the same as a fused C gradient (compiled here, if there is a C
compiler); gradients per second on a batch of 1,024 samples, and how much faster 8 chains are on all
processors. For each rule the error of K at random parameters, against 300 nodes. Every
figure is the best of many short rounds, taken in turn, so that a busy machine disturbs all alike.
The peers are Python interpreters of environments that have them (``python -m venv E; E/bin/pip
install blackjax jax``); each runs on one processor, float64, on 64 Gauss-Hermite nodes.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numba import njit

from slt_symbolic import KLDivergence, StandardNormal, TwoLayer, activation
from slt_symbolic.compiled.layout import compile_network, compiled_error
from slt_symbolic.divergence.gauss_rules import Rule, gauss_rule, half_rule
from slt_symbolic.sampling import Gaussian, Target, population_target
from slt_symbolic.sampling.chains import Tuning, run_block, start_chains
from slt_symbolic.sampling.samplers import mala
from slt_symbolic.sampling.samplers.common import prior_energy, scratch_for
from slt_symbolic.sampling.targets import DataSet, empirical_target

UNITS = 128
NODES = 64
FULL, HALF = f"{NODES} nodes", f"{NODES // 2} nodes (odd half)"
EQUISPACED = f"{NODES} nodes, equispaced"
PEERS = {
    "blackjax": ("blackjax",),
    "devinterp": ("devinterp-sampler", "devinterp-optimiser"),
}
HERE = Path(__file__).parent
FLAGS = ["-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-shared", "-fPIC"]

Call = Callable[[], float]


def network() -> TwoLayer:
    return TwoLayer.symbolic(activation("tanh"), width=UNITS, biases=0, output_bias=0)


def rules() -> dict[str, Rule]:
    points, omega = gauss_rule(StandardNormal(1), NODES)
    return {FULL: (points, omega), HALF: half_rule(points, omega, odd=True)}


def point_by_point(model: TwoLayer, rule: Rule) -> Target:
    """Return the sum over the points, each unit evaluated at each."""
    error, (x, mass) = compiled_error(model), rule
    y = np.zeros(len(x))

    @njit(nogil=True)
    def potential(w, g):
        return error(x, mass, y, w, g)

    return Target(potential, Gaussian((0.0,) * 2 * UNITS, (1.0,) * 2 * UNITS))


def targets(model: TwoLayer) -> dict[str, Target]:
    prior = Gaussian((0.0,) * 2 * UNITS, (1.0,) * 2 * UNITS)
    found = {}
    for name, (x, mass) in rules().items():
        potential = compile_network(model, x, mass, np.zeros(len(x)))
        if potential is None:
            raise RuntimeError("no fused kernel")
        found[name] = Target(potential, prior)
    K = KLDivergence(model, TwoLayer(model.activation, (), inputs=1), StandardNormal(1))
    found[EQUISPACED] = population_target(K, prior, nodes=NODES, rule="equispaced")
    return found


def errors(model: TwoLayer, found: dict[str, Target]) -> None:
    """Print the relative error of K of each rule, at weights uniform up to a largest one."""
    points, omega = gauss_rule(StandardNormal(1), 300)
    potential = compile_network(model, points, omega, np.zeros(len(points)))
    rng, g = np.random.default_rng(2), np.zeros(2 * UNITS)
    for largest in (0.1, 1.0, 3.0):
        w = np.ravel(
            np.column_stack([rng.uniform(-largest, largest, UNITS), rng.normal(size=UNITS)])
        )
        exact = potential(w, g)
        parts = [f"{name} {abs(t.value(w) / exact - 1):.0e}" for name, t in found.items()]
        print(f"error of K, weights up to {largest:3}: {', '.join(parts)}")


def mala_steps(target: Target, steps: int) -> Call:
    """Time steps at beta = 100, of a length that is accepted more often than not."""
    size, prior, step = target.dimension, target.prior, mala().step

    @njit
    def repeat(potential, energy, box, gauss, scale, basis, none, w, g, h, p, k, scratch, rng, n):
        for _ in range(n):
            step(
                potential, energy, 100.0, box, gauss, scale, basis, none, 0.02, none,
                w, g, h, p, k, scratch, rng,
            )  # fmt: skip

    rng = np.random.Generator(np.random.Philox(0))
    w, g, h, p = (np.zeros(size) for _ in range(4))
    w[:] = rng.normal(0, 0.1, size)
    values = np.zeros(2)
    values[0] = target.compiled(w, g)
    values[1] = prior_energy(target.compiled_energy, prior.gauss, w, h)
    state = (
        target.compiled, target.compiled_energy, prior.box, prior.gauss, np.ones(size),
        np.zeros((0, size)), np.zeros(0), w, g, h, p, values, scratch_for(size), rng,
    )  # fmt: skip
    repeat(*state, 1)

    def run() -> float:
        start = time.perf_counter()
        repeat(*state, steps)
        return steps / (time.perf_counter() - start)

    return run


def mala_chains(target: Target, *, chains: int, sweeps: int, threads: int) -> Call:
    """Time whole sweeps of several chains, threads and bookkeeping included."""
    betas = np.array([100.0])
    states = start_chains(target, betas, np.random.SeedSequence(0).spawn(chains), None)
    tuning = Tuning(np.array([0.02]), np.ones((1, target.dimension)))
    run_block(target, betas, tuning, states, 2, inner=10)

    def run() -> float:
        start = time.perf_counter()
        run_block(target, betas, tuning, states, sweeps, inner=10, threads=threads)
        return chains * sweeps * 10 / (time.perf_counter() - start)

    return run


def gradients(target: Target, calls: int) -> Call:
    compiled = target.compiled

    @njit
    def repeat(calls, w, g):
        total = 0.0
        for _ in range(calls):
            total += compiled(w, g)
            w[0] += 1e-12 * g[0]
        return total

    w = np.random.default_rng(0).normal(0, 1, target.dimension)
    g = np.zeros_like(w)
    repeat(1, w, g)

    def run() -> float:
        start = time.perf_counter()
        repeat(calls, w, g)
        return calls / (time.perf_counter() - start)

    return run


def c_gradients(calls: int, name: str, folder: Path) -> Call | None:
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    library = folder / "reference.so"
    source = HERE / "sampling_speed_reference.c"
    subprocess.run([compiler, *FLAGS, "-o", library, source, "-lm"], check=True)
    repeat = ctypes.CDLL(str(library)).repeat
    repeat.restype = ctypes.c_double
    x, omega = rules()[name]
    nodes = len(x)
    y, w = np.zeros(nodes), np.random.default_rng(0).normal(0, 1, 2 * UNITS)
    g = np.zeros_like(w)
    # Both must compute the same thing before their times are compared.
    target = compile_network(network(), x, omega, y)
    arrays = [np.ascontiguousarray(a).ravel() for a in (x, omega, y, w, g)]
    pointers = [a.ctypes.data_as(ctypes.c_void_p) for a in arrays]
    value = repeat(1, nodes, UNITS, *pointers)
    own = np.zeros_like(w)
    expected = target(np.random.default_rng(0).normal(0, 1, 2 * UNITS), own)
    if not (np.isclose(value, expected, rtol=1e-12) and np.allclose(arrays[4], own, rtol=1e-11)):
        raise RuntimeError("the C reference computes something else")

    def run() -> float:
        start = time.perf_counter()
        repeat(calls, nodes, UNITS, *pointers)
        return calls / (time.perf_counter() - start)

    return run


def batch_target(model: TwoLayer, samples: int) -> Target:
    rng = np.random.default_rng(1)
    data = DataSet(rng.normal(size=samples), rng.normal(size=samples))
    return empirical_target(model, data, Gaussian((0.0,) * 2 * UNITS, (1.0,) * 2 * UNITS))


def peer(name: str, option: str, python: str | None) -> float | None:
    if python is None:
        print(f"{name}: skipped, no interpreter given (--{option} PYTHON)")
        return None
    script = HERE / "sampling_speed_peers.py"
    command = [python, str(script), name, str(UNITS), str(NODES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{name}: failed: {done.stderr.strip().splitlines()[-1]}")
        return None
    return float(done.stdout.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--blackjax", metavar="PYTHON")
    parser.add_argument("--devinterp", metavar="PYTHON")
    options = parser.parse_args()
    model = network()
    runs: dict[str, Call] = {}
    with tempfile.TemporaryDirectory() as folder:
        found = targets(model)
        errors(model, found)
        for name, target in found.items():
            runs[f"MALA steps, {name}"] = mala_steps(target, 400)
            runs[f"gradients, {name}"] = gradients(target, 500)
            if name == EQUISPACED:
                continue
            one_by_one = point_by_point(model, rules()[name])
            runs[f"gradients point by point, {name}"] = gradients(one_by_one, 500)
            c_run = c_gradients(500, name, Path(folder))
            if c_run is None:
                print("C reference: skipped, no C compiler")
            else:
                runs[f"C gradients, {name}"] = c_run
        runs["gradients, batch of 1,024"] = gradients(batch_target(model, 1024), 30)
        some = found[FULL]
        runs["8 chains, 1 thread"] = mala_chains(some, chains=8, sweeps=150, threads=1)
        processors = os.cpu_count() or 1
        everyone = f"8 chains, {processors} threads"
        runs[everyone] = mala_chains(some, chains=8, sweeps=150, threads=processors)
        best = dict.fromkeys(runs, 0.0)
        for _ in range(options.rounds):
            for name, run in runs.items():
                best[name] = max(best[name], run())
    for name, rate in best.items():
        print(f"{name:45s} {rate:12,.0f} /s")
    for steps in (FULL, HALF):
        reference = best.get(f"C gradients, {steps}")
        if reference:
            for what in ("MALA steps", "gradients point by point"):
                print(f"{what}, {steps}: {best[f'{what}, {steps}'] / reference:.2f} of C")
    print(f"8 chains: {best[everyone] / best['8 chains, 1 thread']:.2f} times one thread")
    for option, names in PEERS.items():
        for name in names:
            rate = peer(name, option, getattr(options, option))
            if rate:
                print(f"{name:45s} {rate:12,.0f} /s")
                for nodes in found:
                    times = best[f"MALA steps, {nodes}"] / rate
                    print(f"    MALA, {nodes}: {times:.1f} times {name}")


if __name__ == "__main__":
    sys.exit(main())
