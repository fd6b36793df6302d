"""Fisher rank with proof of ReLU networks, against SymPy's rank of the exact Gram matrix.

Run as ``python benchmarks/fisher_rank.py [--widths 2 4 8 16 32] [--inputs N] [--patience S]``.
Networks have random rational entries, one pair of units on a common hyperplane and one silent
unit. The package proves the rank from both sides; SymPy is given the exact Gram matrix and only
asked for its rank, in a process of its own that is stopped after ``--patience`` seconds. Ratios
are of times from this one run.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import time
from multiprocessing.connection import Connection
from statistics import median

import sympy

from slt_symbolic import FisherInformation, TwoLayer, activation
from slt_symbolic.fisher import relu_rank
from slt_symbolic.inputs import UniformBox, UniformInterval


def network(rng: random.Random, width: int, inputs: int) -> tuple[TwoLayer, list[sympy.Rational]]:
    model = TwoLayer.symbolic(activation("relu"), inputs=inputs, width=width)
    units = [
        [sympy.Rational(rng.randint(1, 9) * rng.choice((1, -1)), 8) for _ in range(inputs + 2)]
        for _ in range(width)
    ]
    units[-1][:-1] = [-2 * e for e in units[0][:-1]]
    units[width // 2][-1] = sympy.S.Zero
    return model, [e for unit in units for e in unit] + [sympy.S.One]


def proved(fisher: FisherInformation, values: list[sympy.Rational]) -> tuple[int, float]:
    """Return the rank and the median time of five proofs, each from nothing."""
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        proof = fisher.rank_proof(values)
        taken.append(time.perf_counter() - start)
    if proof.known != "proved":
        raise ArithmeticError(f"the rank was only bounded: {proof}")
    return proof.value, median(taken)


def _sympy_rank(entries: list[list[str]], pipe: Connection) -> None:
    matrix = sympy.Matrix([[sympy.Rational(e) for e in row] for row in entries])
    start = time.perf_counter()
    rank = matrix.rank()
    pipe.send((rank, time.perf_counter() - start))


def by_sympy(matrix: sympy.ImmutableMatrix, patience: float) -> tuple[int, float] | None:
    ours, theirs = multiprocessing.Pipe()
    entries = [[str(e) for e in row] for row in matrix.tolist()]
    process = multiprocessing.Process(target=_sympy_rank, args=(entries, theirs))
    process.start()
    answer = ours.recv() if ours.poll(patience) else None
    process.kill()
    process.join()
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--widths", type=int, nargs="+", default=[2, 4, 8, 16, 32])
    parser.add_argument("--inputs", type=int, default=1, choices=(1, 2))
    parser.add_argument("--patience", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)  # noqa: S311 - test networks, not secrets
    n = arguments.inputs
    law = UniformInterval(-10, 10) if n == 1 else UniformBox((-10, -10), (10, 10))
    print("  d  parameters  rank   proof/s   Gram/s  sympy rank/s   ratio  agree")
    for width in arguments.widths:
        model, values = network(rng, width, n)
        fisher = FisherInformation(model, law)
        rank, seconds = proved(fisher, values)
        start = time.perf_counter()
        matrix = fisher.matrix(values)
        gram = time.perf_counter() - start
        other = by_sympy(matrix, arguments.patience)
        formula = relu_rank(model, values, law)
        agree = "yes" if formula == rank and (other is None or other[0] == rank) else "NO"
        shown = f"> {arguments.patience:.0f}" if other is None else f"{other[1]:.3f}"
        bound = arguments.patience if other is None else other[1]
        ratio = f"{'>' if other is None else ''}{bound / seconds:.0f}"
        print(
            f"{width:3}  {len(values):10}  {rank:4}  {seconds:8.4f}  {gram:7.3f}  {shown:>12}  "
            f"{ratio:>6}  {agree}"
        )


if __name__ == "__main__":
    main()
