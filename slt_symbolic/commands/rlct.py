"""``slt-symbolic rlct``: learning coefficients of files of problems."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from slt_symbolic.claims.report import write_atomically
from slt_symbolic.rlct import RLCTError
from slt_symbolic.rlct.suite import Case, read_suite

from .rlct_workers import Record, file_name, work_through

Report = Callable[[Record, int, int], None]


@dataclass(frozen=True)
class Job:
    """How a file of problems is to be worked through.

    Parameters
    ----------
    file : pathlib.Path
        One case, or a suite.
    out : pathlib.Path or None
        Where the records go, as a JSON list, after every case.
    certificates : pathlib.Path or None
        The folder for certificates.
    budget : float
        Seconds for each case.
    jobs : int
        Processes.
    resume : bool
        Whether records in `out` of cases that have not changed are kept.
    """

    file: Path
    out: Path | None
    certificates: Path | None
    budget: float
    jobs: int
    resume: bool


def run(job: Job, report: Report) -> tuple[list[Record], bool]:
    """Work through the cases of a file.

    Returns
    -------
    records : list of dict
        In the order of the file.
    interrupted : bool
        Whether Ctrl-C ended the run; what was finished by then is kept.

    Raises
    ------
    CaseError
        If the file is not a suite.
    """
    cases = read_suite(job.file)
    if job.certificates is not None:
        job.certificates.mkdir(parents=True, exist_ok=True)
        _distinct_names(cases)
    if job.out is not None:
        job.out.parent.mkdir(parents=True, exist_ok=True)
    records = _earlier(job, cases) if job.resume else {}
    waiting = [case for case in cases if case.id not in records]
    interrupted = False
    try:
        found = work_through(
            waiting, budget=job.budget, jobs=job.jobs, certificates=job.certificates
        )
        with closing(found):
            for done, record in enumerate(found, len(records) + 1):
                records[record["id"]] = record
                _save(job, cases, records)
                report(record, done, len(cases))
    except KeyboardInterrupt:
        interrupted = True
    return _save(job, cases, records), interrupted


def _distinct_names(cases: Sequence[Case]) -> None:
    names: dict[str, str] = {}
    for case in cases:
        name = file_name(case).lower()
        if name in names:
            raise RLCTError(f"certificates of {names[name]!r} and {case.id!r} would overwrite")
        names[name] = case.id


def _earlier(job: Job, cases: Sequence[Case]) -> dict[str, Record]:
    """Return the records of an earlier run that still belong to their cases."""
    if job.out is None or not job.out.exists():
        return {}
    try:
        listed = json.loads(job.out.read_text(encoding="utf-8"))
        known = {r["id"]: r for r in listed}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise RLCTError(f"{job.out}: not the records of an earlier run: {error!r}") from error
    return {
        c.id: known[c.id]
        for c in cases
        if c.id in known
        and known[c.id].get("digest") == c.digest
        and known[c.id].get("status") in ("exact", "zero")
    }


def _save(job: Job, cases: Sequence[Case], records: dict[str, Record]) -> list[Record]:
    ordered = [records[c.id] for c in cases if c.id in records]
    if job.out is not None:
        write_atomically(job.out, json.dumps(ordered, indent=2) + "\n")
    return ordered


def to_line(record: Record) -> str:
    """Write a record in one line."""
    if record["error"] is not None:
        return f"{record['id']}: {record['error']}"
    if record["lambda"] is not None:
        order = "undetermined" if record["m"] is None else record["m"]
        shown = f"lambda = {record['lambda']}, m = {order}"
    else:
        shown = f"{record['lower']} <= lambda <= {record['upper'] or 'oo'}"
    return f"{record['id']}: {shown} ({record['known']}: {record['route']})"


def summary(records: Sequence[Record]) -> str:
    """Count the records by how they are known."""
    counts: dict[str, int] = {}
    for record in records:
        key = record["known"] or record["status"]
        counts[key] = counts.get(key, 0) + 1
    return ", ".join(f"{counts[k]} {k}" for k in sorted(counts))
