"""Networks of units (z + s)^d with one input: as few as possible.

With free weights and biases Σ_j q_j (w_j x + b_j)^d is a sum of powers of linear forms, made
homogeneous by a second variable, and the least width is the real rank of a binary form. With an
output bias only the derivative counts, f′ = Σ_j d q_j w_j (w_j x + b_j)^(d−1), a form of degree
d − 1 whose powers all have w_j ≠ 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any

import sympy
from flint import fmpq, fmpq_poly

from slt_symbolic.activations import Activation
from slt_symbolic.exact.linear_algebra import left_kernel
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set.binary_forms import RealRank, real_rank
from slt_symbolic.true_set.family import UnsupportedError
from slt_symbolic.true_set.representation import RepresentingMeasure


@dataclass(frozen=True)
class Power:
    """The activation scale·(z + shift)^degree + offset."""

    degree: int
    scale: sympy.Rational
    shift: sympy.Rational
    offset: sympy.Rational

    @classmethod
    def of(cls, sigma: Activation) -> Power | None:
        """Return a polynomial activation in this form, None if it is not of this form.

        Examples
        --------
        >>> from slt_symbolic.activations import polynomial
        >>> Power.of(polynomial((3, 3, 3, 1)))
        Power(degree=3, scale=1, shift=1, offset=2)
        >>> Power.of(polynomial((0, 1, 0, 1)))
        """
        c = () if sigma.branches is None else sigma.branches.above
        d = len(c) - 1
        if d < 1:
            return None
        shift = c[d - 1] / (d * c[d]) if d > 1 else sympy.S.Zero
        if any(c[k] != c[d] * comb(d, k) * shift ** (d - k) for k in range(1, d)):
            return None
        return cls(d, c[d], shift, c[0] - c[d] * shift**d)

    def __call__(self, z: sympy.Expr) -> sympy.Expr:
        """Return the value at z."""
        return self.scale * (z + self.shift) ** self.degree + self.offset


def power_network(
    measure: RepresentingMeasure, sigma: Activation, output_bias: bool
) -> tuple[RealRank, TwoLayer | None]:
    """Return bounds on the least width, and a network that attains the upper one.

    Returns
    -------
    RealRank, TwoLayer or None
        None if the network's entries do not lie in a quadratic field.

    Raises
    ------
    UnsupportedError
        For several inputs, irrational coefficients, polynomials that are no power, or an offset
        of the power without output bias.
    """
    power, n = Power.of(sigma), len(measure.slope)
    if power is None or n != 1 or (power.offset != 0 and not output_bias):
        raise UnsupportedError(
            "the least width of polynomial units is known for degree 2 with an output bias, and "
            "for one input and powers (z + s)^d, up to a constant if there is an output bias; got "
            f"{sigma.name}, {n} input{'s' * (n != 1)}, output_bias={output_bias}"
        )
    d = power.degree
    field: Any = measure.scalars
    found = {0: measure.constant, 1: measure.slope[0]}
    found |= {k: value for (k,), value in measure.monomials.items()}
    numbers = [field.to_sympy(found[k]) if k in found else sympy.S.Zero for k in range(d + 1)]
    if not all(c.is_Rational for c in numbers):
        raise UnsupportedError(f"the function must have rational coefficients, got {numbers}")
    f = [fmpq(int(c.p), int(c.q)) for c in numbers]
    form = [fmpq(k) * c for k, c in enumerate(f)][1:] if output_bias else f
    rank = real_rank(form, finite=output_bias)
    points = _points(rank.apolar)
    if points is None:
        return rank, None
    bias, units = numbers[0], []
    for (w, b), strength in zip(points, _strengths(form, points), strict=True):
        # By the derivative of q·scale·(w x + b)^d, or by the power itself.
        q = strength / (power.scale * (d * w if output_bias else 1))
        q, z = sympy.radsimp(q), b - power.shift
        units.append(Unit(q, (w,), z))
        bias -= q * power(z)
    bias = sympy.radsimp(sympy.expand(bias)) if output_bias else sympy.S.Zero
    return rank, TwoLayer(sigma, tuple(units), bias, (), 1)


def _points(h: tuple[fmpq, ...]) -> list[tuple[sympy.Expr, sympy.Expr]] | None:
    """Return the roots (w : b) of a form, None if they do not lie in one quadratic field."""
    poly = fmpq_poly(list(h)).numer()
    one, zero = sympy.S.One, sympy.S.Zero
    found: list[tuple[sympy.Expr, sympy.Expr]] = []
    roots: set[sympy.Expr] = set()
    for factor, _ in poly.factor()[1] if poly.degree() > 0 else ():
        c = [sympy.Integer(int(factor[k])) for k in range(factor.degree() + 1)]
        if len(c) > 3:
            return None
        # With b = 1: c₀ + c₁ w + c₂ w² = 0.
        root = sympy.sqrt(c[1] ** 2 - 4 * c[2] * c[0]) if len(c) == 3 else zero
        roots |= set() if len(c) == 2 else {root.as_coeff_Mul()[1]}
        solutions = [-c[0] / c[1]] if len(c) == 2 else [
            (s * root - c[1]) / (2 * c[2]) for s in (1, -1)
        ]  # fmt: skip
        # Weight 1 wherever it can be.
        found += [(one, sympy.radsimp(1 / w)) if w != 0 else (zero, one) for w in solutions]
    if len(h) - 1 > poly.degree():
        found.append((one, zero))
    return found if len(roots) < 2 else None


def _strengths(form: list[fmpq], points: list[tuple[sympy.Expr, sympy.Expr]]) -> list[sympy.Expr]:
    """Return the λ_j of form = Σ λ_j (w_j u + b_j v)^e."""
    if not points:
        return []
    e = len(form) - 1
    field = RealField.containing([x for p in points for x in p])
    zero, one = field.element(sympy.S.Zero), field.element(sympy.S.One)
    rows = [
        [field.element(w) ** k * field.element(b) ** (e - k) for k in range(e + 1)]
        for w, b in points
    ]
    last = [
        field.element(sympy.Rational(int(c.p), int(c.q)) / comb(e, k)) for k, c in enumerate(form)
    ]
    # At most e + 1 different points are independent: there is one relation.
    ((*values, scale),) = left_kernel([*rows, last], zero, one)
    return [field.to_sympy(-v / scale) for v in values]
