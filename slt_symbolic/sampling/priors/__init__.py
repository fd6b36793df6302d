"""Priors that the samplers know: one kind per file over the :class:`Prior` protocol."""

from slt_symbolic.sampling.priors.gaussian import Gaussian
from slt_symbolic.sampling.priors.localised import Localised
from slt_symbolic.sampling.priors.product import ProductPrior
from slt_symbolic.sampling.priors.protocol import Prior
from slt_symbolic.sampling.priors.uniform_box import UniformBox
from slt_symbolic.sampling.priors.weighted import Weighted

__all__ = ["Gaussian", "Localised", "Prior", "ProductPrior", "UniformBox", "Weighted"]
