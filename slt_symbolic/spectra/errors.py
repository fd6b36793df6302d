"""What can go wrong with a request for coefficients, by name."""

from __future__ import annotations


class NoSecondMomentError(ValueError):
    """The unit has no finite second moment under N(0, 1), so that it has no Hermite series."""


class NoRouteError(ValueError):
    """No method that gives a proof applies to the activation and order."""
