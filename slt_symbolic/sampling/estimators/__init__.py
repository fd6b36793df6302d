"""Estimators of the learning coefficient, one kind per file."""

from slt_symbolic.sampling.estimators.estimate import Estimate, mean_with_error
from slt_symbolic.sampling.estimators.free_energy import (
    LogEvidence,
    stepping_stone,
    thermodynamic_integration,
)
from slt_symbolic.sampling.estimators.ladder_fit import LadderFit, fit_ladder
from slt_symbolic.sampling.estimators.lambda_hat import lambda_hat
from slt_symbolic.sampling.estimators.least_loss import least_loss, stays_above_zero
from slt_symbolic.sampling.estimators.local import local_lambda_hat
from slt_symbolic.sampling.estimators.multiplicity import (
    MultiplicityFit,
    fit_with_free_multiplicity,
    multiplicity_from_heat_capacity,
)
from slt_symbolic.sampling.estimators.volume import VolumeScaling, volume_scaling
from slt_symbolic.sampling.estimators.wbic import lambda_from_two_temperatures, wbic

__all__ = [
    "Estimate",
    "LadderFit",
    "LogEvidence",
    "MultiplicityFit",
    "VolumeScaling",
    "fit_ladder",
    "fit_with_free_multiplicity",
    "lambda_from_two_temperatures",
    "lambda_hat",
    "least_loss",
    "local_lambda_hat",
    "mean_with_error",
    "multiplicity_from_heat_capacity",
    "stays_above_zero",
    "stepping_stone",
    "thermodynamic_integration",
    "volume_scaling",
    "wbic",
]
