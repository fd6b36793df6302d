"""Claims with executable evidence, and the ledger that runs and judges them."""

from slt_symbolic.claims.claim import Claim, Corrected, Source, Step
from slt_symbolic.claims.errors import (
    CircularUseError,
    DuplicateClaimError,
    EmptyClaimError,
    LedgerError,
    UnknownPremiseError,
    UnknownSelectionError,
)
from slt_symbolic.claims.evidence import Evidence, Item
from slt_symbolic.claims.ledger import Ledger
from slt_symbolic.claims.result import ClaimResult, StepResult
from slt_symbolic.claims.runner import Verification, verify
from slt_symbolic.claims.verdict import Status, Strength, Verdict

__all__ = [
    "CircularUseError",
    "Claim",
    "ClaimResult",
    "Corrected",
    "DuplicateClaimError",
    "EmptyClaimError",
    "Evidence",
    "Item",
    "Ledger",
    "LedgerError",
    "Source",
    "Status",
    "Step",
    "StepResult",
    "Strength",
    "UnknownPremiseError",
    "UnknownSelectionError",
    "Verdict",
    "Verification",
    "verify",
]
