"""The left kernel of a matrix over any field, over Q by python-flint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from flint import fmpq, fmpq_mat

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.exact.linear_algebra import left_kernel
from slt_symbolic.exact.numbers import RealField


def relations(rows: Sequence[Sequence[Any]], field: OrderedField) -> list[list[Any]]:
    """Return a basis of the v with Σ_i v_i·row_i = 0; each ends where no other does.

    Examples
    --------
    >>> field = RealField.containing([])
    >>> one = field.element(sympy.S.One)
    >>> relations([[one, one], [one + one, one + one], [one - one, one]], field)
    [[-2, 1, 0]]
    """
    if isinstance(field, RealField) and field.is_rational and rows and rows[0]:
        return right_kernel([list(column) for column in zip(*rows, strict=True)])
    return left_kernel(rows, field.element(sympy.S.Zero), field.element(sympy.S.One))


def right_kernel(rows: list[list[fmpq]]) -> list[list[fmpq]]:
    """Return the basis of the right kernel that the reduced echelon form gives."""
    size = len(rows[0])
    matrix, rank = fmpq_mat(rows).rref()
    pivots = [next(j for j in range(size) if matrix[i, j]) for i in range(rank)]
    basis = []
    for free in sorted(set(range(size)) - set(pivots)):
        vector = [fmpq(0)] * size
        vector[free] = fmpq(1)
        for i, pivot in enumerate(pivots):
            vector[pivot] = -matrix[i, free]
        basis.append(vector)
    return basis
