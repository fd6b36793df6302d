"""Kernels of tanh units at 50 certified digits, against mpmath.quad at 50 digits without a bound.

Run as ``python benchmarks/tanh_kernels.py [--pairs N] [--digits D] [--seed S]``. Every pair of
random rational units is computed by both, their greatest difference is printed, and the ratio of
times, pair by pair, is from this one run. Tables of nodes are warm on both sides. As in
``timeit`` a time is the least CPU time of a few calls in a row, on both sides, without garbage
collection: one call of half a millisecond otherwise pays for what the long one before it left
behind. mpmath's backend matters; it is printed.
"""

from __future__ import annotations

import argparse
import gc
import math
import random
import time
from collections.abc import Callable
from statistics import median

import mpmath
from sympy import Rational

from slt_symbolic import StandardNormal, UniformInterval, activation
from slt_symbolic.kernels import NeuronKernel

PLANE_DIGITS = 10
TANH = activation("tanh")
Unit = tuple[Rational, ...]


def _mpf(e: Rational) -> mpmath.mpf:
    return mpmath.mpf(int(e.p)) / int(e.q)


def on_interval(u: Unit, v: Unit) -> mpmath.mpf:
    (w, b), (r, c) = (tuple(map(_mpf, unit)) for unit in (u, v))
    return mpmath.quad(lambda x: mpmath.tanh(w * x + b) * mpmath.tanh(r * x + c), [-1, 1]) / 2


def on_line(u: Unit, v: Unit) -> mpmath.mpf:
    """Split where a user would: at 0, the tails to infinity."""
    (w, b), (r, c) = (tuple(map(_mpf, unit)) for unit in (u, v))
    return mpmath.quad(
        lambda x: mpmath.tanh(w * x + b) * mpmath.tanh(r * x + c) * mpmath.npdf(x),
        [-mpmath.inf, 0, mpmath.inf],
    )


def in_plane(u: Unit, v: Unit) -> mpmath.mpf:
    """Nested quadrature over the inputs, to FEWER digits: at 50 it takes many minutes a pair."""
    with mpmath.workdps(PLANE_DIGITS):
        (w, z, b), (r, s, c) = (tuple(map(_mpf, unit)) for unit in (u, v))

        def integrand(x: mpmath.mpf, y: mpmath.mpf) -> mpmath.mpf:
            product = mpmath.tanh(w * x + z * y + b) * mpmath.tanh(r * x + s * y + c)
            return product * mpmath.npdf(x) * mpmath.npdf(y)

        return mpmath.quad(integrand, [-7, 7], [-7, 7], maxdegree=6)


def timed(call: Callable[[], object], repeats: int) -> tuple[object, float]:
    best = math.inf
    gc.disable()
    for _ in range(repeats):
        start = time.process_time()
        value = call()
        best = min(best, time.process_time() - start)
    gc.enable()
    return value, best


def compare(
    name: str, kernel: NeuronKernel, reference: Callable[[Unit, Unit], mpmath.mpf],
    pairs: list[tuple[Unit, Unit]], digits: int, repeats: int = 5,
) -> None:  # fmt: skip
    for u, v in pairs:  # tables of nodes
        kernel.enclosure(u, v, digits=digits)
    if name != "normal, two inputs":
        reference(*pairs[0])
    ours, theirs, ratios, certified, differences = [], [], [], [], []
    for u, v in pairs:
        ball, seconds = timed(lambda u=u, v=v: kernel.enclosure(u, v, digits=digits), repeats)
        value, reference_seconds = timed(lambda u=u, v=v: reference(u, v), repeats)
        ours.append(seconds)
        theirs.append(reference_seconds)
        ratios.append(reference_seconds / seconds)
        certified.append(ball.rel_accuracy_bits() / 3.3219280948873626)
        middle = mpmath.mpf(ball.mid().str(digits + 10, radius=False))
        differences.append(abs(value - middle))
    print(f"{name}: {len(pairs)} pairs")
    print(f"  certified digits, least:      {min(certified):.1f}")
    print(f"  enclosure, median (worst):    {1e3 * median(ours):.2f} ({1e3 * max(ours):.2f}) ms")
    print(f"  mpmath.quad, median:          {1e3 * median(theirs):.1f} ms")
    print(f"  ratio, median (least):        {median(ratios):.1f} ({min(ratios):.1f})")
    print(f"  greatest difference:          {mpmath.nstr(max(differences), 2)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--plane-pairs", type=int, default=3, help="nested quadrature is slow")
    parser.add_argument("--digits", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)  # noqa: S311 - test units, not secrets

    def unit(inputs: int) -> Unit:
        return tuple(
            Rational(rng.choice((-1, 1)) * rng.randint(1, 12), rng.randint(4, 6))
            for _ in range(inputs + 1)
        )

    mpmath.mp.dps = arguments.digits
    print(f"mpmath {mpmath.__version__} on {mpmath.libmp.BACKEND}")
    line = [(unit(1), unit(1)) for _ in range(arguments.pairs)]
    plane = [(unit(2), unit(2)) for _ in range(arguments.plane_pairs)]
    interval_kernel = NeuronKernel(TANH, UniformInterval(-1, 1))
    compare("uniform on [-1, 1]", interval_kernel, on_interval, line, arguments.digits)
    compare(
        "normal, one input", NeuronKernel(TANH, StandardNormal()), on_line, line, arguments.digits
    )
    compare(
        "normal, two inputs", NeuronKernel(TANH, StandardNormal(2)), in_plane, plane,
        arguments.digits, repeats=1,
    )  # fmt: skip


if __name__ == "__main__":
    main()
