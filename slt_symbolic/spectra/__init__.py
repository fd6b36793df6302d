"""Spectra: Hermite coefficients of units with proof, their decay, and Parseval's identity."""

from slt_symbolic.spectra.coefficient import HermiteCoefficient
from slt_symbolic.spectra.coefficients import hermite_coefficient, hermite_coefficients
from slt_symbolic.spectra.hermite import gaussian_expectation, hermite_polynomial
from slt_symbolic.spectra.parseval import Parseval, parseval
from slt_symbolic.spectra.tanh_decay import TanhDecay

__all__ = [
    "HermiteCoefficient",
    "Parseval",
    "TanhDecay",
    "gaussian_expectation",
    "hermite_coefficient",
    "hermite_coefficients",
    "hermite_polynomial",
    "parseval",
]
