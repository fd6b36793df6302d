"""The leaky rectified linear unit: z for z > 0, slope·z for z < 0."""

import sympy

from slt_symbolic.activations.activation import Activation, Branches, Reflection


def leaky_relu(slope: sympy.Rational) -> Activation:
    """Return the leaky ReLU with the given slope below zero.

    Parameters
    ----------
    slope : sympy.Rational or int
        Slope a on z < 0; any exact rational except 1, at which the function is linear.

    Raises
    ------
    TypeError
        If the slope is not an exact rational.
    ValueError
        If the slope is 1.

    Notes
    -----
    σ(−z) = σ(z) − (1 + a)z: both sides are −az for z > 0, and −z for z < 0.

    Examples
    --------
    >>> import sympy
    >>> leaky_relu(sympy.Rational(1, 10)).reflection.slope
    -11/10
    """
    if isinstance(slope, float) or not isinstance(slope, int | sympy.Rational):
        raise TypeError(f"slope must be an exact rational (int or sympy.Rational), got {slope!r}")
    a = sympy.Rational(slope)
    if a == 1:
        raise ValueError("slope must differ from 1: with slope 1 the leaky ReLU is linear")
    return Activation(
        name=f"leaky_relu({a})",
        latex=rf"\mathrm{{LReLU}}_{{{sympy.latex(a)}}}",
        formula=lambda z: sympy.Piecewise((z, z > 0), (a * z, True)),
        scaling_degree=1,
        reflection=Reflection(sign=1, slope=-(1 + a)),
        branches=Branches(below=(sympy.S.Zero, a), above=(sympy.S.Zero, sympy.S.One)),
        independence="by its folds, as for the ReLU",
    )
