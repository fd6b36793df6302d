"""Exact K of random rational ReLU networks: this package, SymPy's integrate, and quadrature.

Run as ``python benchmarks/exact_divergence.py [--networks N] [--width D] [--seed S]``. Every
network is evaluated by all three; agreement is counted, and ratios of times from this one run are
printed. The package's time is the median of nine evaluations, each from new objects, as one takes
less than the clock's noise. SymPy runs in a process of its own that is stopped after
``--patience`` seconds a network.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import time
from collections import Counter
from multiprocessing.connection import Connection
from statistics import median

import mpmath
import sympy

from slt_symbolic import KLDivergence, TwoLayer, UniformInterval, Unit, activation

RELU = activation("relu")
X = sympy.Symbol("x", real=True)


def rational(rng: random.Random) -> sympy.Rational:
    return sympy.Rational(rng.randint(-12, 12), rng.randint(1, 6))


def network(rng: random.Random, width: int) -> TwoLayer:
    units = [Unit(rational(rng), (rational(rng),), rational(rng)) for _ in range(width)]
    return TwoLayer(RELU, units, rational(rng), inputs=1)


def by_package(model: TwoLayer, truth: TwoLayer) -> sympy.Expr:
    return KLDivergence(model, truth, UniformInterval(-1, 1)).at(())


def repeated(model: TwoLayer, truth: TwoLayer, times: int = 9) -> tuple[sympy.Expr, float]:
    """Return the exact K and the median time of evaluations that start from nothing."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        value = by_package(model, truth)
        taken.append(time.perf_counter() - start)
    return value, median(taken)


def by_sympy(model: TwoLayer, truth: TwoLayer) -> sympy.Expr:
    integrand = ((model(X) - truth(X)) ** 2 / 4).rewrite(sympy.Piecewise)
    return sympy.integrate(integrand, (X, -1, 1))


def by_quadrature(model: TwoLayer, truth: TwoLayer) -> mpmath.mpf:
    """Gauss-Legendre quadrature to 30 digits between the breaks, sorted as floats."""
    units = [*model.units, *truth.units]
    breaks = {-u.bias / u.weights[0] for u in units if u.weights[0] != 0}
    inner = sorted(float(t) for t in breaks if -1 < t < 1)
    with mpmath.workdps(30):

        def value(net: TwoLayer, x: mpmath.mpf) -> mpmath.mpf:
            total = _mpf(net.output_bias)
            for u in net.units:
                a = _mpf(u.weights[0]) * x + _mpf(u.bias)
                total += _mpf(u.readout) * max(a, 0)
            return total

        points = [-1, *inner, 1]
        return mpmath.quad(
            lambda x: (value(model, x) - value(truth, x)) ** 2 / 4, points, method="gauss-legendre"
        )


def _mpf(e: sympy.Expr) -> mpmath.mpf:
    return mpmath.mpf(int(e.p)) / int(e.q)


def _serve(connection: Connection) -> None:
    while True:
        model, truth = _networks(connection.recv())
        start = time.perf_counter()
        value = by_sympy(model, truth)
        seconds = time.perf_counter() - start
        answer = str(value) if value.is_Rational else None
        connection.send((answer, seconds))


def _entries(net: TwoLayer) -> tuple[list[tuple[str, ...]], str]:
    return [tuple(map(str, u.entries())) for u in net.units], str(net.output_bias)


def _networks(entries: list) -> list[TwoLayer]:
    def build(units: list[tuple[str, ...]], bias: str) -> TwoLayer:
        numbers = [[sympy.Rational(e) for e in u] for u in units]
        return TwoLayer(
            RELU, [Unit(q, (w,), b) for q, w, b in numbers], sympy.Rational(bias), inputs=1
        )

    return [build(*e) for e in entries]


class PatientSympy:
    """SymPy in another process, replaced when its patience ends."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._start()

    def _start(self) -> None:
        self.connection, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()

    def integrate(self, model: TwoLayer, truth: TwoLayer) -> tuple[str, sympy.Expr | None, float]:
        """Return what happened, the value if there is one, and the seconds."""
        self.connection.send([_entries(model), _entries(truth)])
        if not self.connection.poll(self.patience):
            self.process.kill()
            self._start()
            return "no answer in time", None, self.patience
        answer, seconds = self.connection.recv()
        if answer is None:
            return "not evaluated", None, seconds
        return "answered", sympy.Rational(answer), seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", type=int, default=20)
    parser.add_argument("--width", type=int, default=2)
    parser.add_argument("--patience", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)  # noqa: S311 - test networks, not secrets
    outcomes: Counter[str] = Counter()
    sympy_ratios, quadrature_ratios, seconds_exact = [], [], []
    other = PatientSympy(arguments.patience)
    for _ in range(arguments.networks):
        model, truth = network(rng, arguments.width), network(rng, 1)
        exact, seconds = repeated(model, truth)
        start = time.perf_counter()
        approximate = by_quadrature(model, truth)
        quadrature_ratios.append((time.perf_counter() - start) / seconds)
        seconds_exact.append(seconds)
        close = abs(approximate - _mpf(exact)) <= 1e-12 * (1 + abs(approximate))
        outcomes["quadrature agrees" if close else "QUADRATURE DIFFERS"] += 1
        outcome, value, sympy_seconds = other.integrate(model, truth)
        if value is not None:
            outcome = "agrees" if value == exact else "is WRONG" if close else "DIFFERS"
        outcomes[f"sympy.integrate {outcome}"] += 1
        sympy_ratios.append(sympy_seconds / seconds)
    other.process.kill()
    print(f"{arguments.networks} networks of width {arguments.width} against width 1, on [-1, 1]")
    for name, count in sorted(outcomes.items()):
        print(f"  {name}: {count}")
    print(f"  exact K: median {1e3 * median(seconds_exact):.2f} ms")
    print(f"  sympy.integrate / exact: median ratio {median(sympy_ratios):.0f} (or more)")
    print(f"  mpmath.quad (30 digits) / exact: median ratio {median(quadrature_ratios):.1f}")


if __name__ == "__main__":
    main()
