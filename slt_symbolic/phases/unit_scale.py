r"""The prior's mass of all scales of one unit: ∫ over the w, b, q with q (w, b) = v.

A unit of degree 1 is a function of v = q (w, b) and of the sign of q. With m entries (w, b) the
volume is d(w, b) dq = |q|^{−m} dv dq, so v has the density ∫ φ(v/q) φ(q) |q|^{−m} dq over one sign
of q. Under a normal prior of variance s² it is
(2πs²)^{−(m+1)/2} |v|^{−(m−1)/2} K_{(m−1)/2}(|v|/s²), elementary for even m. On a box it is
an integral of |q|^{−m} over an interval.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from slt_symbolic.networks import Unit
from slt_symbolic.phases.prior import GaussianPrior, Prior

Walls = tuple[sympy.Expr, sympy.Expr]


def normal_scale(v: Sequence[sympy.Expr], variance: sympy.Expr) -> sympy.Expr:
    """Return the density of v under a normal prior, for one sign of q.

    Examples
    --------
    >>> normal_scale([3, 4], 1)
    exp(-5)/(20*pi)
    """
    norm = sympy.sqrt(sympy.Add(*(sympy.S(e) ** 2 for e in v)))
    order = sympy.Rational(len(v) - 1, 2)
    constant = (2 * sympy.pi * variance) ** -sympy.Rational(len(v) + 1, 2)
    bessel = sympy.besselk(order, norm / variance)
    if order.q == 2:
        bessel = sympy.expand_func(bessel)
    return sympy.simplify(constant * norm**-order * bessel)


def box_scale(v: Sequence[sympy.Expr], sign: int, walls: Sequence[Walls]) -> sympy.Expr:
    """Return the density of v under the uniform law on a box, for one sign of q.

    Parameters
    ----------
    v : sequence of exact numbers
        q (w, b).
    sign : {1, -1}
        Of q.
    walls : sequence of pairs
        Walls of the entries of (w, b), and of q.

    Examples
    --------
    >>> box_scale([1], 1, [(sympy.Rational(1, 2), 2), (sympy.Rational(1, 2), 2)])
    4*log(4)/9
    """
    *entries, (low, high) = walls
    if sign < 0:
        # (w, b, q) and (−w, −b, −q) have one v.
        entries = [(-b, -a) for a, b in entries]
        low, high = -high, -low
    low = sympy.Max(low, 0)
    for e, (a, b) in zip(v, entries, strict=True):
        # a ≤ e/q ≤ b, that is a q ≤ e ≤ b q.
        for wall, above in ((a, True), (b, False)):
            if wall == 0:
                if (e < 0) if above else (e > 0):
                    return sympy.S.Zero
            elif (wall > 0) == above:
                high = sympy.Min(high, e / wall)
            else:
                low = sympy.Max(low, e / wall)
    if not low < high:
        return sympy.S.Zero
    m, volume = len(v), sympy.Mul(*(b - a for a, b in walls))
    if m == 1:
        return sympy.log(high / low) / volume
    return (low ** (1 - m) - high ** (1 - m)) / (m - 1) / volume


def unit_density(
    unit: Unit, v: Sequence[sympy.Expr], sign: int, prior: Prior, parameters: Sequence[sympy.Symbol]
) -> sympy.Expr:
    """Return the prior density of a unit's v, its readout free or a fixed number.

    Parameters
    ----------
    unit : Unit
        Its entries, parameters or numbers.
    v : sequence of exact numbers
        q times its free weights and bias.
    sign : {1, -1}
        Of q.
    prior : Prior
        Of all parameters.
    parameters : sequence of sympy.Symbol
        The model's parameters, in the prior's order.
    """
    free = [e for e in (*unit.weights, unit.bias, unit.readout) if e in parameters]
    fixed = unit.readout not in free
    if fixed and sympy.sign(unit.readout) != sign:
        return sympy.S.Zero
    if isinstance(prior, GaussianPrior):
        if not fixed:
            return normal_scale(v, prior.variance)
        square = sympy.Add(*(e**2 for e in v)) / unit.readout**2
        norm = (2 * sympy.pi * prior.variance) ** -sympy.Rational(len(v), 2)
        return norm * sympy.exp(-square / (2 * prior.variance)) / abs(unit.readout) ** len(v)
    places = [parameters.index(e) for e in free]
    walls = [(prior.lower[k], prior.upper[k]) for k in places]
    if not fixed:
        return box_scale(v, sign, walls)
    inside = all(
        bool(a <= e / unit.readout) and bool(e / unit.readout <= b)
        for e, (a, b) in zip(v, walls, strict=True)
    )
    volume = sympy.Mul(*(b - a for a, b in walls)) * abs(unit.readout) ** len(v)
    return 1 / volume if inside else sympy.S.Zero
