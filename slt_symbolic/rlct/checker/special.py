"""Real points of plane curves for the certificate checker: separation of roots, common zeros."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, count, pairwise

from flint import fmpq, fmpq_mpoly, fmpq_poly

from .algebra import compose, count_roots, require, univariate
from .number_field import NumberField
from .plane_point import RING, shifted, value
from .size import require_resultant
from .size_line import MOST_ROOTS, value_at

_, _Y, _T = RING.gens()
_SLOPES = 12


@dataclass(frozen=True)
class RealPoint:
    """A point of the plane, its coordinates polynomials in theta, a root with its number."""

    field: NumberField
    index: int
    x: fmpq_poly
    y: fmpq_poly

    def around(self, p: fmpq_mpoly) -> fmpq_mpoly:
        """Return a polynomial over Q in coordinates whose origin is the point."""
        lifted = compose(p, RING.gens()[:2])
        return shifted(lifted, self.field, self.x, self.y, fmpq_poly([0, 1]))

    def sign(self, p: fmpq_mpoly) -> int:
        """Return the sign of a polynomial over Q at the point."""
        return self.field.sign(value(self.around(p)))


def gaps(p: fmpq_poly, low: fmpq, high: fmpq) -> list[fmpq]:
    """Return one rational number in each interval of (low, high) between neighbouring roots.

    Examples
    --------
    >>> gaps(fmpq_poly([-2, 0, 1]), fmpq(-2), fmpq(2))
    [-3/2, 0, 3/2]
    """
    require(low < high and not p.is_zero(), "an interval to be divided is empty")
    p = p // p.gcd(p.derivative()) if p.degree() > 0 else p
    require(p.degree() <= MOST_ROOTS, f"more than {MOST_ROOTS} roots to be told apart")
    first = last = (low + high) / 2
    while value_at(p, first) == 0 or count_roots(p, low, first):
        first = (low + first) / 2
    while value_at(p, last) == 0 or count_roots(p, last, high) - (value_at(p, high) == 0):
        last = (last + high) / 2
    if first >= last:
        # No root lies on either side of a common point.
        return [first]
    return [first, *(b for _, b in _steps(p, first, last))]


def _steps(p: fmpq_poly, low: fmpq, high: fmpq) -> Iterator[tuple[fmpq, fmpq]]:
    """Divide an interval, whose ends are no roots, into parts with one root each."""
    found = count_roots(p, low, high)
    if found == 0:
        return
    if found == 1:
        yield low, high
        return
    ratios = chain([fmpq(1, 2)], (fmpq(k, 2 * k + 1) for k in count(1)))
    middle = next(m for q in ratios if value_at(p, m := low + (high - low) * q) != 0)
    yield from _steps(p, low, middle)
    yield from _steps(p, middle, high)


def special_points(curves: Sequence[fmpq_mpoly], wanted: Sequence[int]) -> list[RealPoint]:
    """Return the real points where wanted curves are singular or meet any other curve.

    Parameters
    ----------
    curves : sequence of fmpq_mpoly
        Irreducible polynomials in two variables, pairwise coprime.
    wanted : sequence of int
        Which of them.

    Notes
    -----
    The values of x + c y at the points are roots of resultants. For a suitable integer c each
    root belongs to one point, whose y is a rational function of it: the greatest common divisor
    of the equations, over the field of the root, is then a power of a linear polynomial.
    """
    systems = [[curves[i]] for i in wanted]
    for i, j in combinations(range(len(curves)), 2):
        if i in wanted or j in wanted:
            systems.append([curves[i], curves[j]])
    for slope in range(_SLOPES):
        found: dict[tuple[str, str], list[RealPoint]] = {}
        if all(_solve(system, slope, found) for system in systems):
            return [point for key in sorted(found) for point in found[key]]
    require(False, "no projection separates the special points")
    return []


def _solve(
    system: Sequence[fmpq_mpoly], slope: int, found: dict[tuple[str, str], list[RealPoint]]
) -> bool:
    """Add the real solutions; say whether the projection separates them."""
    moved = [compose(p, [_T - slope * _Y, _Y]) for p in system]
    if len(moved) == 1:
        # A singular point; the derivatives along y and along x of the original curve.
        moved += [compose(system[0].derivative(k), [_T - slope * _Y, _Y]) for k in (1, 0)]
    moved = [p for p in moved if not p.is_zero()]
    deep = [p for p in moved if int(p.degrees()[1]) > 0]
    if len(system) == 1 and not deep:
        return True  # an irreducible curve x + c y = constant, or conjugates of it
    eliminant = _eliminant(moved, deep, slope)
    for factor, _ in eliminant.factor()[1]:
        minimal = factor / factor.leading_coefficient()
        y = _common_root([_coefficients(p) for p in moved], minimal)
        if y is None:
            continue
        if isinstance(y, bool):
            if count_roots(minimal, *_bounds(minimal)):
                return False
            continue
        x = (fmpq_poly([0, 1]) - slope * y) % minimal
        key = (str(minimal), str(y))
        if key not in found:
            walls = gaps(minimal, *_bounds(minimal))
            found[key] = [
                RealPoint(NumberField(minimal, low, high), k, x, y)
                for k, (low, high) in enumerate(pairwise(walls))
            ]
    return True


def _eliminant(moved: Sequence[fmpq_mpoly], deep: Sequence[fmpq_mpoly], slope: int) -> fmpq_poly:
    """Return a polynomial that vanishes at t for every common zero (y, t)."""
    flat = [p for p in moved if p not in deep]
    eliminant = fmpq_poly([0])
    for p in flat:
        eliminant = eliminant.gcd(_line(p))
    for other in deep[1:]:
        require_resultant(deep[0], other, 1)
        resultant = _line(deep[0].resultant(other, "y"))
        eliminant = eliminant.gcd(resultant)
    require(not eliminant.is_zero(), f"the curves have a common part (slope {slope})")
    return eliminant


def _common_root(polynomials: list[list[fmpq_poly]], minimal: fmpq_poly) -> fmpq_poly | bool | None:
    """Return the only common root over Q[t]/minimal; None if there is none, False if several."""
    common: list[fmpq_poly] = []
    for p in polynomials:
        common = _gcd(common, p, minimal)
    if len(common) == 1:
        return None
    radical = _divide(common, _gcd(common, _derivative(common), minimal), minimal)[0]
    if len(radical) != 2:
        return False
    return (-radical[0]) % minimal


def _gcd(p: list[fmpq_poly], q: list[fmpq_poly], minimal: fmpq_poly) -> list[fmpq_poly]:
    """Return the monic greatest common divisor over the field Q[t]/minimal."""
    p, q = _monic(p, minimal), _monic(q, minimal)
    while q:
        p, q = q, _monic(_divide(p, q, minimal)[1], minimal)
    return p


def _monic(p: list[fmpq_poly], minimal: fmpq_poly) -> list[fmpq_poly]:
    kept = [c % minimal for c in p]
    while kept and kept[-1].is_zero():
        kept.pop()
    if not kept:
        return kept
    common, inverse, _ = kept[-1].xgcd(minimal)
    return [(c * inverse / common[0]) % minimal for c in kept]


def _divide(
    p: list[fmpq_poly], q: list[fmpq_poly], minimal: fmpq_poly
) -> tuple[list[fmpq_poly], list[fmpq_poly]]:
    """Return quotient and remainder by a monic polynomial."""
    rest, quotient = list(p), []
    while len(rest) >= len(q):
        quotient.append(rest.pop())
        shift = len(rest) - len(q) + 1
        for k, c in enumerate(q[:-1]):
            rest[shift + k] = (rest[shift + k] - quotient[-1] * c) % minimal
    return quotient[::-1], rest


def _derivative(p: list[fmpq_poly]) -> list[fmpq_poly]:
    return [k * c for k, c in enumerate(p)][1:]


def _coefficients(p: fmpq_mpoly) -> list[fmpq_poly]:
    """Return the coefficients in y, polynomials in t."""
    rows: dict[int, dict[int, fmpq]] = {}
    for (_, j, k), c in p.to_dict().items():
        rows.setdefault(int(j), {})[int(k)] = c
    return [univariate(rows[j]) if j in rows else fmpq_poly([0]) for j in range(max(rows) + 1)]


def _line(p: fmpq_mpoly) -> fmpq_poly:
    """Read a polynomial in t alone."""
    table = {int(k): c for (_, _, k), c in p.to_dict().items()}
    return univariate(table) if table else fmpq_poly([0])


def _bounds(p: fmpq_poly) -> tuple[fmpq, fmpq]:
    """Return an open interval that contains all real roots (Cauchy)."""
    top = 2 + sum((abs(c) for c in p.coeffs()), fmpq(0)) / abs(p.leading_coefficient())
    return -top, top
