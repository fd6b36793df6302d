"""Networks of quadratic units: as few signed squares as possible."""

from __future__ import annotations

from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.inputs import UniformSphere
from slt_symbolic.networks import Unit
from slt_symbolic.true_set.representation import RepresentingMeasure

Matrix = list[list[Any]]


def quadratic_units(
    measure: RepresentingMeasure, sigma: Activation
) -> tuple[list[Unit], sympy.Expr, str]:
    """Return the fewest units of a quadratic polynomial activation, and the output bias.

    Raises
    ------
    ValueError
        If the degree is not 2, or the domain is a sphere.
    """
    coefficients = () if sigma.branches is None else sigma.branches.above
    if len(coefficients) != 3 or isinstance(measure.domain, UniformSphere):
        raise ValueError(
            "the least width of quadratic units is known off the sphere, got "
            f"{sigma.name}, {measure.domain!r}"
        )
    field: Any = measure.scalars
    c0, c1, c2 = map(field.element, coefficients)
    zero, n = c0 - c0, len(measure.slope)
    form = [[zero] * n for _ in range(n)]
    for exponents, value in measure.monomials.items():
        i, j = (k for k, e in enumerate(exponents) for _ in range(e))
        form[i][j] = form[j][i] = value if i == j else value / 2
    squares = diagonalised(form, field)
    # Complete the squares: f = Σ d (⟨l, x⟩ + s/2d)² + ℓ(x) + constant, ℓ beside the columns.
    slope, constant = list(measure.slope), measure.constant
    planes: list[tuple[Any, tuple[Any, ...]]] = []
    for d, direction, dual in squares:
        s = sum((v * x for v, x in zip(dual, slope, strict=True)), zero)
        slope = [a - s * b for a, b in zip(slope, direction, strict=True)]
        shift = s / (2 * d)
        constant = constant - d * shift * shift
        planes.append((d, (*direction, shift)))
    reason = f"the quadratic part has rank {len(squares)}"
    if any(slope):
        one = field.element(sympy.S.One)
        # ℓ = ((ℓ + 1)² − (ℓ − 1)²)/4
        planes += [(one / 4, (*slope, one)), (-one / 4, (*slope, -one))]
        reason += "; the slope is not among its columns, which takes 2 more"
    units = []
    for d, (*weights, shift) in planes:
        # c₂ (z + c₁/2c₂)² + c₀ − c₁²/4c₂
        readout, bias = d / c2, shift - c1 / (2 * c2)
        constant = constant - readout * (c0 - c1 * c1 / (4 * c2))
        entries = [field.to_sympy(e) for e in (readout, *weights, bias)]
        units.append(Unit(entries[0], tuple(entries[1:-1]), entries[-1]))
    return units, field.to_sympy(constant), reason


def diagonalised(form: Matrix, field: Any) -> list[tuple[Any, list[Any], list[Any]]]:
    """Write a symmetric matrix as Σ d·l lᵀ with as many terms as its rank (Lagrange, 1759).

    Returns
    -------
    list of (d, l, e)
        With ⟨e, l⟩ = 1, and ⟨e, l'⟩ = 0 for every later l'.

    Examples
    --------
    >>> from flint import fmpq
    >>> from slt_symbolic.exact.numbers import RealField
    >>> o, i = fmpq(0), fmpq(1)
    >>> [(d, l) for d, l, _ in diagonalised([[o, i], [i, o]], RealField.containing([]))]
    [(2, [1/2, 1/2]), (-1/2, [1, -1])]
    """
    one, zero = field.element(sympy.S.One), field.element(sympy.S.Zero)
    left = [list(row) for row in form]
    found = []
    while (e := _not_isotropic(left, one, zero)) is not None:
        image = [sum((a * b for a, b in zip(row, e, strict=True)), zero) for row in left]
        d = sum((a * b for a, b in zip(e, image, strict=True)), zero)
        direction = [a / d for a in image]
        found.append((d, direction, e))
        for r, a in enumerate(direction):
            left[r] = [x - d * a * b for x, b in zip(left[r], direction, strict=True)]
    return found


def _not_isotropic(form: Matrix, one: Any, zero: Any) -> list[Any] | None:
    """Return e with eᵀ·form·e ≠ 0, or None if the form is zero."""
    n = len(form)
    for i in range(n):
        if form[i][i]:
            return [one if k == i else zero for k in range(n)]
    for i in range(n):
        for j in range(i):
            if form[i][j]:
                return [one if k in (i, j) else zero for k in range(n)]
    return None
