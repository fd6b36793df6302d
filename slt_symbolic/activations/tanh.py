"""The hyperbolic tangent."""

import sympy
from flint import arb

from slt_symbolic.activations.activation import Activation, Reflection

TANH = Activation(
    name="tanh",
    latex=r"\tanh",
    formula=sympy.tanh,
    ball=lambda z: z.tanh(),
    ball_takes_reals=True,
    reflection=Reflection(sign=-1),
    pole_height=sympy.pi / 2,
    # |tanh(x + it)|² = (sinh²x + sin²t)/(sinh²x + cos²t): largest at x = 0, or below 1.
    strip_bound=lambda y: (arb(1) if y < arb(0.78) else arb(1).max(y.tan()),),
    independence="Sussmann (1992), Neural Networks 5, 589-593",
)
