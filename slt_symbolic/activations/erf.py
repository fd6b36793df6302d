"""The error function."""

import sympy
from flint import arb

from slt_symbolic.activations.activation import Activation, Reflection

ERF = Activation(
    name="erf",
    latex=r"\mathrm{erf}",
    formula=sympy.erf,
    ball=lambda z: z.erf(),
    ball_takes_reals=True,
    reflection=Reflection(sign=-1),
    pole_height=sympy.oo,
    # erf(x + it) − erf(x) = (2i/√π) ∫₀ᵗ exp(−(x + is)²) ds, of modulus at most 2y exp(y²)/√π.
    strip_bound=lambda y: (1 + 2 * y * (y * y).exp() / arb.pi().sqrt(),),
    independence=(
        "along a generic line the derivatives are Gaussians exp(-(wx+b)^2) times constants, "
        "distinct in (w^2, wb), hence ordered by growth at complex infinity"
    ),
)
