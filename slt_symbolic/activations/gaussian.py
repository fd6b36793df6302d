"""The Gaussian bump exp(−z²)."""

import sympy
from flint import acb

from slt_symbolic.activations.activation import Activation, Reflection


def _ball(z: acb) -> acb:
    return (-z * z).exp()


GAUSSIAN = Activation(
    name="gaussian",
    latex=r"\mathrm{gauss}",
    formula=lambda z: sympy.exp(-(z**2)),
    ball=_ball,
    ball_takes_reals=True,
    reflection=Reflection(sign=1),
    pole_height=sympy.oo,
    # |exp(−(x + it)²)| = exp(t² − x²)
    strip_bound=lambda y: ((y * y).exp(),),
    independence=(
        "along a generic line the units are exp(-(wx+b)^2), distinct in (w^2, wb), hence ordered "
        "by growth at complex infinity"
    ),
)
