"""Input distributions: one kind per file, over the questions of :class:`InputDistribution`."""

from slt_symbolic.inputs.distribution import InputDistribution
from slt_symbolic.inputs.finite_sample import FiniteSample
from slt_symbolic.inputs.standard_normal import StandardNormal
from slt_symbolic.inputs.uniform_box import UniformBox
from slt_symbolic.inputs.uniform_interval import UniformInterval
from slt_symbolic.inputs.uniform_polygon import UniformPolygon
from slt_symbolic.inputs.uniform_sphere import UniformSphere

__all__ = [
    "FiniteSample",
    "InputDistribution",
    "StandardNormal",
    "UniformBox",
    "UniformInterval",
    "UniformPolygon",
    "UniformSphere",
]
