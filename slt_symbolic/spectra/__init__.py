"""Spectra: Hermite coefficients of units with proof, their decay, and Parseval's identity."""

from slt_symbolic.spectra.coefficient import HermiteCoefficient
from slt_symbolic.spectra.coefficients import hermite_coefficient, hermite_coefficients
from slt_symbolic.spectra.cube import cube_bound, cube_coefficient
from slt_symbolic.spectra.decay import Decay, first_within, orders_outside
from slt_symbolic.spectra.errors import NoRouteError, NoSecondMomentError
from slt_symbolic.spectra.fast_tanh import log_tanh_coefficient
from slt_symbolic.spectra.gauss_hermite import GaussHermite, gauss_hermite
from slt_symbolic.spectra.gram_factor import GivenWeights, NormalWeights, UniformWeights
from slt_symbolic.spectra.gram_spectrum import (
    GramSpectrum,
    gram_spectrum,
    mode_count,
    unit_gram_spectrum,
)
from slt_symbolic.spectra.hermite import gaussian_expectation, hermite_polynomial
from slt_symbolic.spectra.mode_bounds import (
    ModeBounds,
    bound_table,
    bounded_readout_bound,
    free_energy_bound,
    mode_bounds,
    truncation_change,
    typical_bound,
)
from slt_symbolic.spectra.network_spectrum import (
    NetworkSpectra,
    network_coefficient,
    network_log_squares,
    random_network_spectra,
)
from slt_symbolic.spectra.parseval import Parseval, parseval
from slt_symbolic.spectra.pole_decay import PoleDecay
from slt_symbolic.spectra.quadrature_error import (
    QuadratureRow,
    gauss_hermite_error,
    loss_quadrature,
)
from slt_symbolic.spectra.rate_fit import RateFit, compare_rates, fit_rate
from slt_symbolic.spectra.tanh_decay import TanhDecay
from slt_symbolic.spectra.wallis_decay import WallisDecay
from slt_symbolic.spectra.wave_decay import WaveDecay
from slt_symbolic.spectra.zonal import (
    circle_components,
    zonal_coefficient,
    zonal_coefficients,
)
from slt_symbolic.spectra.zonal_coefficient import ZonalCoefficient
from slt_symbolic.spectra.zonal_decay import ZonalDecay

__all__ = [
    "Decay",
    "GaussHermite",
    "GivenWeights",
    "GramSpectrum",
    "HermiteCoefficient",
    "ModeBounds",
    "NetworkSpectra",
    "NoRouteError",
    "NoSecondMomentError",
    "NormalWeights",
    "Parseval",
    "PoleDecay",
    "QuadratureRow",
    "RateFit",
    "TanhDecay",
    "UniformWeights",
    "WallisDecay",
    "WaveDecay",
    "ZonalCoefficient",
    "ZonalDecay",
    "bound_table",
    "bounded_readout_bound",
    "circle_components",
    "compare_rates",
    "cube_bound",
    "cube_coefficient",
    "first_within",
    "fit_rate",
    "free_energy_bound",
    "gauss_hermite",
    "gauss_hermite_error",
    "gaussian_expectation",
    "gram_spectrum",
    "hermite_coefficient",
    "hermite_coefficients",
    "hermite_polynomial",
    "log_tanh_coefficient",
    "loss_quadrature",
    "mode_bounds",
    "mode_count",
    "network_coefficient",
    "network_log_squares",
    "orders_outside",
    "parseval",
    "random_network_spectra",
    "truncation_change",
    "typical_bound",
    "unit_gram_spectrum",
    "zonal_coefficient",
    "zonal_coefficients",
]
