"""The swish z·sigmoid(βz); at β = 1 the sigmoid linear unit (SiLU)."""

import sympy
from flint import acb, arb, fmpq

from slt_symbolic.activations.activation import Activation, Reflection
from slt_symbolic.activations.sigmoid import ray_distance


def swish(beta: sympy.Rational | int) -> Activation:
    """Return the swish x/(1 + exp(−βx)).

    Parameters
    ----------
    beta : sympy.Rational or int
        β, an exact positive rational.

    Raises
    ------
    TypeError
        If β is not an exact rational.
    ValueError
        If β is not positive.

    Notes
    -----
    σ(z) − σ(−z) = z (sigmoid(βz) + sigmoid(−βz)) = z. Units are independent by their poles: that
    of (w, b) nearest to the real line are −b/w ± iπ/(βw), simple, with residues ±iπ/(β²w) ≠ 0;
    among units with one −b/w and distinct |w| the largest |w| has poles that no other has, so
    its coefficient vanishes, and so on down.

    Examples
    --------
    >>> swish(2)(sympy.Symbol("z"))
    z/(1 + exp(-2*z))
    >>> swish(2).pole_height
    pi/2
    """
    if isinstance(beta, bool | float) or not isinstance(beta, int | sympy.Rational):
        raise TypeError(f"beta must be an exact rational (int or sympy.Rational), got {beta!r}")
    b = sympy.Rational(beta)
    if b <= 0:
        raise ValueError(f"beta must be positive, got {b}")
    rate = fmpq(int(b.p), int(b.q))

    def ball(z: acb) -> acb:
        # (1 + tanh)/2 rather than 1/(1 + exp): no overflow far to the left.
        return z * (1 + (z * rate / 2).tanh()) / 2

    def strip_bound(y: arb) -> tuple[arb, ...]:
        slope = 1 / ray_distance(y * rate)
        return slope * y, slope

    return Activation(
        name="swish" if b == 1 else f"swish({b})",
        latex=rf"\mathrm{{swish}}_{{{sympy.latex(b)}}}",
        formula=lambda z: z / (1 + sympy.exp(-b * z)),
        ball=ball,
        ball_takes_reals=True,
        reflection=Reflection(sign=1, slope=sympy.S.NegativeOne),
        pole_height=sympy.pi / b,
        strip_bound=strip_bound,
        independence="by its poles: see the notes of swish",
    )


SWISH = swish(1)
