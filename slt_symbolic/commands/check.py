"""``slt-symbolic check``: a certificate, verified by the checker alone.

Nothing of the search is loaded, unless a problem is given that the certificate must be about.
"""

from __future__ import annotations

from pathlib import Path

from slt_symbolic.rlct.certificate import Certificate
from slt_symbolic.rlct.checker import Verdict, check
from slt_symbolic.rlct.errors import CertificateError, RLCTError


def verdict_line(verdict: Verdict) -> str:
    """Write what a certificate proves in one line."""
    if verdict.lower == verdict.upper:
        order = "undetermined" if verdict.multiplicity is None else verdict.multiplicity
        return f"lambda = {verdict.lower}, m = {order}"
    top = "oo" if verdict.upper is None else verdict.upper
    return f"{verdict.lower} <= lambda <= {top}"


def verify(path: Path, problem: Path | None, case_id: str | None = None) -> Verdict:
    """Check a certificate, and that it is about a problem if one is given.

    Raises
    ------
    CertificateError
        If the certificate is not accepted.
    RLCTError
        If the problem makes no sense.
    """
    certificate = Certificate.from_json(_read(path))
    if problem is None:
        return check(certificate)
    from slt_symbolic.rlct.suite import read_suite

    cases = read_suite(problem)
    if case_id is not None:
        cases = [c for c in cases if c.id == case_id]
    if not cases:
        raise RLCTError(f"{problem}: no case {case_id!r}")
    if len(cases) == 1:
        return check(certificate, cases[0].problem())
    for case in cases:
        try:
            stated = case.problem()
        except RLCTError:
            continue
        if stated.statement() == certificate.data.get("statement"):
            return check(certificate, stated)
    raise CertificateError("the certificate is about none of the cases")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CertificateError(f"{path}: not a text: {error}") from error
