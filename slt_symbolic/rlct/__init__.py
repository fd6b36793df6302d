"""Learning coefficients (real log canonical thresholds) of polynomials, with certificates.

Names are imported on first use, so that the checker (``slt_symbolic.rlct.checker``) loads and works
without anything of the search.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .analytic_problem import AnalyticProblem as AnalyticProblem
    from .candidate_poles import candidate_poles as candidate_poles
    from .certificate import Certificate as Certificate
    from .checker import Verdict as Verdict
    from .checker import check as check
    from .compact_problem import CompactProblem as CompactProblem
    from .constants import AsymptoticLaw as AsymptoticLaw
    from .constants import asymptotic_law as asymptotic_law
    from .engine import learning_coefficient as learning_coefficient
    from .errors import CertificateError as CertificateError
    from .errors import ConstantsError as ConstantsError
    from .errors import EmptyRegionError as EmptyRegionError
    from .errors import ModelError as ModelError
    from .errors import NegativeDivergenceError as NegativeDivergenceError
    from .errors import NotAZeroError as NotAZeroError
    from .errors import NotPolynomialError as NotPolynomialError
    from .errors import RLCTError as RLCTError
    from .errors import ZeroDivergenceError as ZeroDivergenceError
    from .model_problem import MomentProblem as MomentProblem
    from .problem import PiecewiseProblem as PiecewiseProblem
    from .problem import Problem as Problem
    from .result import Known as Known
    from .result import LearningCoefficient as LearningCoefficient
    from .tanh_problem import TanhProblem as TanhProblem

_HOME = {
    "AnalyticProblem": "analytic_problem",
    "AsymptoticLaw": "constants",
    "Certificate": "certificate",
    "CertificateError": "errors",
    "CompactProblem": "compact_problem",
    "ConstantsError": "errors",
    "EmptyRegionError": "errors",
    "Known": "result",
    "LearningCoefficient": "result",
    "ModelError": "errors",
    "MomentProblem": "model_problem",
    "NegativeDivergenceError": "errors",
    "NotAZeroError": "errors",
    "NotPolynomialError": "errors",
    "PiecewiseProblem": "problem",
    "Problem": "problem",
    "RLCTError": "errors",
    "TanhProblem": "tanh_problem",
    "Verdict": "checker",
    "ZeroDivergenceError": "errors",
    "asymptotic_law": "constants",
    "candidate_poles": "candidate_poles",
    "check": "checker",
    "learning_coefficient": "engine",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
