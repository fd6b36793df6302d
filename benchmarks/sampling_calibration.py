"""Whether verdicts and intervals over a suite are what they say: many seeds for each problem.

    python benchmarks/sampling_calibration.py SUITE.json RESULTS.jsonl [--seeds N] [--most D]

Every problem of at most D variables (4) whose lambda and m over the prior's box the package derives
is sampled once for each seed, over one ladder. Of the runs whose diagnostics are well, it counts
how often `validate` calls the truth inconsistent at level 0.05, how often the 95 % interval of the
fit with m given (two standard errors and the bias that it states) holds lambda, and how often the
interval with m free does. One line of JSON for each problem is appended to RESULTS; what stands
there is not run again.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from slt_symbolic.commands.sampling_models import model_of_case
from slt_symbolic.rlct.suite import Case, read_suite
from slt_symbolic.sampling import (
    fit_with_free_multiplicity,
    geometric_ladder,
    run_ladder,
    suggested_sampler,
    validate,
)

LADDER = geometric_ladder(1e3, 1e10, 10)
LEVEL = 0.05

COUNTED = {
    "runs": "runs", "withheld": "withheld", "inconsistent": "inconsistent",
    "fitted": "with a fit", "held": "whose interval holds lambda",
    "free_held": "whose interval with m free does", "seconds": "CPU-s",
}  # fmt: skip


def calibrate(case: Case, seeds: int, draws: int) -> dict[str, Any]:
    """Sample one problem with every seed and count."""
    model = model_of_case(case)
    prediction = model.predict(10.0)
    value, m = prediction.value, prediction.multiplicity
    if value is None or m is None or "over the box" not in prediction.how:
        return {"id": case.id, "runs": 0, "how": prediction.how}
    begun = time.process_time()
    counts = dict.fromkeys(("runs", "withheld", "inconsistent", "fitted", "held", "free_held"), 0)
    scores = []
    for seed in range(seeds):
        run = run_ladder(
            model.target, LADDER, draws=draws, warmup=draws // 2, seed=seed,
            **suggested_sampler(model.target),
        )  # fmt: skip
        counts["runs"] += 1
        if not run.ok:
            counts["withheld"] += 1
            continue
        outcome = validate((value, m), run, level=LEVEL, next_poles=prediction.poles)
        counts["inconsistent"] += outcome.verdict == "inconsistent"
        free = fit_with_free_multiplicity(run.betas, run.draws, level=LEVEL)
        if free.interval is not None:
            counts["free_held"] += bool(free.interval[0] <= float(value) <= free.interval[1])
        if outcome.measured is not None:
            counts["fitted"] += 1
            counts["held"] += bool(abs(outcome.z) < 2)
            scores.append((outcome.measured.value - float(value)) / outcome.measured.standard_error)
    return {
        "id": case.id, "lambda": str(value), "m": m, **counts, "scores": scores,
        "seconds": time.process_time() - begun,
    }  # fmt: skip


def main() -> None:
    """Calibrate every problem that is not in the results, and sum up."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("suite", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--draws", type=int, default=1500)
    parser.add_argument("--most", type=int, default=4, help="variables")
    given = parser.parse_args()
    done = {}
    if given.results.exists():
        lines = given.results.read_text(encoding="utf-8").splitlines()
        done = {record["id"]: record for record in map(json.loads, lines)}
    for case in read_suite(given.suite):
        if case.id in done or len(case.data.get("vars", ())) > given.most:
            continue
        try:
            record = calibrate(case, given.seeds, given.draws)
        except ValueError as error:
            record = {"id": case.id, "runs": 0, "how": str(error)[:200]}
        done[case.id] = record
        with given.results.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record) + "\n")
        print(f"{case.id}: {sum_up([record])}", flush=True)
    print(f"all: {sum_up(list(done.values()))}")


def sum_up(records: list[dict[str, Any]]) -> str:
    """Return the counts of some problems in words."""
    used = [record for record in records if record["runs"]]
    if not used:
        return "no prediction over the box"
    total = {key: round(sum(record[key] for record in used)) for key in COUNTED}
    return f"{len(used)} problem(s), " + ", ".join(f"{total[k]} {COUNTED[k]}" for k in COUNTED)


if __name__ == "__main__":
    main()
