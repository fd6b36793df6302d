"""Linear algebra over any exact field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def left_kernel(rows: Sequence[Sequence[Any]], zero: Any, one: Any) -> list[list[Any]]:
    """Return a basis of the vectors v with Σ_i v_i·row_i = 0.

    Parameters
    ----------
    rows : sequence of sequences
        Elements of one field, whose truth value is whether they are not zero.
    zero, one : field elements
        Of that field.

    Returns
    -------
    list of lists
        Independent vectors; number of rows minus their number is the rank, proved by as many
        pivots.

    Examples
    --------
    >>> from flint import fmpq
    >>> rows = [[fmpq(1), fmpq(2)], [fmpq(2), fmpq(4)], [fmpq(0), fmpq(1)]]
    >>> left_kernel(rows, fmpq(0), fmpq(1))
    [[-2, 1, 0]]
    """
    kernel: list[list[Any]] = []
    reduced: list[tuple[int, list[Any], list[Any]]] = []  # pivot column, row, its combination
    for i, row in enumerate(rows):
        current = list(row)
        combination = [zero] * len(rows)
        combination[i] = one
        for pivot, other, how in reduced:
            factor = current[pivot]
            if factor:
                current = [a - factor * b if b else a for a, b in zip(current, other, strict=True)]
                combination = [
                    a - factor * b if b else a for a, b in zip(combination, how, strict=True)
                ]
        column = next((k for k, a in enumerate(current) if a), None)
        if column is None:
            kernel.append(combination)
            continue
        unit = one / current[column]
        reduced.append((column, [a * unit for a in current], [a * unit for a in combination]))
    return kernel
