"""Property-based tests of networks, true parameters and certificates, with Hypothesis.

Strategies draw exact objects and shrink to small ones; properties raise
:class:`PropertyError` where something does not hold.
"""

from slt_symbolic.testing.changes import (
    Change,
    Insertion,
    Permutation,
    Reversal,
    Scaling,
    Split,
)
from slt_symbolic.testing.choices import activations, input_distributions
from slt_symbolic.testing.coefficients import (
    KnownProblem,
    blown_down_monomials,
    monomials,
    rlct_problems,
)
from slt_symbolic.testing.equivalents import (
    EquivalentPair,
    equivalent_pairs,
    moved_parameter,
    symmetries,
)
from slt_symbolic.testing.networks import Situation, networks, parameters, situations, truths
from slt_symbolic.testing.properties import (
    PropertyError,
    check_certificate,
    check_divergence,
    check_equivalence_preserves_function,
    check_invariance,
    check_known_answer,
    check_true_parameter,
)
from slt_symbolic.testing.rationals import rationals
from slt_symbolic.testing.requirement import MissingHypothesisError
from slt_symbolic.testing.true_parameters import (
    NearTrue,
    near_true_parameters,
    true_parameters,
)

__all__ = [
    "Change",
    "EquivalentPair",
    "Insertion",
    "KnownProblem",
    "MissingHypothesisError",
    "NearTrue",
    "Permutation",
    "PropertyError",
    "Reversal",
    "Scaling",
    "Situation",
    "Split",
    "activations",
    "blown_down_monomials",
    "check_certificate",
    "check_divergence",
    "check_equivalence_preserves_function",
    "check_invariance",
    "check_known_answer",
    "check_true_parameter",
    "equivalent_pairs",
    "input_distributions",
    "monomials",
    "moved_parameter",
    "near_true_parameters",
    "networks",
    "parameters",
    "rationals",
    "rlct_problems",
    "situations",
    "symmetries",
    "true_parameters",
    "truths",
]
