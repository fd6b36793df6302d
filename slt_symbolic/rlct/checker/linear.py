"""The leaf for sums of squares that are linear in a block of variables: the block integrates out.

Let K = |V(w) a|**2 with V polynomial, near a = 0, the region and the prior in w alone. Then

    integral exp(-n K) da  ~  det(1 + n V^T V)**(-1/2)  =  D**(-1/2)

up to constant factors, uniformly in w: in coordinates where V^T V is diagonal a ball contains,
and is contained in, a cube, and the integral of exp(-n mu t**2) over [-c, c] is comparable to
(1 + n mu)**(-1/2). When V is a direct sum of V_c, D is the product of the D_c. Put
g_i = n**(-gamma_i), gamma >= 0, for coordinates g (w = images(g)) in which the region is a union
of orthants and the prior prod g_i**tau_i.

*From below.* By Cauchy-Binet D_c >= n**k det(V_ST)**2 for each minor of size k. A polynomial whose
minimal monomials have one sign on an orthant, or whose initial forms on compact faces have no zeros
there (`.dominated`), is comparable to the sum of their absolute values, so its logarithm
is -log(n) times ord(gamma) = min <gamma, a>, up to a constant. With F(gamma) =
sum (1 + tau_i) gamma_i + 1/2 sum_c max_S (k_S - 2 ord_S(gamma)) the integral over w is at most
n**(-min F) (log n)**dim, where dim is the dimension of {F = min F}. Shares p of the minors and q
of the monomials of their factors f, summing to one, prove min F >= 1/2 sum p_S k_S as soon as

    slack_i = 1 + tau_i - sum_f W_f sum_a q_{f,a} a_i >= 0,    W_f = sum_S p_S (power of f in S),

and {F = min F} then lies in the subspace where gamma_i = 0 if slack_i > 0, the monomials of a
factor with positive shares tie, and so do the minors with positive shares.

*From above.* D_c is at most, up to a constant, n**u_c(gamma) with u_c convex: the product of
1 + n |column|**2 or of 1 + n |row|**2 (Hadamard), or the largest term of all minors. At d + 1
affinely independent points where sum (1 + tau_i) gamma_i + 1/2 sum u_c is the value found from
below, it is so on their convex hull: lambda is that value, and m >= d + 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb
from typing import Any

from flint import fmpq, fmpq_mpoly

from .algebra import (
    Exponent,
    at_origin,
    compose,
    constant,
    exponent,
    exponents,
    minimal,
    polynomial,
    power,
    rank,
    rational,
    require,
    support_variables,
    times,
)
from .dominated import require_no_zero
from .enclosures import determinant
from .germ import Germ, Judge, Node, Verdict, monomial, orthants_of, sum_of_squares
from .newton import dot

Matrix = list[list[fmpq_mpoly]]


@dataclass(frozen=True)
class _Chart:
    """The coordinates g, the orthants of the region in them, and the exponents of the prior."""

    images: list[fmpq_mpoly]
    orthants: list[tuple[int, ...]]
    tau: list[fmpq]

    def minimal(self, f: fmpq_mpoly) -> list[Exponent]:
        """Return the minimal exponents of f in the coordinates g."""
        every = exponents(compose(f, self.images))
        return minimal(every)

    def sign(self, f: fmpq_mpoly, orthant: Sequence[int]) -> int:
        """Return the common sign of the minimal monomials on an orthant, or 0."""
        table = {tuple(int(e) for e in a): c for a, c in compose(f, self.images).to_dict().items()}
        flips = [i for i, s in enumerate(orthant) if s < 0]
        positive = {(table[a] > 0) == (sum(a[i] for i in flips) % 2 == 0) for a in self.minimal(f)}
        return 0 if len(positive) != 1 else 1 if positive.pop() else -1


def linear_node(germ: Germ, node: Node, _judge: Judge) -> Verdict | None:
    """Accept the marginal over a block in which a sum of squares is linear."""
    block = node["block"]
    n = germ.ring.nvars()
    require(all(type(i) is int and 0 <= i < n for i in block) and bool(block), "bad block")
    require(len(set(block)) == len(block), "a block repeats a variable")
    total, squares = sum_of_squares(germ, node["squares"])
    require(total == germ.K, "K is not the stated sum of squares")
    for g in squares:
        once = all(sum(a[i] for i in block) == 1 for a in exponents(g))
        require(once, "a generator is not linear and homogeneous in the block")
    mixed = any(
        support_variables(p) & set(block) for p in (*germ.region, *(p for p, _ in germ.prior))
    )
    require(not mixed, "a condition involves the block")
    chart = _chart(germ, node, block)
    if not chart.orthants:
        return None
    parts = _direct_sum([[g.derivative(i) for i in block] for g in squares])
    free = [i for i in range(n) if i not in block]
    lower, span = _from_below(germ, node, chart, parts, free)
    points = [[rational(c) for c in point] for point in node["points"]]
    require(bool(points), "no point of the dual program")
    for point in points:
        require(len(point) == n and min(point) >= 0, "a point is not a vector >= 0")
        require(all(point[i] == 0 for i in block), "a point moves the block")
    values = []
    for point in points:
        value = sum(((1 + t) * c for t, c in zip(chart.tau, point, strict=True)), fmpq(0))
        for kind, V in zip(node["bounds"], parts, strict=True):
            value += _growth(kind, V, chart, point) / 2
        values.append(value)
    upper = max(values)
    require(lower <= upper, "the bounds contradict each other")
    first, *others = points
    d = rank([x - y for x, y in zip(p, first, strict=True)] for p in others)
    tight = lower == upper and d == span
    return Verdict(lower, upper, d + 1 if tight else None)


def _chart(germ: Germ, node: Node, block: Sequence[int]) -> _Chart:
    """Check the coordinates, and list the orthants that make up the region."""
    gens = list(germ.ring.gens())
    images = [polynomial(p, germ.ring) for p in node["images"]]
    inverse = [polynomial(p, germ.ring) for p in node["inverse"]]
    there, back = [compose(p, inverse) for p in images], [compose(p, images) for p in inverse]
    require(there == gens and back == gens, "a coordinate change is not inverse to its inverse")
    require(all(at_origin(p) == 0 for p in images), "a coordinate change moves the origin")
    for i, p in enumerate(images):
        apart = p == gens[i] if i in block else not support_variables(p) & set(block)
        require(apart, "a coordinate change mixes the block with the rest")
    # Without K, which nobody needs in these coordinates, and which may be large there.
    moved = replace(germ, K=gens[0]).substitute(images)
    tau = [fmpq(0)] * len(gens)
    for p, s in moved.prior:
        tau = [t + s * k for t, k in zip(tau, monomial(p, gens)[0], strict=True)]
    require(all(t > -1 for t in tau), "the prior is not integrable")
    walls = tuple(r for r in moved.region if len(r) == 1)
    others = [r for r in moved.region if len(r) > 1]
    odd = set(range(len(gens))) - set(block)
    plain = _Chart(gens, [], [])
    kept = []
    for orthant in orthants_of(Germ(germ.ring, moved.K, walls, ()), gens, odd):
        signs = [plain.sign(r, orthant) for r in others]
        require(0 not in signs, "an inequality has no sign on an orthant")
        if -1 not in signs:
            kept.append(orthant)
    return _Chart(images, kept, tau)


def _direct_sum(V: Matrix) -> list[Matrix]:
    """Split a matrix into the blocks that its zero pattern shows, in the order of the rows."""
    left, parts = [i for i, row in enumerate(V) if any(not p.is_zero() for p in row)], []
    while left:
        rows, columns = [left[0]], set[int]()
        for i in rows:
            columns |= {j for j, p in enumerate(V[i]) if not p.is_zero()}
            rows += [
                k for k in left if k not in rows and any(not V[k][j].is_zero() for j in columns)
            ]
        left = [k for k in left if k not in rows]
        parts.append([[V[i][j] for j in sorted(columns)] for i in sorted(rows)])
    return parts


def _from_below(
    germ: Germ, node: Node, chart: _Chart, parts: Sequence[Matrix], free: Sequence[int]
) -> tuple[fmpq, int]:
    """Return the lower bound for lambda, and one for the codimension of its optimal face."""
    one = constant(germ.ring, fmpq(1))
    factors: list[fmpq_mpoly] = []
    monomials: list[list[tuple[Exponent, fmpq]]] = []
    for data in node["factors"]:
        f = polynomial(data["polynomial"], germ.ring)
        require(not f.is_zero(), "a factor of a minor is zero")
        listed = [(exponent(a, germ.ring.nvars()), rational(q)) for a, q in data["shares"]]
        low = chart.minimal(f)
        require(all(a in low and q > 0 for a, q in listed), "a share is not of a monomial")
        require(sum((q for _, q in listed), fmpq(0)) == 1, "the shares of a factor must sum to 1")
        mixed = [orthant for orthant in chart.orthants if not chart.sign(f, orthant)]
        if mixed:
            require_no_zero(compose(f, chart.images), mixed)
        factors.append(f)
        monomials.append(listed)
    value, loads = fmpq(0), [fmpq(0)] * len(factors)
    equations: list[list[fmpq]] = []
    require(len(node["minors"]) == len(parts), "one list of minors for each summand")
    for V, listed_minors in zip(parts, node["minors"], strict=True):
        whole, ties = fmpq(0), []
        for data in listed_minors:
            rows, columns, share = data["rows"], data["columns"], rational(data["share"])
            found = _minor(V, rows, columns)
            stated = one * rational(data["constant"])
            for k, often in data["powers"]:
                require(type(k) is type(often) is int and k >= 0 < often, "bad power")
                stated = times(stated, power(factors[k], often))
            require(
                found == stated and not found.is_zero(), "a minor is not the product of its factors"
            )
            require(share > 0, "a share of a minor is not positive")
            whole += share
            value += share * len(rows) / 2
            tie = [fmpq(0)] * len(chart.tau)
            for k, often in data["powers"]:
                loads[k] += share * often
                tie = [t + often * e for t, e in zip(tie, monomials[k][0][0], strict=True)]
            ties.append(tie)
        require(whole == 1, "the shares of the minors must sum to 1")
        equations += [[x - y for x, y in zip(t, ties[0], strict=True)] for t in ties[1:]]
    slack = [1 + t for t in chart.tau]
    for load, listed in zip(loads, monomials, strict=True):
        require(load > 0, "a factor belongs to no minor")
        for a, q in listed:
            slack = [s - load * q * e for s, e in zip(slack, a, strict=True)]
            first = listed[0][0]
            equations.append([fmpq(x - y) for x, y in zip(a, first, strict=True)])
    require(all(slack[i] >= 0 for i in free), "the shares overload a coordinate")
    equations += [[fmpq(k == i) for k in range(len(slack))] for i in free if slack[i] > 0]
    return value, len(free) - rank(equations)


def _minor(V: Matrix, rows: Any, columns: Any) -> fmpq_mpoly:
    """Return a minor."""
    require(len(rows) == len(columns), "a minor is square")
    for chosen, size in ((rows, len(V)), (columns, len(V[0]))):
        fine = all(type(i) is int and 0 <= i < size for i in chosen)
        require(fine and chosen == sorted(set(chosen)), "a minor repeats a row or column")
    return determinant([[V[i][j] for j in columns] for i in rows], V[0][0].context())


def _growth(kind: Any, V: Matrix, chart: _Chart, point: Sequence[fmpq]) -> fmpq:
    """Return u with D_c <= C n**u at n**(-point), for one of the three upper bounds of D_c."""
    require(kind in ("columns", "rows", "minors"), "unknown upper bound of a determinant")

    def order(p: fmpq_mpoly) -> fmpq:
        return min(fmpq(dot(point, a)) for a in exponents(compose(p, chart.images)))

    # The orders of the coordinates w give a lower bound for the order of an entry.
    weights = [order(p) for p in chart.images[0].context().gens()]

    def entry(p: fmpq_mpoly) -> fmpq:
        return min(fmpq(dot(weights, a)) for a in exponents(p))

    if kind == "minors":
        r, c = len(V), len(V[0])
        require(sum(comb(r, k) * comb(c, k) for k in range(r + 1)) <= 1000, "too many minors")
        best = fmpq(0)
        for k in range(1, min(r, c) + 1):
            for rows in combinations(range(r), k):
                for columns in combinations(range(c), k):
                    minor = _minor(V, list(rows), list(columns))
                    if not minor.is_zero():
                        best = max(best, k - 2 * order(minor))
        return best
    lines = V if kind == "rows" else [list(line) for line in zip(*V, strict=True)]
    return sum(
        (max(fmpq(0), 1 - 2 * min(entry(p) for p in line if p != 0)) for line in lines), fmpq(0)
    )
