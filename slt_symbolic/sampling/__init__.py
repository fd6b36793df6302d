"""Sampling: whether a predicted learning coefficient holds up numerically.

This room knows a compiled potential K with its gradient, a prior and temperatures; nothing
symbolic. ``run_ladder`` samples exp(-beta K) times the prior over a ladder of inverse
temperatures by Metropolis-adjusted Langevin steps with replica exchange, ``fit_ladder``
estimates lambda from it, and ``validate`` compares a prediction with it.
"""

from slt_symbolic.sampling.diagnostics import Diagnostics
from slt_symbolic.sampling.errors import DivergenceError, SamplingError
from slt_symbolic.sampling.estimators import Estimate, LadderFit, fit_ladder, lambda_hat
from slt_symbolic.sampling.ladder import run_ladder
from slt_symbolic.sampling.potential import Potential, compile_potential, gradient_error
from slt_symbolic.sampling.priors import Gaussian, Prior, UniformBox
from slt_symbolic.sampling.runs import LadderPoint, LadderRun
from slt_symbolic.sampling.target import Target
from slt_symbolic.sampling.temperatures import geometric_ladder
from slt_symbolic.sampling.validation import Validation, validate

__all__ = [
    "Diagnostics",
    "DivergenceError",
    "Estimate",
    "Gaussian",
    "LadderFit",
    "LadderPoint",
    "LadderRun",
    "Potential",
    "Prior",
    "SamplingError",
    "Target",
    "UniformBox",
    "Validation",
    "compile_potential",
    "fit_ladder",
    "geometric_ladder",
    "gradient_error",
    "lambda_hat",
    "run_ladder",
    "validate",
]
