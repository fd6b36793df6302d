"""The cosine."""

import sympy

from slt_symbolic.activations.activation import Activation, Reflection

COS = Activation(
    name="cos",
    latex=r"\cos",
    formula=sympy.cos,
    ball=lambda z: z.cos(),
    ball_takes_reals=True,
    reflection=Reflection(sign=1),
    pole_height=sympy.oo,
    # |cos(x + it)|² = cos²x + sinh²t
    strip_bound=lambda y: (y.cosh(),),
    independence="only for distinct ±w, as for the sine",
)
