"""The set W0 of true parameters of a network."""

from __future__ import annotations

from functools import cached_property

from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import InputDistribution, UniformInterval
from slt_symbolic.kernels.broken import NotDifferentiableError
from slt_symbolic.networks import Point, TwoLayer
from slt_symbolic.true_set.membership import Explanation, explain
from slt_symbolic.true_set.strata import Stratum, strata


class TrueSet:
    """W0 = {w : f(·, w) = f0 on the inputs' support}.

    Parameters
    ----------
    model : TwoLayer
        The network, with its parameters; piecewise linear activation.
    truth : TwoLayer
        The true network, without parameters.
    inputs : InputDistribution
        The law of the inputs. Only its support matters: an interval, or all of R^n.

    Raises
    ------
    ValueError
        If the truth has parameters, an activation is not piecewise linear, or the numbers of
        inputs differ.

    Examples
    --------
    >>> import sympy
    >>> from slt_symbolic.activations import RELU
    >>> from slt_symbolic.networks import Unit
    >>> model = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
    >>> W0 = TrueSet(model, TwoLayer(RELU, [Unit(1, (1,), 0)]), UniformInterval(-1, 1))
    >>> for stratum in W0.strata:
    ...     print(stratum)
    [fold1+, fold1+] dim 1: w2 = 1 - w1; w1 > 0, 1 - w1 > 0
    [fold1+, flat0] dim 0: w1 = 1, w2 = 0
    [flat0, fold1+] dim 0: w1 = 0, w2 = 1
    >>> W0.contains((sympy.Rational(1, 4), sympy.Rational(3, 4))), W0.contains((2, -1))
    (True, False)
    """

    def __init__(self, model: TwoLayer, truth: TwoLayer, inputs: InputDistribution) -> None:
        if truth.parameters:
            raise ValueError(f"truth must have no parameters, it has {truth.parameters}")
        for name, network in (("model", model), ("truth", truth)):
            if network.inputs != inputs.dimension:
                raise ValueError(
                    f"{name} must have {inputs.dimension} inputs like the law, "
                    f"it has {network.inputs}"
                )
            branches = network.activation.branches
            if branches is None or max(len(branches.below), len(branches.above)) > 2:
                raise ValueError(
                    f"{name} must have a piecewise linear activation, not {network.activation.name}"
                )
        self.model, self.truth, self.inputs = model, truth, inputs

    @cached_property
    def strata(self) -> tuple[Stratum, ...]:
        """All strata, each a smooth piece with its equations; disjoint, with union W0.

        Raises
        ------
        ValueError
            If the inputs are not on an interval.
        UndecidedError
            If a combinatorial type could be neither solved nor excluded.
        """
        if not isinstance(self.inputs, UniformInterval):
            raise ValueError(f"strata need inputs on an interval, got {self.inputs!r}")
        return tuple(strata(self.model, self.truth, self.inputs))

    def contains(self, values: Point) -> bool:
        """Decide exactly whether a parameter is true."""
        return self.explain(values).is_true

    def explain(self, values: Point) -> Explanation:
        """Decide exactly whether a parameter is true, and say what differs if it is not."""
        return explain(self.model, self.truth, values, self.inputs)

    def fisher_rank(self, stratum: Stratum) -> int | None:
        """Return the Fisher rank at the stratum's sample point.

        Returns
        -------
        int or None
            None where the network is not differentiable in its parameters.
        """
        try:
            return FisherInformation(self.model, self.inputs).rank(stratum.point)
        except NotDifferentiableError:
            return None
