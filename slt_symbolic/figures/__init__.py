"""Pictures of networks, of W0 and of K. They need matplotlib: the extra ``plot``."""

from slt_symbolic.figures.boundaries import activation_boundaries
from slt_symbolic.figures.levels import divergence_levels
from slt_symbolic.figures.strata_graph import strata_graph

__all__ = ["activation_boundaries", "divergence_levels", "strata_graph"]
