"""The Fisher information: matrix, rank with proof, null relations, strata by rank.

A model's scores ∂_j f are written in functions of the input that are known to be independent
(monomials, half-spaces, values and slopes of distinct units); ranks and relations are then exact
linear algebra. A newcomer with another kind of units adds a
:class:`~slt_symbolic.fisher.basis.Basis`.
"""

from slt_symbolic.fisher.deep import DeepReLU
from slt_symbolic.fisher.expression import ExpressionFisher
from slt_symbolic.fisher.information import FisherInformation
from slt_symbolic.fisher.jet_rank import jet_rank
from slt_symbolic.fisher.rank import NullRelations, RankProof
from slt_symbolic.fisher.relu_rank import relu_rank
from slt_symbolic.fisher.strata import (
    RankStratum,
    degeneracy_components,
    jet_strata,
    relu_strata,
)

__all__ = [
    "DeepReLU",
    "ExpressionFisher",
    "FisherInformation",
    "NullRelations",
    "RankProof",
    "RankStratum",
    "degeneracy_components",
    "jet_rank",
    "jet_strata",
    "relu_rank",
    "relu_strata",
]
