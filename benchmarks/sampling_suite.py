"""What `validate` says about every problem of a suite: consistent, inconsistent, cannot tell.

    python benchmarks/sampling_suite.py SUITE.json RESULTS.jsonl [--limit S] [--first N] [--only ID]

Every problem of at most 8 variables is sampled over a ladder and compared with the lambda and m
that the package derives over the prior's box (where it derives none, with those in the file), by
`slt_symbolic.sampling.confirm`: further runs, longer and on colder ladders, where the first one
cannot tell. One line of JSON for each problem is appended to
RESULTS as it ends, and what stands there is not run again: an interrupted run goes on where it was.
Each problem has a limit of processor seconds, after which its process ends and the problem counts
as 'time limit'.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
from collections import Counter
from pathlib import Path
from typing import Any

import sympy

from slt_symbolic.commands.sampling_models import model_of_case
from slt_symbolic.expressions import parse_rational
from slt_symbolic.rlct.suite import Case, read_suite
from slt_symbolic.sampling import confirm, run_ladder, suggested_sampler

MOST_VARIABLES = 8
LOCAL = sympy.Rational(1, 4)


def prediction(
    case: Case, model: Any, budget: float
) -> tuple[tuple[float, int] | None, str, tuple[sympy.Rational, ...]]:
    """Return what the package derives, or what stands in the file; which it is; further poles."""
    found = model.predict(budget)
    if found.value is not None and found.multiplicity is not None:
        return (float(found.value), found.multiplicity), found.how, found.poles
    stated = case.data.get("answer") or {}
    if stated.get("lambda") is None or not isinstance(stated.get("m"), int):
        return None, found.how, ()
    return (float(parse_rational(str(stated["lambda"]))), stated["m"]), "the file's answer", ()


def judge(case: Case, draws: int, seed: int, budget: float) -> dict[str, Any]:
    """Sample one problem and compare."""
    try:
        model = model_of_case(case)
        predicted, how, poles = prediction(case, model, 20.0)
        if "over the box" not in how:
            # A coefficient at a point: a smaller box, so that fewer other zeros are in it.
            model = model_of_case(case, half_width=LOCAL)
        if predicted is None:
            return {"id": case.id, "verdict": "no prediction", "how": how}
        # Compiled before the clock starts.
        run_ladder(model.target, [1e3, 1e4], draws=8, warmup=24, **suggested_sampler(model.target))
        found = confirm(
            predicted, model.target, draws=draws, seed=seed, budget=budget, next_poles=poles
        )
    except ValueError as error:
        return {"id": case.id, "verdict": "error", "how": str(error)[:200]}
    outcome, measured = found.validation, found.validation.measured
    return {
        "id": case.id,
        "verdict": outcome.verdict,
        "prediction": predicted,
        "how": how,
        "sampler": found.run.sampler,
        "measured": None if measured is None else [measured.value, measured.standard_error],
        "resolution": outcome.resolution,
        "p_value": outcome.p_value,
        "reasons": list(outcome.reasons),
        "runs": [
            [stage.draws, stage.betas[-1], stage.validation.verdict] for stage in found.stages
        ],
        "seconds": sum(stage.seconds for stage in found.stages),
    }


def work(suite: str, draws: int, seed: int, limit: int, inbox: Any, outbox: Any) -> None:
    """Judge the problems named in ``inbox``; the system ends it beyond the limit of one."""
    cases = {case.id: case for case in read_suite(suite)}
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    while (name := inbox.recv()) is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + limit, hard))
        outbox.send(judge(cases[name], draws, seed, 0.8 * limit))


class Worker:
    """A process that keeps its compiled kernels from one problem to the next, and can be ended."""

    def __init__(self, suite: Path, draws: int, seed: int, limit: int) -> None:
        context = multiprocessing.get_context("spawn")
        theirs, self.inbox = context.Pipe(duplex=False)
        self.outbox, ours = context.Pipe(duplex=False)
        arguments = (str(suite), draws, seed, limit, theirs, ours)
        self.process = context.Process(target=work, args=arguments, daemon=True)
        self.process.start()
        # The process must be the only holder of its ends: that they close is the news of its end.
        theirs.close()
        ours.close()

    def judge(self, name: str) -> dict[str, Any] | None:
        """Return the record of a problem, or None if the limit was reached."""
        self.inbox.send(name)
        try:
            record: dict[str, Any] = self.outbox.recv()
        except EOFError:
            return None
        return record

    def end(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()


def summary(records: list[dict[str, Any]]) -> str:
    """Return the counts, and the seconds of those that were judged."""
    counts = Counter(record["verdict"] for record in records)
    judged = [record for record in records if "seconds" in record]
    seconds = sorted(record["seconds"] for record in judged) or [0.0]
    share = counts["consistent"] / max(sum(counts.values()), 1)
    return (
        f"{dict(counts)}; consistent {share:.1%}; CPU-seconds each: "
        f"mean {sum(seconds) / len(seconds):.1f}, median {seconds[len(seconds) // 2]:.1f}, "
        f"most {seconds[-1]:.1f}"
    )


def main() -> None:
    """Judge what is not yet judged, then print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suite", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--limit", type=int, default=300, metavar="S")
    parser.add_argument("--first", type=int)
    parser.add_argument("--only", action="append")
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cases = [c for c in read_suite(options.suite) if len(c.data.get("vars", [])) <= MOST_VARIABLES]
    wanted = [c.id for c in cases if not options.only or c.id in options.only][: options.first]
    lines = options.results.read_text().splitlines() if options.results.exists() else []
    records = [json.loads(line) for line in lines]
    done = {record["id"] for record in records}
    worker = None
    for name in wanted:
        if name in done:
            continue
        worker = worker or Worker(options.suite, options.draws, options.seed, options.limit)
        record = worker.judge(name)
        if record is None:
            worker.end()
            worker, record = None, {"id": name, "verdict": "time limit"}
        records.append(record)
        with options.results.open("a") as file:
            file.write(json.dumps(record) + "\n")
        found = record.get("measured") or [float("nan"), float("nan")]
        shown = f"{record.get('prediction')} measured {found[0]:.4f} +- {found[1]:.4f}"
        print(f"{name}: {record['verdict']} {shown}", flush=True)
    if worker is not None:
        worker.end()
    print(summary([record for record in records if record["id"] in wanted]))


if __name__ == "__main__":
    main()
