"""How long until lambda is known to 1 %, and what `validate` says about a suite of problems.

Two targets whose lambda and m are theorems, with seconds of processor time (all threads, warm-up
included, compilation not) and the RMS error over seeds:

    python benchmarks/sampling_validation.py

and, with a suite of RLCT problems in JSON as argument, every problem of at most 8 variables
against the lambda and m that the package derives (--answers: against those in the file):

    python benchmarks/sampling_validation.py SUITE.json [--first N] [--answers] [--draws N]
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from slt_symbolic.commands.sampling_models import model_of_case
from slt_symbolic.expressions import parse_rational
from slt_symbolic.rlct.suite import Case, read_suite
from slt_symbolic.rlct.theorems.reduced_rank import reduced_rank_regression
from slt_symbolic.sampling import (
    Gaussian,
    Target,
    UniformBox,
    fit_ladder,
    geometric_ladder,
    run_ladder,
    validate,
)

MOST_VARIABLES = 8
SEEDS = range(8)


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
    name: str, target: Target, answer: tuple[float, int], budget: float, **options: Any
) -> None:
    """Print RMS error and seconds as the number of draws doubles."""
    betas = options.pop("betas")
    run_ladder(target, betas, draws=8, warmup=24, **options)  # compiles
    for draws in (250, 500, 1000, 2000, 4000, 8000):
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


def answered(case: Case) -> tuple[float, int] | None:
    """Return the answer that stands in the file."""
    stated = case.data.get("answer") or {}
    if stated.get("lambda") is None or not isinstance(stated.get("m"), int):
        return None
    return float(parse_rational(str(stated["lambda"]))), stated["m"]


def derived(model: Any) -> tuple[float, int] | None:
    """Return what the package derives."""
    found = model.predict(20.0)
    if found.value is None or found.multiplicity is None:
        return None
    return float(found.value), found.multiplicity


def suite(path: Path, first: int | None, answers: bool, draws: int) -> None:
    """Print the verdict on every problem, then the counts."""
    cases = [c for c in read_suite(path) if len(c.data.get("vars", [])) <= MOST_VARIABLES][:first]
    counts: dict[str, int] = {}
    betas = geometric_ladder(1e3, 1e10, 12)
    total = 0.0
    for case in cases:
        try:
            model = model_of_case(case)
            prediction = answered(case) if answers else derived(model)
            if prediction is None:
                verdict, shown = "no prediction", ""
            else:
                begun = time.process_time()
                run = run_ladder(model.target, betas, draws=draws, warmup=draws // 2, seed=1)
                outcome = validate(prediction, run)
                total += time.process_time() - begun
                verdict, shown = outcome.verdict, str(outcome).split(";")[1:2]
                if verdict == "cannot tell":
                    shown = list(outcome.reasons[:1])
        except ValueError as error:
            verdict, shown = "error", str(error)[:120]
        counts[verdict] = counts.get(verdict, 0) + 1
        print(f"{case.id}: {verdict} {prediction} {shown}", flush=True)
    judged = sum(counts.get(v, 0) for v in ("consistent", "inconsistent", "cannot tell"))
    print(json.dumps(counts), f"{total / max(judged, 1):.2f} CPU-s each (compilation included)")


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suite", nargs="?", type=Path)
    parser.add_argument("--first", type=int)
    parser.add_argument("--answers", action="store_true")
    parser.add_argument("--draws", type=int, default=4000)
    arguments = parser.parse_args()
    if arguments.suite is not None:
        suite(arguments.suite, arguments.first, arguments.answers, arguments.draws)
        return
    theorem = reduced_rank_regression(5, 3, 5, 0)
    potential: Callable[..., float] = reduced_rank
    time_to_lambda(
        "reduced rank 5-3-5, truth of rank 0",
        Target(potential, Gaussian((0,) * 30, (1,) * 30)),
        (float(theorem.value), theorem.multiplicity),
        0.5,
        betas=geometric_ladder(1e3, 1e7, 5),
        bridge_ratio=3.0,
    )
    time_to_lambda(
        "w1^2 w2^2",
        Target(crossing, UniformBox((-1, -1), (1, 1))),
        (0.5, 2),
        2.0,
        betas=geometric_ladder(1e2, 1e8, 10),
    )


if __name__ == "__main__":
    main()
