"""The logistic sigmoid 1/(1 + exp(−z))."""

import sympy

from slt_symbolic.activations.activation import Activation, Reflection

SIGMOID = Activation(
    name="sigmoid",
    latex=r"\mathrm{sigmoid}",
    formula=lambda z: 1 / (1 + sympy.exp(-z)),
    # (1 + tanh(z/2))/2 rather than 1/(1 + exp(-z)): no overflow far to the left.
    ball=lambda z: (1 + (z / 2).tanh()) / 2,
    reflection=Reflection(sign=-1, constant=sympy.S.One),
    pole_height=sympy.pi,
    independence="Sussmann (1992) through sigmoid(z) = (1 + tanh(z/2))/2",
)
