"""Ways to a target: a network with its law, a data set, the neighbourhood of a parameter."""

from slt_symbolic.sampling.targets.ball import BallTarget
from slt_symbolic.sampling.targets.empirical import DataSet, empirical_target
from slt_symbolic.sampling.targets.local import local_target
from slt_symbolic.sampling.targets.population import population_target

__all__ = ["BallTarget", "DataSet", "empirical_target", "local_target", "population_target"]
