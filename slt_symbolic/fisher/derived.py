"""Powers of z times σ(z) or σ′(z), as activations of their own for the quadrature kernels."""

from __future__ import annotations

from functools import lru_cache

import sympy
from flint import acb, arb

from slt_symbolic.activations import Activation, Reflection
from slt_symbolic.exact import balls
from slt_symbolic.exact.balls import NoBallError
from slt_symbolic.fisher.basis import slope_formula
from slt_symbolic.kernels.line_function import Majorant, substitute, times

_FUNCTIONS = {
    sympy.cos: acb.cos,
    sympy.erf: acb.erf,
    sympy.exp: acb.exp,
    sympy.sin: acb.sin,
    sympy.tanh: acb.tanh,
}


@lru_cache(maxsize=128)
def derived(activation: Activation, *, slope: bool, power: int) -> Activation:
    """Return z ↦ z^power σ(z), or z^power σ′(z) if ``slope``, for an analytic σ.

    Notes
    -----
    On the strip |Im z| ≤ y the derivative is bounded by Cauchy's estimate on circles of radius r,
    where y + r is still below the nearest singularity: |σ′| ≤ max |σ| / r.

    Raises
    ------
    ValueError
        If σ has no strip bound, or σ′ has no ball.

    Examples
    --------
    >>> from slt_symbolic.activations import TANH
    >>> derived(TANH, slope=True, power=1)(sympy.Symbol("z"))
    z*(1 - tanh(z)**2)
    """
    if not slope and not power:
        return activation
    ball, bound, height = activation.ball, activation.strip_bound, activation.pole_height
    if ball is None or bound is None or height is None:
        raise ValueError(f"activation must be analytic with a strip_bound, not {activation.name}")
    t = sympy.Dummy("t", real=True)
    formula = slope_formula(activation, t) if slope else activation(t)

    def value(z: acb) -> acb:
        z = acb(z)  # the quadrature also evaluates at real balls
        return z**power * (complex_ball(formula, t, z) if slope else ball(z))

    def strip(y: arb) -> Majorant:
        majorant = _slope_bound(bound(y + _radius(height, y)), _radius(height, y)) if slope else (
            bound(y)
        )  # fmt: skip
        for _ in range(power):
            majorant = times(majorant, (y, arb(1)))
        return majorant

    parity = activation.parity
    reflection = None
    if parity is not None:
        turned = (-1) ** (power + slope)
        reflection = Reflection(sign=1 if parity * turned > 0 else -1)
    return Activation(
        name=f"z^{power} {activation.name}{chr(39) if slope else ''}",
        latex=f"z^{{{power}}} {activation.latex}{chr(39) if slope else ''}",
        formula=lambda z: z**power * formula.xreplace({t: z}),
        ball=value,
        reflection=reflection,
        pole_height=height,
        strip_bound=strip,
        independence="none is claimed",
    )


def _radius(height: sympy.Expr, y: arb) -> arb:
    if height == sympy.oo:
        return arb(1)
    return (balls.ball(height, {}) - y) / 2


def _slope_bound(majorant: Majorant, radius: arb) -> Majorant:
    return tuple(c / radius for c in substitute(majorant, radius, arb(1)))


def complex_ball(e: sympy.Expr, variable: sympy.Symbol, z: acb) -> acb:
    """Return a ball around the value of a holomorphic expression of one variable.

    Examples
    --------
    >>> t = sympy.Symbol("t", real=True)
    >>> complex_ball(1 / (1 + t**2), t, acb(1)).real
    0.500000000000000
    """
    if e == variable:
        return z
    if e.is_Add:
        return sum((complex_ball(a, variable, z) for a in e.args), acb(0))
    if e.is_Mul:
        product = acb(1)
        for a in e.args:
            product *= complex_ball(a, variable, z)
        return product
    if e.is_Pow and e.exp.is_Integer:
        return complex_ball(e.base, variable, z) ** int(e.exp)
    if e.func in _FUNCTIONS:
        return _FUNCTIONS[e.func](complex_ball(e.args[0], variable, z))
    if e.is_number:
        return acb(balls.ball(e, {}))
    raise NoBallError(f"{e.func.__name__} has no complex ball: {e}")
