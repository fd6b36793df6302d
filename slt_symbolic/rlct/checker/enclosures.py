"""Exact enclosures of polynomials on boxes, and zeros proved by contraction."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from .algebra import at_origin, compose, constant, evaluate, require, times

Box = Sequence[tuple[fmpq, fmpq]]


def bounds_on(p: fmpq_mpoly, box: Box) -> tuple[fmpq, fmpq]:
    """Return numbers between which a polynomial stays on a box.

    Examples
    --------
    >>> from slt_symbolic.rlct.checker.algebra import context
    >>> R = context(2)
    >>> x, y = R.gens()
    >>> bounds_on(x * y - x, [(fmpq(0), fmpq(2)), (fmpq(1), fmpq(3))])
    (-2, 4)
    """
    images = [
        x * ((b - a) / 2) + (a + b) / 2 for x, (a, b) in zip(p.context().gens(), box, strict=True)
    ]
    moved = compose(p, images)
    middle = at_origin(moved)
    spread = sum((abs(c) for c in moved.to_dict().values()), fmpq(0)) - abs(middle)
    return middle - spread, middle + spread


def require_zero(system: Sequence[fmpq_mpoly], part: Box) -> None:
    """Require a common zero in a box, with independent differentials, by Krawczyk's operator.

    Sides of length zero fix a coordinate; there are as many others as functions.

    References
    ----------
    R. Krawczyk, Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken, 1969.
    """
    free = [i for i, (a, b) in enumerate(part) if a < b]
    require(len(free) == len(system) > 0, "as many sides as functions")
    require(all(a <= b for a, b in part), "a side is reversed")
    middle = [(a + b) / 2 for a, b in part]
    jacobian = fmpq_mat([[evaluate(f.derivative(i), middle) for i in free] for f in system])
    require(jacobian.det() != 0, "the differentials are dependent at the centre")
    values = fmpq_mat([[evaluate(f, middle)] for f in system])
    inverse = jacobian.inv()
    step = inverse * values
    for k, i in enumerate(free):
        radius = abs(step[k, 0])
        for m, j in enumerate(free):
            # |delta_km - sum_l inverse_kl d_j f_l| on the box, times half a side.
            entry = constant(system[0].context(), fmpq(int(k == m)))
            for row, f in enumerate(system):
                entry -= inverse[k, row] * f.derivative(j)
            low, high = bounds_on(entry, part)
            radius += max(abs(low), abs(high)) * (part[j][1] - part[j][0]) / 2
        require(radius < (part[i][1] - part[i][0]) / 2, "the operator does not contract")


def determinant(rows: Sequence[Sequence[fmpq_mpoly]], ring: fmpq_mpoly_ctx) -> fmpq_mpoly:
    """Return a determinant, by expansion along columns with all smaller minors remembered.

    Examples
    --------
    >>> from slt_symbolic.rlct.checker.algebra import context
    >>> R = context(2)
    >>> x, y = R.gens()
    >>> determinant([[x, y], [y, x]], R)
    x0^2 - x1^2
    """
    require(len(rows) <= 10, "a minor is too large for the checker")
    zero = constant(ring, fmpq(0))
    table: dict[tuple[int, ...], fmpq_mpoly] = {(): constant(ring, fmpq(1))}
    for depth, row in enumerate(rows):
        new: dict[tuple[int, ...], fmpq_mpoly] = {}
        for chosen in combinations(range(len(rows)), depth + 1):
            terms = (
                (-1) ** (depth + k) * times(row[j], table[chosen[:k] + chosen[k + 1 :]])
                for k, j in enumerate(chosen)
            )
            new[chosen] = sum(terms, zero)
        table = new
    return table[tuple(range(len(rows)))]
