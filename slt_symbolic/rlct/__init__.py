"""Learning coefficients (real log canonical thresholds) of polynomials, with certificates."""

from .analytic_problem import AnalyticProblem
from .certificate import Certificate
from .checker import Verdict, check
from .compact_problem import CompactProblem
from .engine import learning_coefficient
from .errors import (
    CertificateError,
    EmptyRegionError,
    NegativeDivergenceError,
    NotAZeroError,
    NotPolynomialError,
    RLCTError,
    ZeroDivergenceError,
)
from .model_problem import ModelError, MomentProblem
from .problem import PiecewiseProblem, Problem
from .result import Known, LearningCoefficient

__all__ = [
    "AnalyticProblem",
    "Certificate",
    "CertificateError",
    "CompactProblem",
    "EmptyRegionError",
    "Known",
    "LearningCoefficient",
    "ModelError",
    "MomentProblem",
    "NegativeDivergenceError",
    "NotAZeroError",
    "NotPolynomialError",
    "PiecewiseProblem",
    "Problem",
    "RLCTError",
    "Verdict",
    "ZeroDivergenceError",
    "check",
    "learning_coefficient",
]
