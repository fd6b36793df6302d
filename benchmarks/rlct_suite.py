"""Learning coefficients of a suite of problems: exact, bounded, wrong, and seconds, by class.

Run as ``python benchmarks/rlct_suite.py SUITE [--jobs N] [--budget SECONDS] [--only TEXT]``. The
answers in the file are compared with what ``slt-symbolic rlct`` finds without seeing them; every
certificate is checked again. A bound that contradicts the answer counts as wrong.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path

from sympy import Rational

from slt_symbolic.commands import rlct as command
from slt_symbolic.commands.check import verify
from slt_symbolic.rlct import CertificateError


def judged(record: dict, answer: dict, certificate: str | None) -> str:
    """Return exact, value, bounded, wrong, rejected or none."""
    if certificate is not None:
        try:
            verify(Path(certificate), None)
        except CertificateError:
            return "rejected"
    if answer.get("status") == "zero":
        return "exact" if record["status"] == "zero" else "wrong"
    truth, m = Rational(answer["lambda"]), str(answer["m"])
    if record["lambda"] is not None:
        if Rational(record["lambda"]) != truth or record["m"] not in (None, m):
            return "wrong"
        return "exact" if record["m"] == m else "value"
    low, high = record["lower"], record["upper"]
    if low is None:
        return "none"
    inside = Rational(low) <= truth and (high is None or truth <= Rational(high))
    return "bounded" if inside else "wrong"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--budget", type=float, default=50.0)
    parser.add_argument("--only", default="", help="part of the identifiers wanted")
    options = parser.parse_args()
    data = json.loads(options.suite.read_text())
    cases = [c for c in data["cases"] if options.only in c["id"]]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "suite.json"
        hidden = ("answer", "verification", "reason", "hint_coordinate_change")
        kept = [{k: v for k, v in c.items() if k not in hidden} for c in cases]
        file.write_text(json.dumps({"cases": kept}))
        job = command.Job(
            file, None, Path(folder) / "c", options.budget, options.jobs, resume=False
        )
        records, _ = command.run(job, lambda *_: None)
        outcomes = {
            r["id"]: judged(r, c["answer"], r["certificate"])
            for r, c in zip(records, cases, strict=True)
        }
    names = ("exact", "value", "bounded", "none", "wrong", "rejected")
    print(f"{'class':26}" + "".join(f"{n:>9}" for n in names) + f"{'seconds':>9}{'longest':>9}")
    classes = [*dict.fromkeys(c["class"] for c in cases), "all"]
    for name in classes:
        chosen = [r for r, c in zip(records, cases, strict=True) if name in (c["class"], "all")]
        counts = Counter(outcomes[r["id"]] for r in chosen)
        seconds = [r["seconds"] for r in chosen]
        row = "".join(f"{counts[n]:9}" for n in names)
        print(f"{name:26}{row}{sum(seconds):9.1f}{max(seconds):9.1f}")
    for record in records:
        if outcomes[record["id"]] != "exact":
            print(f"{outcomes[record['id']]:9} {command.to_line(record)} {record['seconds']} s")


if __name__ == "__main__":
    main()
