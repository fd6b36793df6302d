"""Input distributions: one kind per file, over the questions of :class:`InputDistribution`."""

from slt_symbolic.inputs.distribution import InputDistribution
from slt_symbolic.inputs.standard_normal import StandardNormal
from slt_symbolic.inputs.uniform_interval import UniformInterval

__all__ = ["InputDistribution", "StandardNormal", "UniformInterval"]
