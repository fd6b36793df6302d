"""Learning coefficients (real log canonical thresholds) of polynomials, with certificates."""

from .certificate import Certificate
from .checker import Verdict, check
from .engine import learning_coefficient
from .errors import (
    CertificateError,
    EmptyRegionError,
    NegativeDivergenceError,
    NotAZeroError,
    NotPolynomialError,
    RLCTError,
)
from .problem import PiecewiseProblem, Problem
from .result import Known, LearningCoefficient

__all__ = [
    "Certificate",
    "CertificateError",
    "EmptyRegionError",
    "Known",
    "LearningCoefficient",
    "NegativeDivergenceError",
    "NotAZeroError",
    "NotPolynomialError",
    "PiecewiseProblem",
    "Problem",
    "RLCTError",
    "Verdict",
    "check",
    "learning_coefficient",
]
