"""What a claim can come to, and how strongly a piece of evidence speaks."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Status", "Strength", "Verdict"]


class Verdict(StrEnum):
    """What the evidence says about a claim.

    A run that goes wrong has no verdict: see `Status`.

    Examples
    --------
    >>> Verdict("proved") is Verdict.PROVED
    True
    """

    PROVED = "proved"
    """Exact algebra, or a certificate that its checker accepts."""
    ENCLOSED = "enclosed"
    """Ball arithmetic: true to within stated radii."""
    SUPPORTED = "supported"
    """Statistics, with the test and its level. Never a proof."""
    REFUTED = "refuted"
    """A verified counterexample, and the corrected claim proved beside it."""
    OPEN = "open"
    """Something is missing; the evidence says what."""


class Status(StrEnum):
    """How the run of a claim ended."""

    DECIDED = "decided"
    """Every step ran to its end and nothing contradicts the claim file."""
    FAILED = "failed"
    """A step ran and its evidence went against it."""
    CRASHED = "crashed"
    """A step, its file or its process broke; the traceback is kept."""


class Strength(StrEnum):
    """How strongly a piece of evidence speaks, the strongest first."""

    EXACT = "exact"
    BALL = "ball"
    STATISTICAL = "statistical"

    @property
    def verdict(self) -> Verdict:
        """The verdict that evidence of this strength carries at most."""
        return _VERDICTS[self]

    @property
    def rank(self) -> int:
        """Position in the order; a larger number is weaker.

        Examples
        --------
        >>> max(Strength, key=lambda s: s.rank)
        <Strength.STATISTICAL: 'statistical'>
        """
        return list(Strength).index(self)


_VERDICTS = {
    Strength.EXACT: Verdict.PROVED,
    Strength.BALL: Verdict.ENCLOSED,
    Strength.STATISTICAL: Verdict.SUPPORTED,
}
