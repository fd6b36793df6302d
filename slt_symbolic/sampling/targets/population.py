"""The population loss of a network as a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.potential import Potential
from slt_symbolic.sampling.priors import Prior
from slt_symbolic.sampling.target import Target

if TYPE_CHECKING:
    from slt_symbolic.divergence import KLDivergence

__all__ = ["population_target"]


RULES = ("gauss", "equispaced")


def population_target(
    divergence: KLDivergence, prior: Prior, *, nodes: int = 64, rule: str = "gauss"
) -> Target:
    """Return the target exp(-beta K(w)) prior(w) of a divergence.

    Parameters
    ----------
    divergence
        K, of a network against a truth under a law of the inputs.
    prior
        A prior on its parameters, in their order.
    nodes
        Points per input of the rule, where one stands for the law. What is sampled is
        then K of the rule: it is an average of squares over the rule's points, so it has at
        most as many modes as the rule has points (half as many if f and f0 are odd), and near
        the true parameters it agrees with K only as far as the rule resolves the modes above
        1/beta. Compare two numbers of nodes at the largest beta.
    rule
        ``gauss`` (Gauss-Hermite for a normal law), or ``equispaced``: for tanh or sigmoid units
        without biases under the standard normal law of one input, and an even number of nodes.
        At 64 nodes it takes less than half of the time, and its error is bounded by
        :func:`~slt_symbolic.divergence.equispaced_rule.equispaced_bound`.

    Raises
    ------
    SamplingError
        If prior and divergence have different dimensions, or the rule does not serve them.

    Examples
    --------
    >>> from sympy import Rational
    >>> from slt_symbolic.activations import TANH
    >>> from slt_symbolic.divergence import KLDivergence
    >>> from slt_symbolic.inputs import StandardNormal
    >>> from slt_symbolic.networks import TwoLayer
    >>> from slt_symbolic.sampling import UniformBox
    >>> model = TwoLayer.symbolic(TANH, width=1, biases=0, output_bias=0)
    >>> K = KLDivergence(model, TwoLayer(TANH, (), inputs=1), StandardNormal(1))
    >>> target = population_target(K, UniformBox((-1, -1), (1, 1)))
    >>> abs(target.value([0.5, 1.0]) - float(K.enclosure((Rational(1, 2), 1)))) < 1e-15
    True
    """
    if prior.dimension != len(divergence.parameters):
        raise SamplingError(
            f"prior must have {len(divergence.parameters)} coordinates for "
            f"{divergence.parameters}, got {prior.dimension}"
        )
    if rule not in RULES:
        raise SamplingError(f"rule must be one of {', '.join(RULES)}, got {rule!r}")
    if rule == "equispaced":
        return Target(_on_equispaced_points(divergence, nodes), prior)
    # Other divergences than those of two-layer networks have no single activation.
    activation = getattr(getattr(divergence, "model", None), "activation", None)
    jumps = getattr(activation, "name", None) == "step"
    return Target(divergence.compile(nodes=nodes), prior, jumps=jumps)


def _on_equispaced_points(divergence: KLDivergence, nodes: int) -> Potential:
    from slt_symbolic.divergence import KLDivergence
    from slt_symbolic.divergence.compiled_equispaced import compile_equispaced

    if not isinstance(divergence, KLDivergence):
        raise SamplingError("equispaced points serve two-layer networks only")
    if divergence.constants:
        raise SamplingError(f"unknown constants {list(divergence.constants)} must be numbers")
    try:
        return compile_equispaced(
            divergence.model, divergence.truth, divergence.inputs, divergence.noise_variance, nodes
        )
    except ValueError as error:
        raise SamplingError(str(error)) from error
