"""How many strata W0 has, and how long it takes to find them.

Run as ``python benchmarks/true_set.py``. For truths of width m = 1, 2, 3 and models of width
d = m … m + 3 it prints the number of strata up to permutations, the number with units in every
order, and the seconds for all of them; then the seconds for dimension, Fisher rank, an exact point
and the parametrisation of every one.
"""

from __future__ import annotations

import time

import sympy

from slt_symbolic import StandardNormal, TrueSet, TwoLayer, Unit, activation
from slt_symbolic.inputs import UniformBox

WEIGHTS = [(1, 2), (1, -1), (2, 1)]


def case(name: str, inputs: int, m: int, d: int, *, bounded: bool) -> TrueSet:
    sigma = activation(name)
    units = [Unit(k + 1, WEIGHTS[k][:inputs], sympy.Rational(1, k + 2) - k) for k in range(m)]
    law = UniformBox((-4,) * inputs, (4,) * inputs) if bounded else StandardNormal(inputs)
    return TrueSet(TwoLayer.symbolic(sigma, inputs=inputs, width=d), TwoLayer(sigma, units), law)


def main() -> None:
    for name, inputs, bounded in (
        ("relu", 1, False),
        ("relu", 2, False),
        ("relu", 2, True),
        ("tanh", 1, False),
        ("tanh", 2, False),
    ):
        print(f"{name}, {inputs} input{'s' * (inputs > 1)}, {'box' if bounded else 'R^n'}")
        for m in (1, 2, 3):
            for d in range(m, m + 4):
                start = time.perf_counter()
                W0 = case(name, inputs, m, d, bounded=bounded)
                strata = W0.strata
                found = time.perf_counter()
                for s in strata:
                    _ = (s.dimension, s.fisher_rank, s.point())
                known = time.perf_counter()
                orbits = sum(s.orbit for s in strata)
                print(
                    f"  m = {m}, d = {d}: {len(strata):5d} strata, {orbits:7d} in all orders, "
                    f"{found - start:6.2f} s; dimensions, ranks, points {known - found:6.2f} s"
                )


if __name__ == "__main__":
    main()
