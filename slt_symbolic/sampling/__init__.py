"""Sampling: whether a predicted learning coefficient holds up numerically.

This room knows a compiled potential K with its gradient, a prior and temperatures; nothing
symbolic. ``run_ladder`` samples exp(-beta K) times the prior over a ladder of inverse
temperatures by any sampler of ``samplers`` with replica exchange, ``fit_ladder`` estimates lambda
from it, and ``validate`` compares a prediction with it.
"""

from slt_symbolic.sampling.checkpoint import load_run
from slt_symbolic.sampling.confirmation import Confirmation, Stage, confirm, suggested_sampler
from slt_symbolic.sampling.diagnostics import Diagnostics
from slt_symbolic.sampling.errors import DivergenceError, SamplingError
from slt_symbolic.sampling.estimators import (
    Estimate,
    LadderFit,
    LogEvidence,
    MultiplicityFit,
    VolumeScaling,
    fit_ladder,
    fit_with_free_multiplicity,
    lambda_from_two_temperatures,
    lambda_hat,
    least_loss,
    local_lambda_hat,
    multiplicity_from_heat_capacity,
    stays_above_zero,
    stepping_stone,
    thermodynamic_integration,
    volume_scaling,
    wbic,
)
from slt_symbolic.sampling.ladder import run_ladder
from slt_symbolic.sampling.potential import Potential, compile_potential, gradient_error
from slt_symbolic.sampling.priors import (
    Gaussian,
    Localised,
    Prior,
    ProductPrior,
    UniformBox,
    Weighted,
)
from slt_symbolic.sampling.progress import Progress
from slt_symbolic.sampling.readouts import ReadoutTarget
from slt_symbolic.sampling.restricted import restrict
from slt_symbolic.sampling.runs import LadderPoint, LadderRun
from slt_symbolic.sampling.samplers import Sampler, sampler
from slt_symbolic.sampling.store import DamagedFileError, OtherVersionError
from slt_symbolic.sampling.target import Target
from slt_symbolic.sampling.targets import (
    BallTarget,
    DataSet,
    empirical_target,
    local_target,
    population_target,
)
from slt_symbolic.sampling.temperatures import geometric_ladder
from slt_symbolic.sampling.validation import Validation, validate

__all__ = [
    "BallTarget",
    "Confirmation",
    "DamagedFileError",
    "DataSet",
    "Diagnostics",
    "DivergenceError",
    "Estimate",
    "Gaussian",
    "LadderFit",
    "LadderPoint",
    "LadderRun",
    "Localised",
    "LogEvidence",
    "MultiplicityFit",
    "OtherVersionError",
    "Potential",
    "Prior",
    "ProductPrior",
    "Progress",
    "ReadoutTarget",
    "Sampler",
    "SamplingError",
    "Stage",
    "Target",
    "UniformBox",
    "Validation",
    "VolumeScaling",
    "Weighted",
    "compile_potential",
    "confirm",
    "empirical_target",
    "fit_ladder",
    "fit_with_free_multiplicity",
    "geometric_ladder",
    "gradient_error",
    "lambda_from_two_temperatures",
    "lambda_hat",
    "least_loss",
    "load_run",
    "local_lambda_hat",
    "local_target",
    "multiplicity_from_heat_capacity",
    "population_target",
    "restrict",
    "run_ladder",
    "sampler",
    "stays_above_zero",
    "stepping_stone",
    "suggested_sampler",
    "thermodynamic_integration",
    "validate",
    "volume_scaling",
    "wbic",
]
