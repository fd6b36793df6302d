"""A ledger: the claims of a folder of proof files, checked as a whole."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from slt_symbolic.claims.claim import Claim
from slt_symbolic.claims.errors import (
    CircularUseError,
    DuplicateClaimError,
    UnknownPremiseError,
    UnknownSelectionError,
)
from slt_symbolic.claims.loading import load_claims, proof_files

__all__ = ["BrokenFile", "Ledger"]


@dataclass(frozen=True)
class BrokenFile:
    """A proof file that cannot be loaded.

    Parameters
    ----------
    path
        The file.
    traceback
        Why.
    """

    path: Path
    traceback: str


@dataclass(frozen=True)
class Ledger:
    """Claims, the files that they come from, and the files that could not be loaded.

    Parameters
    ----------
    claims
        By identifier, in natural order (B2 before B15).
    files
        The file of each claim.
    broken
        Files that cannot be loaded; each is reported as a crash by every run.

    Examples
    --------
    >>> Ledger.of([]).claims
    {}
    """

    claims: dict[str, Claim]
    files: dict[str, Path]
    broken: tuple[BrokenFile, ...] = ()

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.claims.values())

    def __len__(self) -> int:
        return len(self.claims)

    @classmethod
    def discover(cls, path: str | Path | None = None) -> Ledger:
        """Load the proof files of a folder.

        Parameters
        ----------
        path
            Folder or file; None for the package's own proofs.

        Raises
        ------
        FileNotFoundError
            If there is no such path.
        DuplicateClaimError, UnknownPremiseError, CircularUseError
            If the claims do not fit together.
        """
        found: list[tuple[Claim, Path]] = []
        broken = []
        for file in proof_files(path):
            try:
                found += [(claim, file) for claim in load_claims(file)]
            except (Exception, SystemExit):
                broken.append(BrokenFile(file, traceback.format_exc()))
        return cls.of(found, broken)

    @classmethod
    def of(cls, found: Iterable[tuple[Claim, Path]], broken: Iterable[BrokenFile] = ()) -> Ledger:
        """Put claims together and check that they fit.

        Parameters
        ----------
        found
            Each claim with its file.
        broken
            Files that could not be loaded.

        Raises
        ------
        DuplicateClaimError, UnknownPremiseError, CircularUseError
            If the claims do not fit together.
        """
        claims: dict[str, Claim] = {}
        files: dict[str, Path] = {}
        for claim, file in sorted(found, key=lambda pair: _natural(pair[0].id)):
            if claim.id in claims:
                raise DuplicateClaimError(
                    f"claim {claim.id} is defined in {files[claim.id]} and in {file}"
                )
            claims[claim.id], files[claim.id] = claim, file
        ledger = cls(claims, files, tuple(broken))
        ledger._check_uses()
        return ledger

    def _check_uses(self) -> None:
        for claim in self:
            unknown = [i for i in claim.uses if i not in self.claims]
            # A premise may live in a file that is broken: that is reported as the file's crash,
            # and the claim stays open.
            if unknown and not self.broken:
                raise UnknownPremiseError(f"claim {claim.id} uses {unknown}, not in the ledger")
        try:
            self.order(self.claims)
        except CycleError as error:
            circle = " -> ".join(error.args[1])
            raise CircularUseError(f"claims use each other in a circle: {circle}") from None

    def order(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Order some claims and all that they rely on, premises first.

        Parameters
        ----------
        ids
            Identifiers of claims of this ledger.
        """
        wanted: dict[str, tuple[str, ...]] = {}
        waiting = list(ids)
        while waiting:
            current = waiting.pop()
            if current not in wanted:
                wanted[current] = self.premises(current)
                waiting += wanted[current]
        natural = sorted(wanted, key=_natural)
        sorter = TopologicalSorter({i: wanted[i] for i in natural})
        return tuple(sorter.static_order())

    def premises(self, claim_id: str) -> tuple[str, ...]:
        """Return the claims of this ledger that one uses directly.

        Parameters
        ----------
        claim_id
            Identifier of a claim of this ledger.
        """
        return tuple(i for i in self.claims[claim_id].uses if i in self.claims)

    def select(self, selection: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the identifiers that a selection names.

        Parameters
        ----------
        selection
            Each an identifier, a glob such as ``B*``, or a source document such as ``004``.
            Empty for all claims.

        Raises
        ------
        UnknownSelectionError
            If one of them matches nothing.
        """
        patterns = list(selection)
        chosen: set[str] = set()
        for pattern in patterns:
            hits = {
                claim.id
                for claim in self
                if fnmatchcase(claim.id, pattern) or claim.source.document == pattern
            }
            if not hits:
                raise UnknownSelectionError(self.unknown(pattern))
            chosen |= hits
        return tuple(i for i in self.claims if not patterns or i in chosen)

    def unknown(self, pattern: str) -> str:
        """Say that a pattern matches nothing, and what there is.

        Parameters
        ----------
        pattern
            What was asked for.
        """
        known = ", ".join(self.claims) or "none"
        message = (
            f"{pattern!r} is no claim, glob or source document of this ledger; claims: {known}"
        )
        if self.broken:
            names = ", ".join(b.path.name for b in self.broken)
            message += f"; files that cannot be loaded: {names}"
        return message


def _natural(claim_id: str) -> list[tuple[int, str]]:
    return [(int(p), "") if p.isdigit() else (-1, p) for p in re.findall(r"\d+|\D+", claim_id)]
