"""Global coefficients over a closed box of the plane: the whole zero set of K, accounted for.

K, the inequalities (the faces of the box among them) and the prior factors are products of
irreducible polynomials d_1, ..., d_r. A zero of K in the region is

* either a *special* point: a singular point of some d_i that divides K, or a common zero of it
  and another d_j. These are finitely many points with algebraic coordinates, found by
  elimination; each has a tree of point blow-ups, as in `slt_symbolic.rlct.checker.plane`;
* or a smooth point of one d_i where no other d_j vanishes. If K has the power e of d_i and the
  prior the power s, the local answer there is lambda = (1 + s) / e, m = 1.

A cylindrical decomposition decides which d_i have smooth points on the border of the open region.
It visits each of its cells, so that K >= 0 in the region is proved as well. The global lambda is
the least local one, and m the largest among the points that attain it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

from flint import fmpq, fmpq_mpoly, fmpq_poly

from ..errors import EmptyGermError
from .algebra import compose, constant, evaluate, factored, require, require_positive, univariate
from .germ import Germ, Node, Verdict, least, monomial
from .plane import Powers, follow
from .plane_point import Divisor
from .size import require_resultant
from .size_line import product_of
from .special import RealPoint, gaps, special_points

Bounds = Sequence[tuple[fmpq, fmpq]]


@dataclass(frozen=True)
class Arrangement:
    """The curves of K, of the region with its faces, and of the prior; all as monomials."""

    germ: Germ
    box: tuple[tuple[fmpq, fmpq], tuple[fmpq, fmpq]]
    curves: tuple[fmpq_mpoly, ...]
    powers: Powers

    @classmethod
    def of(cls, germ: Germ, box: Bounds) -> Arrangement:
        """Factor everything; the faces of the box join the region."""
        faces = []
        for x, (low, high) in zip(germ.ring.gens(), box, strict=True):
            faces += [x - low, high - x]
        whole = Germ(germ.ring, germ.K, (*germ.region, *faces), germ.prior)
        found = {}
        for p in [whole.K, *whole.region, *(p for p, _ in whole.prior)]:
            require(not p.is_zero(), "an inequality or prior factor is identically zero")
            for f, _ in factored(p)[1]:
                monic = f / f.leading_coefficient()
                found[str(monic)] = monic
        curves = tuple(found[key] for key in sorted(found))
        powers = Powers(
            monomial(whole.K, curves),
            [monomial(r, curves) for r in whole.region],
            [(monomial(p, curves)[0], s) for p, s in whole.prior],
        )
        return cls(whole, (box[0], box[1]), curves, powers)

    def special(self) -> list[RealPoint]:
        """Return the special points that are zeros of K in the closed region."""
        wanted = [i for i, e in enumerate(self.powers.K[0]) if e]
        return [p for p in special_points(self.curves, wanted) if self._inside(p)]

    def _inside(self, point: RealPoint) -> bool:
        return point.sign(self.germ.K) == 0 and all(point.sign(r) >= 0 for r in self.germ.region)

    def smooth(self) -> list[fmpq]:
        """Return the local lambda at smooth points of each curve that borders the region."""
        found = []
        for i in sorted(self.borders()):
            divisor = Divisor(tuple(int(k == i) for k in range(len(self.curves))), 0)
            ratio = self.powers.ratio(divisor)
            found += [] if ratio is None else [ratio]
        return found

    def borders(self) -> set[int]:
        """Return the curves that are borders of cells inside the region; K > 0 in those cells."""
        found, interior = self._columns(swap=False)
        more, _ = self._columns(swap=True)
        if not interior:
            raise EmptyGermError("the region has no interior")
        return found | more

    def _columns(self, *, swap: bool) -> tuple[set[int], bool]:
        """Decompose along one coordinate; curves without the other one are not seen."""
        x, y = self.germ.ring.gens()
        turned = [compose(c, [y, x]) if swap else c for c in self.curves]
        (low, high), (bottom, top) = self.box[::-1] if swap else self.box
        projected: list[fmpq_poly] = []
        deep = [c for c in turned if c.degrees()[1]]
        for c in turned:
            if not c.degrees()[1]:
                projected.append(_line(c))
            else:
                projected.append(_line(_leading(c)))
                if c.degrees()[1] > 1:
                    require_resultant(c, c.derivative(1), 1)
                    projected.append(_line(c.discriminant("x1")))
        for c, d in combinations(deep, 2):
            require_resultant(c, d, 1)
            projected.append(_line(c.resultant(d, "x1")))
        found: set[int] = set()
        interior = False
        for at in gaps(product_of(projected), low, high):
            lines = [_on_line(c, at) for c in turned]
            # Cells beyond the box are outside the region, and show the faces as borders.
            heights = gaps(product_of(lines), bottom - 1, top + 1)
            inside = [self._cell((h, at) if swap else (at, h)) for h in heights]
            interior |= any(inside)
            for (a, b), (one, other) in zip(pairwise(heights), pairwise(inside), strict=True):
                if one or other:
                    found |= {i for i, line in enumerate(lines) if line(a) * line(b) < 0}
        return found, interior

    def _cell(self, at: tuple[fmpq, fmpq]) -> bool:
        """Say whether a sample point lies inside the region; there K must be positive."""
        if not all(evaluate(r, at) > 0 for r in self.germ.region):
            return False
        require_positive(evaluate(self.germ.K, at) > 0, "K is negative in the region")
        return True


def cover_node(germ: Germ, box: Bounds, node: Node) -> Verdict | None:
    """Accept a tree of blow-ups for each special point; the rest is decided here."""
    require(germ.ring.nvars() == 2, "a cover is for problems in the plane")
    plane = Arrangement.of(germ, box)
    verdicts: list[Verdict | None] = [Verdict(ratio, ratio, 1) for ratio in plane.smooth()]
    points = plane.special()
    require(len(points) == len(node["points"]), "the special points are not all accounted for")
    for point, data in zip(points, node["points"], strict=True):
        require(data["at"] == describe(point), "a special point is not the stated one")
        moved = [point.around(c) for c in plane.curves]
        verdicts.append(follow(point.field, moved, plane.powers, data["tree"]))
    return least(verdicts)


def describe(point: RealPoint) -> dict[str, Any]:
    """Return the coordinates of a point as plain data."""
    numbers = {"minimal": point.field.minimal, "x": point.x, "y": point.y}
    texts = {name: [str(fmpq(c)) for c in p.coeffs()] for name, p in numbers.items()}
    return {**texts, "index": point.index}


def _leading(p: fmpq_mpoly) -> fmpq_mpoly:
    """Return the leading coefficient in the second variable."""
    top = int(p.degrees()[1])
    return p.context().from_dict({(i, 0): c for (i, j), c in p.to_dict().items() if j == top})


def _line(p: fmpq_mpoly) -> fmpq_poly:
    """Read a polynomial in the first variable alone."""
    return univariate({int(i): c for (i, _), c in p.to_dict().items()})


def _on_line(p: fmpq_mpoly, at: fmpq) -> fmpq_poly:
    """Restrict to a line where the first variable is constant."""
    ring = p.context()
    table = compose(p, [constant(ring, at), ring.gens()[1]]).to_dict()
    return univariate({int(j): c for (_, j), c in table.items()}) if table else fmpq_poly([0])
