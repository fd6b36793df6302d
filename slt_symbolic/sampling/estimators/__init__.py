"""Estimators of the learning coefficient, one kind per file."""

from slt_symbolic.sampling.estimators.estimate import Estimate, mean_with_error
from slt_symbolic.sampling.estimators.ladder_fit import LadderFit, fit_ladder
from slt_symbolic.sampling.estimators.lambda_hat import lambda_hat

__all__ = ["Estimate", "LadderFit", "fit_ladder", "lambda_hat", "mean_with_error"]
