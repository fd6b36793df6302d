"""The Gaussian error linear unit z·Φ(z), Φ the standard normal distribution function."""

import sympy
from flint import acb, arb

from slt_symbolic.activations.activation import Activation, Reflection


def _ball(z: acb) -> acb:
    # erfc rather than 1 + erf: no cancellation far to the left.
    return z * (-z / arb(2).sqrt()).erfc() / 2


def _strip_bound(y: arb) -> tuple[arb, ...]:
    # |Φ(x + it)| ≤ Φ(x) + (1/√(2π)) ∫₀ʸ exp(s²/2) ds
    cumulative = 1 + y * (y * y / 2).exp() / (2 * arb.pi()).sqrt()
    return cumulative * y, cumulative


GELU = Activation(
    name="gelu",
    latex=r"\mathrm{GELU}",
    formula=lambda z: z * (1 + sympy.erf(z / sympy.sqrt(2))) / 2,
    ball=_ball,
    ball_takes_reals=True,
    reflection=Reflection(sign=1, slope=sympy.S.NegativeOne),
    pole_height=sympy.oo,
    strip_bound=_strip_bound,
    independence=(
        "along a generic line the second derivatives are w^2 (2 - (wx+b)^2) exp(-(wx+b)^2/2) times "
        "a constant, distinct in (w^2, wb), hence ordered by growth at complex infinity"
    ),
)
