"""Functional equivalence and membership: random pairs decided, and how long it takes.

Run as ``python benchmarks/equivalence.py [--pairs N] [--seed S]``. For every activation, numbers
of inputs 1 to 3 and bounded and unbounded domains: N random equivalent pairs (random networks, one
changed by splits, cancelling pairs, scalings, reflections, empty units, annihilating groups of
both orientations, and a random order) and N pairs whose second has one entry off by 1e-1 to 1e-12.
Equal pairs must be declared equal, with moves that replay. A nudge that cannot be seen (of a unit
that is dead, empty or cancelled) is counted apart, and another one is drawn. Every witness is
evaluated again by mpmath, which shares nothing with the package.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import mpmath
from sympy import Rational

from slt_symbolic.inputs import UniformBox, UniformInterval, UniformPolygon
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import equivalent, explain

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from equivalence_reference import (
    ALL,
    changed,
    network,
    nudged,
    number,
    value_of,
)

LAWS: dict[int, list[Any]] = {
    1: [None, UniformInterval(-1, 1), UniformInterval(-2, 3)],
    2: [None, UniformBox((-1, 0), (1, 2)), UniformPolygon([(0, 0), (2, 0), (0, 1)])],
    3: [None, UniformBox((0, 0, 0), (1, 1, 1))],
}


def differ(first: TwoLayer, second: TwoLayer, x: Any) -> bool:
    """Whether the networks differ at x, to 2000 digits if need be."""
    for digits in (50, 400, 2000):
        with mpmath.workdps(digits):
            at = [number(c) for c in x]
            gap = abs(value_of(first, at) - value_of(second, at))
            if gap > mpmath.mpf(10) ** (10 - digits):
                return True
    return False


def pairs(count: int, rng: random.Random) -> None:
    """Decide pairs and print counts, errors and seconds."""
    seen: Counter[str] = Counter()
    seconds = Counter({"equal": 0.0, "different": 0.0})
    for k in range(count):
        sigma = ALL[k % len(ALL)]
        n = rng.choice([1, 1, 2, 3])
        law = rng.choice(LAWS[n])
        first = network(rng, sigma, n, rng.randint(1, 5))
        second = changed(rng, first, rng.randint(1, 5))
        start = time.process_time()
        answer = equivalent(first, second, law)
        right = bool(answer) and answer.check()
        seconds["equal"] += time.process_time() - start
        seen["equal, right" if right else "equal, WRONG"] += 1

        while True:  # until a nudge can be seen
            other = nudged(rng, second, Rational(1, 10 ** rng.randint(1, 12)))
            start = time.process_time()
            answer = equivalent(first, other, law)
            answer.check()
            seconds["different"] += time.process_time() - start
            if not answer:
                break
            seen["nudged, but proved equal"] += 1
        found = differ(first, other, answer.witness)
        seen["different, right" if found else "different, WRONG"] += 1
    for name, number_of in sorted(seen.items()):
        print(f"{number_of:7d}  {name}")
    for name, total in seconds.items():
        each = 1e3 * total / count
        print(f"{total:7.1f} processor seconds for {count} {name} pairs, {each:.2f} ms each")


def membership(rng: random.Random, width: int = 64) -> None:
    """Time membership at a wide model, true and false."""
    print(f"membership at width {width} (median of 9, in processor ms): true, false")
    for sigma in ALL:
        for n in (1, 2):
            law = UniformInterval(-1, 1) if n == 1 else UniformBox((-1, -1), (1, 1))
            truth = network(rng, sigma, n, width // 2)
            model = TwoLayer.symbolic(sigma, inputs=n, width=width)
            values: list[Any] = []
            for u in truth.units:
                for half in (Unit(3, u.weights, u.bias), Unit(u.readout - 3, u.weights, u.bias)):
                    values += [*half.weights, half.bias, half.readout]
            values.append(truth.output_bias)
            false = [*values[:-1], values[-1] + Rational(1, 10**30)]
            times = []
            for point, expected in ((values, True), (false, False)):
                runs = []
                for _ in range(9):
                    start = time.process_time()
                    if explain(model, truth, point, law).is_true is not expected:
                        raise SystemExit(f"wrong: {sigma}, {n} inputs")
                    runs.append(time.process_time() - start)
                times.append(1e3 * median(runs))
            print(f"{times[0]:7.2f} {times[1]:7.2f}  {sigma.name}, {n} inputs")


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)  # noqa: S311 - reproducible cases, nothing secret
    pairs(arguments.pairs, rng)
    membership(rng)


if __name__ == "__main__":
    main()
