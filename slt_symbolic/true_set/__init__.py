"""The set W0 of true parameters: representing measure, membership, strata."""

from slt_symbolic.true_set.constraints import UndecidedError
from slt_symbolic.true_set.measure import RepresentingMeasure, representing_measure
from slt_symbolic.true_set.membership import Explanation, explain
from slt_symbolic.true_set.strata import Stratum
from slt_symbolic.true_set.true_set import TrueSet
from slt_symbolic.true_set.types import Place, Role

__all__ = [
    "Explanation",
    "Place",
    "RepresentingMeasure",
    "Role",
    "Stratum",
    "TrueSet",
    "UndecidedError",
    "explain",
    "representing_measure",
]
