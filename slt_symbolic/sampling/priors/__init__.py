"""Priors that the samplers know: one kind per file over the :class:`Prior` protocol."""

from slt_symbolic.sampling.priors.gaussian import Gaussian
from slt_symbolic.sampling.priors.protocol import Prior
from slt_symbolic.sampling.priors.uniform_box import UniformBox

__all__ = ["Gaussian", "Prior", "UniformBox"]
