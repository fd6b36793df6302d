"""Phases of W0: local learning coefficients, and the leading constants of their free energies."""

from slt_symbolic.phases.answer import LocalCoefficient
from slt_symbolic.phases.constant import DivergentConstantError, LeadingConstant, leading_constant
from slt_symbolic.phases.density import NotRegularError, StratumDensity
from slt_symbolic.phases.labels import active_units, orientation
from slt_symbolic.phases.local import local_learning_coefficient
from slt_symbolic.phases.phase import Phase, PhasePiece, phases
from slt_symbolic.phases.prior import BoxPrior, GaussianPrior
from slt_symbolic.phases.shared_folds import SharedFolds

__all__ = [
    "BoxPrior",
    "DivergentConstantError",
    "GaussianPrior",
    "LeadingConstant",
    "LocalCoefficient",
    "NotRegularError",
    "Phase",
    "PhasePiece",
    "SharedFolds",
    "StratumDensity",
    "active_units",
    "leading_constant",
    "local_learning_coefficient",
    "orientation",
    "phases",
]
