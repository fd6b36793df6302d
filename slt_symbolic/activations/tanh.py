"""The hyperbolic tangent."""

import sympy

from slt_symbolic.activations.activation import Activation, Reflection

TANH = Activation(
    name="tanh",
    latex=r"\tanh",
    formula=sympy.tanh,
    ball=lambda z: z.tanh(),
    reflection=Reflection(sign=-1),
    pole_height=sympy.pi / 2,
    independence="Sussmann (1992), Neural Networks 5, 589-593",
)
