"""Points of a tree of plane blow-ups: strict transforms over a real number field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly

from .algebra import compose, univariate
from .number_field import NumberField
from .size_line import remainder

RING = fmpq_mpoly_ctx.get(["x", "y", "t"], Ordering.lex)
_X, _Y, _T = RING.gens()


@dataclass(frozen=True)
class Divisor:
    """The orders of the curves, and of the Jacobian determinant, along a divisor."""

    orders: tuple[int, ...]
    jacobian: int

    def order(self, powers: Sequence[int]) -> int:
        """Return the order of a product of powers of the curves."""
        return sum(p * o for p, o in zip(powers, self.orders, strict=True))


@dataclass(frozen=True)
class Point:
    """A point above the given one, itself the origin of a chart with coordinates x, y.

    Coefficients of strict transforms are polynomials in t = theta. A strict transform that does
    not pass through the point is replaced by its sign. An axis is a divisor if exceptional.
    """

    field: NumberField
    strict: tuple[fmpq_mpoly, ...]
    axes: tuple[Divisor | None, Divisor | None]

    @classmethod
    def of(
        cls,
        field: NumberField,
        strict: Sequence[fmpq_mpoly],
        axes: tuple[Divisor | None, Divisor | None],
    ) -> Point:
        """Replace the strict transforms that do not pass through the origin by their signs."""
        signs = [field.sign(value(f)) for f in strict]
        kept = [s * _X**0 if s else f for f, s in zip(strict, signs, strict=True)]
        return cls(field, tuple(kept), axes)

    def multiplicities(self) -> tuple[int, ...]:
        """Return the orders of vanishing of the strict transforms at the point."""
        return tuple(min(int(i + j) for i, j, _ in f.to_dict()) for f in self.strict)

    def exceptional_line(self) -> Divisor:
        """Return the divisor of the blow-up of the point."""
        met = [d for d in self.axes if d is not None]
        columns = zip(self.multiplicities(), *(d.orders for d in met), strict=True)
        return Divisor(tuple(map(sum, columns)), 1 + sum(d.jacobian for d in met))

    def chart(self, infinite: bool) -> list[fmpq_mpoly]:
        """Return the strict transforms under (x, y) -> (x, x y), or (x y, y) around infinity."""
        charts = []
        for f, m in zip(self.strict, self.multiplicities(), strict=True):
            table: dict[tuple[int, ...], fmpq] = {}
            for (i, j, k), c in f.to_dict().items():
                table[(i, i + j - m, k) if infinite else (i + j - m, j, k)] = c
            charts.append(RING.from_dict(table))
        return charts

    def normals(self, through: Sequence[int]) -> Iterator[tuple[fmpq_poly, fmpq_poly]]:
        """Yield gradients of the exceptional axes, and of the strict transforms listed."""
        if self.axes[0] is not None:
            yield fmpq_poly([1]), fmpq_poly([0])
        if self.axes[1] is not None:
            yield fmpq_poly([0]), fmpq_poly([1])
        for i in through:
            yield value(self.strict[i].derivative(0)), value(self.strict[i].derivative(1))


def shifted(
    f: fmpq_mpoly, field: NumberField, a: fmpq_poly, b: fmpq_poly, theta: fmpq_poly
) -> fmpq_mpoly:
    """Return f(x + a, y + b) over a field in which the former theta is the given element."""
    moved = compose(f, [_X + _element(a), _Y + _element(b), _element(theta)])
    return _reduced(moved, field.minimal)


def _reduced(f: fmpq_mpoly, minimal: fmpq_poly) -> fmpq_mpoly:
    """Return f modulo a polynomial in t, row by row."""
    rows: dict[tuple[int, int], dict[int, fmpq]] = {}
    for (i, j, k), c in f.to_dict().items():
        rows.setdefault((int(i), int(j)), {})[int(k)] = c
    table: dict[tuple[int, ...], fmpq] = {}
    for (i, j), row in rows.items():
        for k, c in enumerate(remainder(univariate(row), minimal).coeffs()):
            table[i, j, k] = c
    return RING.from_dict(table)


def value(f: fmpq_mpoly) -> fmpq_poly:
    """Return the value at x = y = 0, a polynomial in theta."""
    table = {int(k): c for (i, j, k), c in f.to_dict().items() if i == j == 0}
    return univariate(table) if table else fmpq_poly([0])


def on_line(f: fmpq_mpoly) -> list[fmpq_poly]:
    """Return the restriction to x = 0 as coefficients in y."""
    rows: dict[int, dict[int, fmpq]] = {}
    for (i, j, k), c in f.to_dict().items():
        if i == 0:
            rows.setdefault(int(j), {})[int(k)] = c
    return [univariate(rows[j]) if j in rows else fmpq_poly([0]) for j in range(max(rows) + 1)]


def _element(a: fmpq_poly) -> fmpq_mpoly:
    return RING.from_dict({(0, 0, k): c for k, c in enumerate(a.coeffs())})
