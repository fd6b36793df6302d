"""The population loss of a network as a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.priors import Prior
from slt_symbolic.sampling.target import Target

if TYPE_CHECKING:
    from slt_symbolic.divergence import KLDivergence

__all__ = ["population_target"]


def population_target(divergence: KLDivergence, prior: Prior, *, nodes: int = 64) -> Target:
    """Return the target exp(-beta K(w)) prior(w) of a divergence.

    Parameters
    ----------
    divergence
        K, of a network against a truth under a law of the inputs.
    prior
        A prior on its parameters, in their order.
    nodes
        Points per input of the Gauss rule, where one stands for the law. What is sampled is
        then K of the rule: it is an average of squares over the rule's points, so it has at
        most as many modes as the rule has points (half as many if f and f0 are odd), and near
        the true parameters it agrees with K only as far as the rule resolves the modes above
        1/beta. Compare two numbers of nodes at the largest beta.

    Raises
    ------
    SamplingError
        If prior and divergence have different dimensions.

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
    # Other divergences than those of two-layer networks have no single activation.
    activation = getattr(getattr(divergence, "model", None), "activation", None)
    jumps = getattr(activation, "name", None) == "step"
    return Target(divergence.compile(nodes=nodes), prior, jumps=jumps)
