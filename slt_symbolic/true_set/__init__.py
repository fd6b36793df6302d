"""The set W0 of true parameters: measure, canonical form, equivalence, membership, strata."""

from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.true_set.canonical import CanonicalForm, canonical_form
from slt_symbolic.true_set.domains import NoInteriorError
from slt_symbolic.true_set.equivalence import Equivalence, equivalent
from slt_symbolic.true_set.family import UnsupportedError
from slt_symbolic.true_set.located import Located, NoStrataError
from slt_symbolic.true_set.measure import RepresentingMeasure, representing_measure
from slt_symbolic.true_set.membership import Explanation, explain
from slt_symbolic.true_set.minimal import MinimalNetwork, WidthBounds, minimal_network, rank
from slt_symbolic.true_set.moves import Kind, Move, MoveError
from slt_symbolic.true_set.paths import NotConnectedError, Path, connect
from slt_symbolic.true_set.stratum import Stratum
from slt_symbolic.true_set.true_set import TrueSet
from slt_symbolic.true_set.types import Place, Role, Type

__all__ = [
    "CanonicalForm",
    "Equivalence",
    "Explanation",
    "Kind",
    "Located",
    "MinimalNetwork",
    "Move",
    "MoveError",
    "NoInteriorError",
    "NoStrataError",
    "NotConnectedError",
    "Path",
    "Place",
    "RepresentingMeasure",
    "Role",
    "Stratum",
    "TrueSet",
    "Type",
    "UndecidedError",
    "UnsupportedError",
    "WidthBounds",
    "canonical_form",
    "connect",
    "equivalent",
    "explain",
    "minimal_network",
    "rank",
    "representing_measure",
]
