"""The inverse tangent."""

import sympy
from flint import acb, arb

from slt_symbolic.activations.activation import Activation, Reflection


def _ball(z: acb) -> acb:
    # arb continues across the cuts ±i[1, ∞) by either branch: no holomorphic enclosure there.
    if z.real.contains(0) and not abs(z.imag) < 1:
        return acb(arb.nan(), arb.nan())
    return z.atan()


ARCTAN = Activation(
    name="arctan",
    latex=r"\arctan",
    formula=sympy.atan,
    ball=_ball,
    reflection=Reflection(sign=-1),
    pole_height=sympy.S.One,
    # Real part below π/2; imaginary part ¼ log((x² + (1+t)²)/(x² + (1−t)²)), largest at x = 0.
    strip_bound=lambda y: (arb.pi() / 2 + y.atanh(),),
    independence=(
        "along a generic line the derivatives w/(1 + (wx+b)^2) have simple poles (±i - b)/w, "
        "distinct for distinct ±(w, b)"
    ),
)
