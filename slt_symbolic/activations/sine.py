"""The sine."""

import sympy

from slt_symbolic.activations.activation import Activation, Reflection

SIN = Activation(
    name="sin",
    latex=r"\sin",
    formula=sympy.sin,
    ball=lambda z: z.sin(),
    ball_takes_reals=True,
    reflection=Reflection(sign=-1),
    pole_height=sympy.oo,
    # |sin(x + it)|² = sin²x + sinh²t
    strip_bound=lambda y: (y.cosh(),),
    independence=(
        "only for distinct ±w: units of one frequency span the two dimensions of sin(wx), cos(wx); "
        "distinct frequencies are independent as distinct characters"
    ),
)
