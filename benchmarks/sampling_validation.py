"""How long until lambda is known to 1 %.

Two targets whose lambda and m are theorems, with seconds of processor time (all threads, warm-up
included, compilation not) and the RMS error over seeds, by blocks drawn at once (gibbs) and by
Langevin steps (mala):

    python benchmarks/sampling_validation.py
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from slt_symbolic.rlct.theorems.reduced_rank import reduced_rank_regression
from slt_symbolic.sampling import (
    Gaussian,
    Target,
    UniformBox,
    fit_ladder,
    geometric_ladder,
    run_ladder,
)

SEEDS = range(16)


def reduced_rank(w, g):  # type: ignore[no-untyped-def]  # compiled
    """K = |B A|^2 / 2 for A of 3 x 5, B of 5 x 3: truth of rank 0, inputs of unit covariance."""
    k = 0.0
    for i in range(30):
        g[i] = 0.0
    for i in range(5):
        for j in range(5):
            entry = 0.0
            for h in range(3):
                entry += w[15 + 3 * i + h] * w[5 * h + j]
            k += 0.5 * entry * entry
            for h in range(3):
                g[15 + 3 * i + h] += entry * w[5 * h + j]
                g[5 * h + j] += entry * w[15 + 3 * i + h]
    return k


def crossing(w, g):  # type: ignore[no-untyped-def]  # compiled
    """K = w1^2 w2^2."""
    product = w[0] * w[1]
    g[0], g[1] = 2.0 * product * w[1], 2.0 * product * w[0]
    return product * product


def time_to_lambda(
    name: str, target: Target, answer: tuple[float, int], budget: float,
    betas: tuple[float, ...], **options: Any,
) -> None:  # fmt: skip
    """Print RMS error and seconds as the number of draws doubles."""
    run_ladder(target, betas, draws=8, warmup=24, **options)  # compiles
    for draws in (125, 250, 500, 1000, 2000, 4000, 8000):
        errors, seconds = [], []
        for seed in SEEDS:
            begun = time.process_time()
            run = run_ladder(target, betas, draws=draws, warmup=draws // 2, seed=seed, **options)
            fit = fit_ladder(run.betas, run.draws, multiplicity=answer[1])
            seconds.append(time.process_time() - begun)
            errors.append(fit.value.value / answer[0] - 1)
        rms = math.sqrt(float(np.mean(np.square(errors))))
        print(
            f"{name}: {draws} draws, {np.mean(seconds):.2f} CPU-s, RMS error {rms:.2%}, "
            f"mean error {np.mean(errors):+.2%} (aim: 1 % within {budget} CPU-s)",
            flush=True,
        )
        if rms <= 0.01:
            return


def main() -> None:
    """Time both problems."""
    theorem = reduced_rank_regression(5, 3, 5, 0)
    potential: Callable[..., float] = reduced_rank
    problems = (
        (
            "reduced rank 5-3-5, truth of rank 0",
            Target(potential, Gaussian((0,) * 30, (1,) * 30)),
            (float(theorem.value), theorem.multiplicity), 0.5, geometric_ladder(1e3, 1e7, 5),
        ),
        (
            "w1^2 w2^2", Target(crossing, UniformBox((-1, -1), (1, 1))), (0.5, 2), 2.0,
            geometric_ladder(1e2, 1e8, 10),
        ),
    )  # fmt: skip
    for name, target, answer, budget, betas in problems:
        time_to_lambda(f"{name}, gibbs", target, answer, budget, betas, sampler="gibbs", inner=1)
        time_to_lambda(f"{name}, mala", target, answer, budget, betas, sampler="mala")


if __name__ == "__main__":
    main()
