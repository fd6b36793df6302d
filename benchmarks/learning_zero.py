"""Learning zero: effective samples per second, readouts integrated out against joint MALA.

Run as ``OPENBLAS_NUM_THREADS=1 python benchmarks/learning_zero.py [--units 128] [--beta 6]``.
For λ̂ at β = 10^beta, weights uniform on [-1, 1], normal readouts: the walk of weights and the
independent draws of directions, with what their factors cost once, against the package's MALA on
(a, w) with its compiled divergence, at the one temperature and with a ladder of replicas. Seconds
are of the processor, on one core.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable

import numpy as np

from slt_symbolic import KLDivergence, StandardNormal, TwoLayer
from slt_symbolic.activations import TANH
from slt_symbolic.sampling import Gaussian, UniformBox, run_ladder
from slt_symbolic.sampling.priors import ProductPrior
from slt_symbolic.sampling.targets import population_target
from slt_symbolic.studies.learning_zero.sampled import sampled_curve
from slt_symbolic.studies.learning_zero.scale_integral import ScaleGrid
from slt_symbolic.studies.learning_zero.walk import walk_point

Row = tuple[float, float, float]  # λ̂, its error, effective samples


def joint(units: int, exponent: float, draws: int, ladder: bool) -> Callable[[], Row]:
    model = TwoLayer.symbolic(TANH, width=units, biases=0, output_bias=0)
    prior = ProductPrior([UniformBox((-1,), (1,)), Gaussian((0,), (1,))] * units)
    K = KLDivergence(model, TwoLayer(TANH, (), inputs=1), StandardNormal(1))
    target = population_target(K, prior)
    beta = 10.0**exponent
    # One temperature alone: a bridge of one replica at that temperature.
    extra = {} if ladder else {"hottest": beta}

    def run() -> Row:
        found = run_ladder(
            target, [beta], draws=draws, warmup=draws // 2, threads=1, seed=1, **extra
        )
        point = found.points[-1]
        return (
            point.lambda_hat.value, point.lambda_hat.standard_error, point.diagnostics.ess_bulk
        )  # fmt: skip

    return run


def walked(units: int, exponent: float, sweeps: int) -> Callable[[], Row]:
    grid = ScaleGrid.of(math.ceil(exponent) + 8)

    def run() -> Row:
        point = walk_point(grid, units, exponent, sweeps=sweeps, warmup=sweeps // 2)
        return point.value, point.error, point.effective

    return run


def drawn(units: int, exponent: float, draws: int) -> Callable[[], Row]:
    grid = ScaleGrid.of(math.ceil(exponent) + 8)

    def run() -> Row:
        curve = sampled_curve(grid, units, np.array([exponent * math.log(10)]), draws=draws, seed=0)
        return float(curve.mean[0]), float(curve.standard_error[0]), float(curve.effective[0])

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=128)
    parser.add_argument("--beta", type=float, default=6.0, help="log10 of beta")
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--joint-draws", type=int, default=20_000, help="of MALA: it mixes slowly")
    options = parser.parse_args()
    units, exponent, draws = options.units, options.beta, options.draws
    start = time.process_time()
    ScaleGrid.of(math.ceil(exponent) + 8)
    print(f"h = {units}, beta = 1e{exponent:g}; factors, once: {time.process_time() - start:.2f} s")
    makers = {
        "joint MALA": lambda n: joint(units, exponent, n, ladder=False),
        "joint MALA, ladder": lambda n: joint(units, exponent, n, ladder=True),
        "walk of weights": lambda n: walked(units, exponent, n),
        "independent draws": lambda n: drawn(units, exponent, n // 4),
    }
    base = None
    for name, make in makers.items():
        make(64)()  # compiled
        run = make(options.joint_draws if name.startswith("joint") else draws)
        start = time.process_time()
        value, error, effective = run()
        seconds = time.process_time() - start
        rate = effective / seconds
        base = base or rate
        print(
            f"{name:20s} lambda-hat {value:8.4f} +/- {error:.4f}, effective {effective:8.0f} in "
            f"{seconds:6.2f} s: {rate:9.1f}/s, {rate / base:7.1f} times joint MALA"
        )


if __name__ == "__main__":
    main()
