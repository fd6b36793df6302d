"""Neuron kernels of piecewise linear activations and erf under standard normal inputs."""

from __future__ import annotations

from typing import Any

from slt_symbolic.activations import ERF, Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.kernels.calculus import Calculus
from slt_symbolic.kernels.normal_moments import NormalMoments
from slt_symbolic.kernels.ramps import Ramp, RampKernel, is_piecewise_linear


class NormalPiecewiseKernel(RampKernel):
    """E[g h] under N(0, I_n) for ReLU, leaky ReLU, |z|, step, identity and erf, in any mixture.

    Parameters
    ----------
    inputs : StandardNormal
        The law of the inputs.

    Notes
    -----
    The preactivations are jointly normal, so that everything is a truncated moment of two
    normals (:class:`~slt_symbolic.kernels.normal_moments.NormalMoments`). erf belongs here
    because erf(z) = 2 P(z + ξ/√2 > 0) − 1 with an independent standard normal ξ: it is a step
    whose preactivation has the variance ½ more. Without biases erf gives Williams' arcsine.

    A closed form holds where the signs that it asked for stay as they are: |w|² > 0 for a unit
    with a break, and |w|²|w′|² > ⟨w, w′⟩² for two of them. Biases impose nothing: the orthant
    probability stays a symbol. Only where the weights are parallel for every value of the symbols
    (one input, above all) do the orientations and the order of the breaks enter; a sample at
    which weights merely happen to be parallel is on a wall.

    References
    ----------
    Y. Cho and L. K. Saul (2009), Kernel methods for deep learning, NIPS 22.
    C. K. I. Williams (1997), Computing with infinite networks, NIPS 9.

    Examples
    --------
    >>> import sympy
    >>> from slt_symbolic.activations import RELU
    >>> from slt_symbolic.kernels.feature import Feature
    >>> kernel = NormalPiecewiseKernel(StandardNormal(2))
    >>> unit = Feature(RELU, (sympy.Integer(1), sympy.Integer(0)), sympy.Integer(0))
    >>> other = Feature(RELU, (sympy.Integer(1), sympy.Integer(1)), sympy.Integer(0))
    >>> kernel.exact(unit, unit), kernel.exact(unit, other)
    (1/2, 1/(2*pi) + 3/8)
    >>> shifted = Feature(RELU, (sympy.Integer(1), sympy.Integer(1)), sympy.Integer(-1))
    >>> kernel.enclosure(unit, shifted, digits=20).str(20, radius=False)
    '0.24424807902528388293'
    """

    @staticmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether the law is standard normal and both activations are of the kinds above."""
        return isinstance(inputs, StandardNormal) and all(
            a == ERF or is_piecewise_linear(a) for a in (first, second)
        )

    def over(
        self, field: OrderedField, calculus: Calculus, first: Ramp, second: Ramp, covariance: Any
    ) -> Any:
        """Return E[g h] as a number of the calculus."""
        return NormalMoments(field, calculus, first, second, covariance).expectation()
