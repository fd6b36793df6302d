"""The logistic sigmoid 1/(1 + exp(−z))."""

import sympy
from flint import arb

from slt_symbolic.activations.activation import Activation, Reflection


def ray_distance(y: arb) -> arb:
    """Return a lower bound on |1 + exp(x + it)| over real x and |t| ≤ y, for y < π.

    It is the distance from −1 to the ray in direction t: at least 1 while the ray points to the
    right, and sin t beyond.
    """
    return arb(1) if y < arb(1.57) else y.sin()


SIGMOID = Activation(
    name="sigmoid",
    latex=r"\mathrm{sigmoid}",
    formula=lambda z: 1 / (1 + sympy.exp(-z)),
    # (1 + tanh(z/2))/2 rather than 1/(1 + exp(-z)): no overflow far to the left.
    ball=lambda z: (1 + (z / 2).tanh()) / 2,
    ball_takes_reals=True,
    reflection=Reflection(sign=-1, constant=sympy.S.One),
    pole_height=sympy.pi,
    strip_bound=lambda y: (1 / ray_distance(y),),
    independence="Sussmann (1992) through sigmoid(z) = (1 + tanh(z/2))/2",
)
