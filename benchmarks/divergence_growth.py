"""How the cost of K grows: exact values, closed forms, and the compiled function.

Run as ``python benchmarks/divergence_growth.py``. Prints, from one run: milliseconds of exact K at
random rationals for 2 to 128 units and their growth against d·log d; seconds of the closed form
with all weights symbolic; nanoseconds of the compiled K with gradient per unit and cell, and its
share of the machine's arithmetic, measured in the same run by a chain-free multiply-add loop.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable

import numpy as np
import sympy
from numba import njit

from slt_symbolic import KLDivergence, TwoLayer, UniformInterval, Unit, activation

RELU = activation("relu")
LAW = UniformInterval(-1, 1)
# One unit at both ends of one cell: two error-free unit sums of 52, and 14 for the gradient.
OPERATIONS = 2 * 52 + 14


def seconds(work: Callable[[], object], at_least: float = 0.2) -> float:
    work()
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < at_least:
        work()
        count += 1
    return elapsed / count


def problem(rng: random.Random, width: int, truth_width: int) -> tuple[KLDivergence, list]:
    def rational() -> sympy.Rational:
        return sympy.Rational(rng.randint(-99, 99), rng.randint(1, 30))

    units = [Unit(rational(), (rational(),), rational()) for _ in range(truth_width)]
    K = KLDivergence(TwoLayer.symbolic(RELU, width=width), TwoLayer(RELU, units), LAW)
    return K, [rational() for _ in K.parameters]


@njit
def multiply_adds(x: np.ndarray, repeats: int) -> float:
    """Return a sum over independent chains, so that nothing but arithmetic limits it."""
    total = np.zeros(64)
    for _ in range(repeats):
        for j in range(64):
            total[j] = total[j] * x[j] + 0.5
    return total.sum()


def peak_rate() -> float:
    x, repeats = np.full(64, 0.999), 20000
    return 2 * 64 * repeats / seconds(lambda: multiply_adds(x, repeats))


def main() -> None:
    rng = random.Random(3)  # noqa: S311 - test networks, not secrets
    print("exact K at a rational point, truth of half the width")
    base = None
    for d in (2, 8, 32, 128):
        K, point = problem(rng, d, max(1, d // 2))
        ms = 1e3 * seconds(lambda K=K, point=point: K.at(point))
        unit = ms / (d * math.log2(2 * d))
        base = base or unit
        print(f"  d = {d:4d}: {ms:8.3f} ms, per d log d relative to d = 2: {unit / base:.2f}")
    print("closed form, all weights symbolic, truth of half the width")
    for d in (2, 4, 8):
        K, point = problem(rng, d, max(1, d // 2))
        start = time.perf_counter()
        K.chamber(point)
        print(f"  d = {d:4d}: {time.perf_counter() - start:.3f} s")
    print("compiled K with gradient, truth of the same width")
    rate = peak_rate()
    for d in (2, 8, 32):
        K, point = problem(rng, d, d)
        potential, w = K.compile(), np.array([float(v) for v in point])
        g = np.empty_like(w)
        ns = 1e9 * seconds(lambda f=potential, w=w, g=g: f(w, g))
        breaks = [-b / w for w, b in zip(w[0:-1:3], w[1:-1:3], strict=True)]
        breaks += [float(-u.bias / u.weights[0]) for u in K.truth.units if u.weights[0] != 0]
        cells = 1 + sum(-1 < t < 1 for t in breaks)
        each = ns / (2 * d * cells)
        share = OPERATIONS / (each * 1e-9) / rate
        print(
            f"  d = {d:4d}: {ns:9.0f} ns, {each:6.2f} ns per unit and cell, "
            f"{100 * share:.0f} % of the machine's {rate / 1e9:.1f} Gflop/s"
        )


if __name__ == "__main__":
    main()
