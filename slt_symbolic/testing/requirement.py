"""Hypothesis, which the strategies need and the rest of the package does not."""

from __future__ import annotations

__all__ = ["DrawFn", "MissingHypothesisError", "SearchStrategy", "strategies"]


class MissingHypothesisError(ImportError):
    """Hypothesis is not installed; the message says how to install it."""


try:
    from hypothesis import strategies
    from hypothesis.strategies import DrawFn, SearchStrategy
except ImportError as error:
    raise MissingHypothesisError(
        "slt_symbolic.testing needs Hypothesis: pip install 'slt-symbolic[test]'"
    ) from error
