"""Learning coefficients (real log canonical thresholds) of polynomials, with certificates."""

from .analytic_problem import AnalyticProblem
from .certificate import Certificate
from .checker import Verdict, check
from .compact_problem import CompactProblem
from .constants import AsymptoticLaw, asymptotic_law
from .engine import learning_coefficient
from .errors import (
    CertificateError,
    ConstantsError,
    EmptyRegionError,
    ModelError,
    NegativeDivergenceError,
    NotAZeroError,
    NotPolynomialError,
    RLCTError,
    ZeroDivergenceError,
)
from .model_problem import MomentProblem
from .problem import PiecewiseProblem, Problem
from .result import Known, LearningCoefficient
from .tanh_problem import TanhProblem

__all__ = [
    "AnalyticProblem",
    "AsymptoticLaw",
    "Certificate",
    "CertificateError",
    "CompactProblem",
    "ConstantsError",
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
    "TanhProblem",
    "Verdict",
    "ZeroDivergenceError",
    "asymptotic_law",
    "check",
    "learning_coefficient",
]
