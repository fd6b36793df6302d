"""The Kullback–Leibler divergence K(w): two-layer and linear networks, several outputs, one's own.

Every kind answers the same questions: ``at``, ``enclosure``, ``chamber``, ``pieces``, ``expr``,
``gradient``, ``hessian``, ``taylor``, ``compile``.
"""

from slt_symbolic.divergence.expression import ExpressionDivergence
from slt_symbolic.divergence.linear import LinearDivergence
from slt_symbolic.divergence.multi_output import MultiOutputDivergence
from slt_symbolic.divergence.network_sum import NetworkSum
from slt_symbolic.divergence.piece import Piece
from slt_symbolic.divergence.two_layer import KLDivergence

__all__ = [
    "ExpressionDivergence",
    "KLDivergence",
    "LinearDivergence",
    "MultiOutputDivergence",
    "NetworkSum",
    "Piece",
]
