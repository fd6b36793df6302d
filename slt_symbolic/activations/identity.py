"""The identity, σ(z) = z: constants and coordinates of x are units with this activation."""

import sympy
from flint import arb

from slt_symbolic.activations.activation import Activation, Branches, Reflection

IDENTITY = Activation(
    name="identity",
    latex=r"\mathrm{id}",
    formula=lambda z: z,
    ball=lambda z: z,
    ball_takes_reals=True,
    scaling_degree=1,
    reflection=Reflection(sign=-1),
    branches=Branches(below=(sympy.S.Zero, sympy.S.One), above=(sympy.S.Zero, sympy.S.One)),
    pole_height=sympy.oo,
    strip_bound=lambda y: (y, arb(1)),
    independence="finite-dimensional",
)
