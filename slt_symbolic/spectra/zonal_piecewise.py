"""Zonal coefficients of piecewise polynomial units on the sphere, exactly where possible."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import Any

import sympy
from flint import arb, fmpq

from slt_symbolic.activations import Branches
from slt_symbolic.spectra.arguments import as_sympy
from slt_symbolic.spectra.atoms import ClosedForm
from slt_symbolic.spectra.zonal_polynomials import zonal_polynomial


@dataclass(frozen=True)
class SphereAtom:
    """The number √square^power·π^(−circle), in which unbiased coefficients are rational.

    Parameters
    ----------
    square : flint.fmpq
        Exact squared norm of the weight.
    power : int
        How often the norm enters.
    circle : bool
        Whether 1/π is a factor.
    """

    square: fmpq
    power: int
    circle: bool

    def expression(self) -> sympy.Expr:
        """Return the exact number."""
        value = sympy.sqrt(as_sympy(self.square)) ** self.power
        return value / sympy.pi if self.circle else value

    def ball(self) -> arb:
        """Return a ball around it."""
        value = arb(self.square).sqrt() ** self.power
        return value / arb.pi() if self.circle else value


def density_constant(dimension: int) -> fmpq:
    """Return C_d = Γ(d/2)/(√π Γ((d−1)/2)), times π for even d: a rational.

    Examples
    --------
    >>> [density_constant(d) for d in (2, 3, 4, 5)]
    [1, 1/2, 2, 3/4]
    """
    m = dimension // 2
    # Γ(m + ½) = (2m)! √π/(4^m m!)
    if dimension % 2:
        return fmpq(factorial(2 * m), 4**m * factorial(m) * factorial(m - 1))
    m -= 1
    return fmpq(factorial(m) * 4**m * factorial(m), factorial(2 * m))


def unbiased_form(branches: Branches, degree: int, dimension: int, square: fmpq) -> ClosedForm:
    """Return E[σ(wT)P_k(T)] exactly, w = √square, for σ with its only break at 0.

    Notes
    -----
    The step: by the differential equation of P_k,

        E[1{T > t}P_k(T)] = C_d/(d − 1)·(1 − t²)^{(d−1)/2}·P^{(d+2)}_{k−1}(t),  k ≥ 1,

    P^{(d+2)} the zonal polynomials two dimensions higher; P^{(D)}_{2m}(0) =
    (−1)^m(½)_m/((D−1)/2)_m. Multiplication by T acts as in the three-term recurrence.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> assert RELU.branches is not None
    >>> unbiased_form(RELU.branches, 2, 3, fmpq(1)).expression()
    1/16
    """
    below = [fmpq(int(c.p), int(c.q)) for c in branches.below]
    above = [fmpq(int(c.p), int(c.q)) for c in branches.above]
    size = max(len(below), len(above))
    constant = density_constant(dimension)

    def half(k: int) -> tuple[fmpq, fmpq]:
        if k == 0:
            return fmpq(1, 2), fmpq(0)
        if k % 2 == 0:
            return fmpq(0), fmpq(0)
        value = fmpq(1)
        for m in range((k - 1) // 2):
            value *= -fmpq(2 * m + 1, dimension + 1 + 2 * m)
        return fmpq(0), constant / (dimension - 1) * value

    window = range(max(0, degree - size), degree + size + 1)
    step = [{k: half(k)[part] for k in window} for part in (0, 1)]
    one = {k: fmpq(int(k == 0)) for k in window}
    terms = []
    for j in range(size):
        low = below[j] if j < len(below) else fmpq(0)
        high = above[j] if j < len(above) else fmpq(0)
        plain = low * one[degree] + (high - low) * step[0][degree]
        even = dimension % 2 == 0
        terms.append((plain, SphereAtom(square, j, circle=False)))
        terms.append(((high - low) * step[1][degree], SphereAtom(square, j, circle=even)))
        one = times_coordinate(one, dimension)
        step = [times_coordinate(values, dimension) for values in step]
    return ClosedForm.of(*terms)


def biased_ball(
    branches: Branches, degree: int, dimension: int, norm: arb, bias: arb, hits: bool
) -> arb:
    """Enclose E[σ(wT + b)P_k(T)] at the working precision, w = norm > 0.

    Parameters
    ----------
    branches : Branches
        The polynomials of σ.
    degree, dimension : int
        k and d.
    norm, bias : flint.arb
        w and b.
    hits : bool
        Whether the break is on the sphere, |b| < w: the caller decides it exactly.
    """
    below = [arb(fmpq(int(c.p), int(c.q))) for c in branches.below]
    above = [arb(fmpq(int(c.p), int(c.q))) for c in branches.above]
    size = max(len(below), len(above))
    window = range(max(0, degree - size), degree + size + 1)
    one = {k: arb(int(k == 0)) for k in window}
    if hits:
        step = {k: _cap(k, dimension, -bias / norm) for k in window}
    else:
        step = {k: arb(int(k == 0 and bool(bias > 0))) for k in window}
    total = arb(0)
    for j in range(size):
        low = below[j] if j < len(below) else arb(0)
        high = above[j] if j < len(above) else arb(0)
        total += low * one[degree] + (high - low) * step[degree]
        one, step = (_affine(values, dimension, norm, bias) for values in (one, step))
    return total


def _cap(degree: int, dimension: int, t: arb) -> arb:
    half = arb(dimension - 1) / 2
    room = 1 - t * t
    if degree == 0:
        outside = room.beta_lower(half, arb(0.5), regularized=True) / 2
        # P(|T| > |t|) is twice the smaller of the two caps.
        return 1 - outside if t.mid() < 0 else outside
    constant = (half + arb(0.5)).gamma() / (arb.pi().sqrt() * half.gamma())
    value = constant / (dimension - 1) * room**half
    return value * zonal_polynomial(degree - 1, dimension + 2, t)


def times_coordinate(old: dict[int, Any], dimension: int) -> dict[int, Any]:
    """Map degree ↦ E[g P_k] to degree ↦ E[T g P_k], on one degree less at each open end.

    (2k + d − 2)T P_k = (k + d − 2)P_{k+1} + kP_{k−1}.
    """
    new = {}
    for k in old:
        if k == 0 and 1 in old:
            new[k] = old[1]
        elif k + 1 in old and k - 1 in old:
            new[k] = ((k + dimension - 2) * old[k + 1] + k * old[k - 1]) / (2 * k + dimension - 2)
    return new


def _affine(old: dict[int, arb], dimension: int, norm: arb, bias: arb) -> dict[int, arb]:
    moved = times_coordinate(old, dimension)
    return {k: norm * value + bias * old[k] for k, value in moved.items()}
