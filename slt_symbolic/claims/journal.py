"""Finished results on disk, so that an interrupted run resumes."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from slt_symbolic.claims.ledger import Ledger
from slt_symbolic.claims.result import ClaimResult
from slt_symbolic.claims.verdict import Status

__all__ = ["Journal", "fingerprints"]

_COMPUTE = ("mpmath", "numba", "numpy", "python-flint", "scipy", "sympy")


class Journal:
    """A file of JSON lines, one per finished claim, each with a hash of what it says.

    A line that is torn, foreign or changed is not believed: its claim runs again.

    Parameters
    ----------
    path
        The file.
    resume
        Read what is there; otherwise begin anew.
    """

    def __init__(self, path: str | Path, *, resume: bool = False) -> None:
        self.path = Path(path)
        self._known: dict[str, tuple[str, ClaimResult]] = {}
        if resume and self.path.exists():
            self._read()
        # Rewritten rather than appended to: the last line of an interrupted run may be torn.
        self.path.write_text("")
        for fingerprint, result in self._known.values():
            self.add(fingerprint, result)

    def _read(self) -> None:
        for line in self.path.read_bytes().split(b"\n"):
            try:
                entry = json.loads(line)
                if entry.pop("hash") != _seal(entry):
                    continue
                result = ClaimResult.from_json(entry["result"])
                if _seal(result.to_json()) != _seal(entry["result"]):
                    continue
                self._known[result.id] = (str(entry["fingerprint"]), result)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                continue

    def get(self, claim_id: str, fingerprint: str) -> ClaimResult | None:
        """Return a claim's result, if it was decided and what it depends on has not changed.

        Parameters
        ----------
        claim_id
            Identifier.
        fingerprint
            From `fingerprints`.
        """
        known, result = self._known.get(claim_id, ("", None))
        if result is None or known != fingerprint or result.status is not Status.DECIDED:
            return None
        return result

    def add(self, fingerprint: str, result: ClaimResult) -> None:
        """Write one finished result through to the disk.

        Parameters
        ----------
        fingerprint
            From `fingerprints`.
        result
            The result.
        """
        entry = {"fingerprint": fingerprint, "result": result.to_json()}
        line = json.dumps({**entry, "hash": _seal(entry)})
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())


def fingerprints(ledger: Ledger) -> dict[str, str]:
    """Hash, for each claim, everything that its result depends on.

    Covered are the sources of this package, the claim's file with the helper files beside it, the
    fingerprints of its premises, and the versions of Python and of the packages that compute.

    Parameters
    ----------
    ledger
        The ledger.
    """
    package = Path(__file__).resolve().parents[1]
    code = _digest(
        p for p in sorted(package.rglob("*.py")) if "_proofs" not in p.relative_to(package).parts
    )
    versions = " ".join([sys.version, *(f"{name} {version(name)}" for name in _COMPUTE)])
    found: dict[str, str] = {}
    for claim_id in ledger.order(ledger.claims):
        file = ledger.files[claim_id]
        own = _digest([file, *sorted(file.parent.glob("_*.py"))])
        parts = [code, versions, own, claim_id, *(found[p] for p in ledger.premises(claim_id))]
        found[claim_id] = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return found


def _seal(entry: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
