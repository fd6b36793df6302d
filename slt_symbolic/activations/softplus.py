"""The softplus log(1 + exp(z)), whose derivative is the sigmoid."""

import sympy
from flint import acb, arb

from slt_symbolic.activations.activation import Activation, Reflection
from slt_symbolic.activations.sigmoid import ray_distance


def _ball(z: acb) -> acb:
    # The branch points iπ(2k + 1) carry cuts to the right; in the strip |Im z| < π there is none.
    if not abs(z.imag) < arb.pi():
        return acb(arb.nan(), arb.nan())
    if z.real.mid() > 0:
        return z + (-z).exp().log1p()
    return z.exp().log1p()


def _strip_bound(y: arb) -> tuple[arb, ...]:
    # |Im| ≤ y; log(distance) ≤ Re ≤ log(1 + exp(x)) ≤ |x| + log 2.
    return arb(2).log() + y - ray_distance(y).log(), arb(1)


SOFTPLUS = Activation(
    name="softplus",
    latex=r"\mathrm{softplus}",
    formula=lambda z: sympy.log(1 + sympy.exp(z)),
    ball=_ball,
    ball_takes_reals=True,
    reflection=Reflection(sign=1, slope=sympy.S.NegativeOne),
    pole_height=sympy.pi,
    strip_bound=_strip_bound,
    independence="Sussmann (1992): along a line the derivatives are sigmoids times w",
)
