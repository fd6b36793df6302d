"""The error function."""

import sympy

from slt_symbolic.activations.activation import Activation, Reflection

ERF = Activation(
    name="erf",
    latex=r"\mathrm{erf}",
    formula=sympy.erf,
    ball=lambda z: z.erf(),
    reflection=Reflection(sign=-1),
    pole_height=sympy.oo,
    independence=(
        "along a generic line the derivatives are Gaussians exp(-(wx+b)^2) times constants, "
        "distinct in (w^2, wb), hence ordered by growth at complex infinity"
    ),
)
