"""The named errors of the learning coefficient engine."""

from __future__ import annotations


class RLCTError(ValueError):
    """Base class: a problem, or a certificate, that cannot be what it says it is."""


class NotPolynomialError(RLCTError):
    """An expression is not a polynomial with rational coefficients in the variables."""


class NotAZeroError(RLCTError):
    """K does not vanish at the point, so there is no learning coefficient there."""


class ModelError(RLCTError):
    """A model is not of a form whose divergence can be reduced to polynomials."""


class ZeroDivergenceError(NotAZeroError):
    """K vanishes identically: the integral of K**z has no pole, there is no power law."""


class NegativeDivergenceError(RLCTError):
    """K takes negative values in the region arbitrarily near the point."""


class EmptyRegionError(RLCTError):
    """The region has no interior near the point, so the integral is zero there."""


class CertificateError(RLCTError):
    """The checker does not accept a certificate; the message names the failing statement."""


class NegativeGermError(CertificateError, NegativeDivergenceError):
    """A proof shows on the way that K is negative in the region near the point."""


class ConstantsError(RLCTError):
    """The constants of an asymptotic law cannot be read off the proof of its exponents."""


class EmptyGermError(CertificateError, EmptyRegionError):
    """A proof shows on the way that the region has no interior."""
