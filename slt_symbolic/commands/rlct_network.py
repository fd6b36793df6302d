"""``slt-symbolic rlct FILE.toml``: learning coefficients of a described network, on W0."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import sympy

from slt_symbolic.claims.report import write_atomically
from slt_symbolic.commands.rlct_workers import Record, certificate_name
from slt_symbolic.descriptions import Divergence, load_divergence
from slt_symbolic.divergence import ExpressionDivergence, KLDivergence, LinearDivergence
from slt_symbolic.networks import TwoLayer
from slt_symbolic.phases import local_learning_coefficient
from slt_symbolic.rlct import PiecewiseProblem, Problem, learning_coefficient
from slt_symbolic.true_set import TrueSet

Values = dict[sympy.Symbol, sympy.Expr]
Report = Callable[[Record, int, int], None]

# λ may differ from part to part of a stratum: so many points of each are asked.
POINTS = 2


@dataclass(frozen=True)
class Job:
    """What is asked for.

    Parameters
    ----------
    file : pathlib.Path
        The description.
    at : str or None
        Values of parameters, in place of those of the description. Without any the question is
        for random points of all strata of W0.
    out : pathlib.Path or None
        Where the records go, as a JSON list, after every place.
    certificates : pathlib.Path or None
        The folder for certificates.
    budget : float
        Seconds for each place.
    """

    file: Path
    at: str | None
    out: Path | None
    certificates: Path | None
    budget: float


@dataclass(frozen=True)
class Place:
    """Points of W0 with one name, of which each may have a λ of its own."""

    name: str
    points: tuple[Values, ...]


def run(job: Job, report: Report) -> tuple[list[Record], bool]:
    """Find λ and m at each place, and whether Ctrl-C ended the run.

    Raises
    ------
    ValueError
        If the description makes no sense, the parameter is not true, or W0 has no strata that
        could be listed.
    """
    stated = load_divergence(job.file)
    places = _places(job, stated.K, stated.at(job.at, place="--at"))
    for folder in (job.certificates, None if job.out is None else job.out.parent):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    records: list[Record] = []
    try:
        for done, place in enumerate(places, 1):
            for record in _records(job, stated.K, place):
                if job.certificates is not None:
                    _keep(record, job.certificates, len(records))
                record.pop("proof")
                records.append(record)
                report(record, done, len(places))
            if job.out is not None:
                write_atomically(job.out, json.dumps(records, indent=2) + "\n")
    except KeyboardInterrupt:
        return records, True
    return records, False


def _places(job: Job, K: Divergence, parameter: Values | None) -> list[Place]:
    if parameter is not None:
        return [Place(job.file.stem, (parameter,))]
    if not isinstance(K, KLDivergence) or not isinstance(K.truth, TwoLayer):
        raise ValueError(f"{job.file}: no parameter: give --at or a section [parameter]")
    strata = TrueSet(K.model, K.truth, K.inputs).strata
    names = [f"[{', '.join(map(str, s.places))}]" for s in strata]
    return [
        Place(
            name, tuple(p for seed in range(POINTS if s.dimension else 1) for p in s.points(seed))
        )
        for name, s in zip(_distinct(names), strata, strict=True)
    ]


def _distinct(names: list[str]) -> Iterator[str]:
    """Yield the names, numbered where one occurs more than once."""
    seen = {name: count(1) for name in names if names.count(name) > 1}
    return (f"{name} {next(seen[name])}" if name in seen else name for name in names)


def _records(job: Job, K: Divergence, place: Place) -> Iterator[Record]:
    """Yield one record for each answer that differs from those before it."""
    seen: set[tuple[Any, ...]] = set()
    for point in place.points:
        start = time.monotonic()
        found, reason = _found(K, point, job.budget / len(place.points))
        what = (found.lower, found.upper, found.multiplicity)
        if what in seen:
            continue
        seen.add(what)
        answer = getattr(found, "answer", found)
        exact = found.value is not None and found.multiplicity is not None
        yield {
            "id": place.name if len(seen) == 1 else f"{place.name} ({len(seen)})",
            "status": "exact" if exact else "bounds",
            "at": {p.name: str(v) for p, v in point.items()},
            "lambda": None if found.value is None else str(found.value),
            "m": None if found.multiplicity is None else str(found.multiplicity),
            "lower": str(found.lower),
            "upper": None if found.upper is None else str(found.upper),
            "known": str(found.known),
            "route": answer.route,
            "reason": reason,
            "seconds": round(time.monotonic() - start, 3),
            "certificate": None,
            "error": None,
            "proof": getattr(answer, "certificate", None),
        }


def _found(K: Divergence, point: Values, budget: float) -> tuple[Any, str]:
    """Return an answer at a point, and what it rests on."""
    if isinstance(K, KLDivergence):
        local = local_learning_coefficient(K, point, budget=budget)
        return local, local.reason
    at = [point[p] for p in K.parameters]
    problem: Problem | PiecewiseProblem
    if isinstance(K, ExpressionDivergence | LinearDivergence):
        problem = Problem(K.expr, K.parameters, at, getattr(K, "region", ()))
    else:
        pieces = [(p.expr, tuple(c.conditions)) for p in K.pieces() for c in p.chambers]
        problem = PiecewiseProblem(pieces, K.parameters, at)
    answer = learning_coefficient(problem, budget=budget)
    return answer, answer.reason


def _keep(record: Record, folder: Path, earlier: int) -> None:
    """Write a record's certificate, if there is one."""
    if record["proof"] is not None:
        path = folder / certificate_name(f"{earlier + 1}-{record['id']}")
        write_atomically(path, record["proof"].to_json())
        record["certificate"] = str(path)


def to_line(record: Record) -> str:
    """Write where a record was found; its answer is written as for other problems."""
    return "  at " + ", ".join(f"{name} = {value}" for name, value in record["at"].items())
