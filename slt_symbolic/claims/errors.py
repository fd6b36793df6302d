"""Errors of the ledger itself, as opposed to evidence that goes against a claim."""

from __future__ import annotations

__all__ = [
    "CircularUseError",
    "DuplicateClaimError",
    "EmptyClaimError",
    "LedgerError",
    "UnknownPremiseError",
    "UnknownSelectionError",
]


class LedgerError(ValueError):
    """A ledger, or a request to it, that makes no sense."""


class EmptyClaimError(LedgerError):
    """A claim without steps, a step without evidence, or a proof file without claims."""


class DuplicateClaimError(LedgerError):
    """Two claims share an identifier."""


class UnknownPremiseError(LedgerError):
    """A claim uses one that is not in the ledger."""


class CircularUseError(LedgerError):
    """Claims use each other in a circle."""


class UnknownSelectionError(LedgerError):
    """A selection matches no claim."""
