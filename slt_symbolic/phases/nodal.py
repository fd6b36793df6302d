"""K of piecewise linear networks of one input, replaced by its values at the folds.

Where f − f0 is affine on an interval of length g, with values a and b at its ends,

    g(a² + b²)/6  ≤  ∫ (f − f0)²  ≤  g(a² + b²)/2.

So K is comparable to the sum of g(a² + b²) over the segments between folds, a polynomial in the
strengths and places of the folds for each of their orders, and a sum of squares with factors that
are not negative. Segments that do not shrink to nothing at the parameter count as length 1. The
ends may be moved, as long as no fold passes them, since an affine function on a segment is
bounded by its values on a part of it; so a normal law may be replaced by a long interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations, product
from math import factorial, prod

import sympy

from slt_symbolic.activations import Branches
from slt_symbolic.inputs import InputDistribution, StandardNormal, UniformBox, UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.rlct import PiecewiseProblem

Values = dict[sympy.Symbol, sympy.Expr]
Line = tuple[sympy.Expr, sympy.Expr]
MAX_ORDERS = 1000
REASON = (
    "K is comparable to the sum over segments between folds of their length times the squared "
    "values of f - f0 at their ends"
)


class NotNodalError(ValueError):
    """K cannot be replaced by its values at the folds: the message names the reason."""


@dataclass(frozen=True)
class Fold:
    """A place where f − f0 changes its line.

    Parameters
    ----------
    place : sympy.Expr
        Where.
    at : sympy.Rational
        Its value at the parameter.
    left, right : (slope, constant)
        What the unit is on both sides.
    """

    place: sympy.Expr
    at: sympy.Rational
    left: Line
    right: Line


def nodal_problem(
    model: TwoLayer, values: Values, truth: TwoLayer, law: InputDistribution
) -> PiecewiseProblem:
    """Return a polynomial problem with the learning coefficient of K at a true parameter.

    Parameters
    ----------
    model : TwoLayer
        A network of one input, its units piecewise linear; best without scaling.
    values : dict
        Rational values of its parameters.
    truth : TwoLayer
        The true network, with rational entries.
    law : InputDistribution
        Uniform on an interval, or normal.

    Raises
    ------
    NotNodalError
        If inputs, activation or numbers are of another kind, or a unit with a bias has neither
        weight nor bias at the parameter.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> model = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
    >>> at = dict.fromkeys(model.parameters, sympy.Integer(0))
    >>> zero = TwoLayer(RELU, (), inputs=1)
    >>> nodal_problem(model, at, zero, UniformInterval(-1, 1)).pieces
    ((q1**2*w1**2, (-w1,)), (q1**2*w1**2, (w1,)))
    """
    networks = [n for n in (model, truth) if n.units]
    if model.inputs != 1 or any(not _piecewise_linear(n.activation.branches) for n in networks):
        raise NotNodalError("the networks must have one input and piecewise linear units")
    for number in [*values.values(), *(e for u in truth.units for e in u.entries())]:
        if not number.is_Rational:
            raise NotNodalError(f"parameter and truth must be rational, got {number}")
    fixed = [_sides(u, truth, {}, -1) for u in truth.units]
    constant = model.output_bias - truth.output_bias
    pieces: list[tuple[sympy.Expr, tuple[sympy.Expr, ...]]] = []
    for signs in product(*(_signs(u, values, law) for u in model.units)):
        units = [
            _sides(u, model, values, 1, sign) for u, sign in zip(model.units, signs, strict=True)
        ]
        conditions = [
            s * u.weights[0]
            for u, s in zip(model.units, signs, strict=True)
            if u.weights[0].subs(values) == 0 and u.bias == 0
        ]
        folds, lines = [], [(sympy.S.Zero, constant)]
        for side in [*fixed, *units]:
            if isinstance(side, Fold):
                folds.append(side)
            else:
                lines.append(side)
        pieces += _pieces(folds, lines, conditions, values, law)
    parameters = tuple(p for p in model.parameters if any(_uses(p, e, c) for e, c in pieces))
    if not parameters:
        raise NotNodalError("K is zero around the parameter")
    return PiecewiseProblem(tuple(pieces), parameters, tuple(values[p] for p in parameters))


def _piecewise_linear(branches: Branches | None) -> bool:
    return branches is not None and max(len(branches.below), len(branches.above)) <= 2


def _uses(p: sympy.Symbol, expr: sympy.Expr, conditions: Sequence[sympy.Expr]) -> bool:
    return p in expr.free_symbols or any(p in c.free_symbols for c in conditions)


def _signs(unit: Unit, values: Values, law: InputDistribution) -> tuple[int, ...]:
    """Return the signs that matter: of the weight, or of the bias where the unit has no fold."""
    w, b = (e.subs(values) for e in (unit.weights[0], unit.bias))
    if w != 0:
        return (1 if w > 0 else -1,)
    if unit.bias == 0:
        return (-1, 1)
    if b == 0:
        raise NotNodalError("a unit with a bias has neither weight nor bias at the parameter")
    if isinstance(law, StandardNormal):
        raise NotNodalError("a unit of zero weight has its fold at infinity, under a normal law")
    return (1 if b > 0 else -1,)


def _sides(
    unit: Unit, network: TwoLayer, values: Values, factor: int, sign: int = 0
) -> Fold | Line:
    """Return a unit's fold, or its line if it has none near the parameter."""
    low, high = network.activation.lines()
    w, b = unit.weights[0], unit.bias
    weight, bias = w.subs(values), b.subs(values)
    sign = sign or int(sympy.sign(weight) or sympy.sign(bias))

    def line(branch: tuple[sympy.Rational, sympy.Rational]) -> Line:
        q = factor * unit.readout
        return (q * branch[1] * w, q * (branch[0] + branch[1] * b))

    if weight == 0 and b != 0:
        return line(high if sign > 0 else low)
    place = sympy.S.Zero if b == 0 else sympy.cancel(-b / w)
    sides = (low, high) if sign >= 0 else (high, low)
    return Fold(place, sympy.S.Zero if b == 0 else -bias / weight, line(sides[0]), line(sides[1]))


def _pieces(
    folds: Sequence[Fold],
    lines: Sequence[Line],
    conditions: Sequence[sympy.Expr],
    values: Values,
    law: InputDistribution,
) -> Iterator[tuple[sympy.Expr, tuple[sympy.Expr, ...]]]:
    """Yield the form and the inequalities of each order of the folds near the parameter."""
    lower, upper = _ends(law, [f.at for f in folds])
    ends = [Fold(e, e, (sympy.S.Zero,) * 2, (sympy.S.Zero,) * 2) for e in (lower, upper)]
    clusters: dict[sympy.Rational, list[Fold]] = {}
    for fold in sorted([*folds, *ends], key=lambda f: f.at):
        same = clusters.setdefault(fold.at, [])
        fixed = next((k for k, f in enumerate(same) if f.place == fold.place), None)
        if fixed is None:
            same.append(fold)
        else:  # folds that stay together count as one
            same[fixed] = _joined(same[fixed], fold)
    if prod(factorial(len(c)) for c in clusters.values()) > MAX_ORDERS:
        raise NotNodalError(f"there are more than {MAX_ORDERS} orders of the folds")
    for order in product(*(permutations(c) for c in clusters.values())):
        nodes = [f for cluster in order for f in cluster]
        yield _form(nodes, lines, (lower, upper), values, conditions)


def _cleared(expr: sympy.Expr, values: Values) -> sympy.Expr:
    """Return an expression times its denominator, with the sign that this has at the parameter."""
    top, bottom = sympy.fraction(sympy.cancel(expr))
    return sympy.expand(top * sympy.sign(bottom.subs(values)))


def _joined(a: Fold, b: Fold) -> Fold:
    def plus(x: Line, y: Line) -> Line:
        return (x[0] + y[0], x[1] + y[1])

    return Fold(a.place, a.at, plus(a.left, b.left), plus(a.right, b.right))


def _ends(
    law: InputDistribution, places: Sequence[sympy.Rational]
) -> tuple[sympy.Rational, sympy.Rational]:
    """Return rational ends between which the same folds are, of the law's interval if possible."""
    if isinstance(law, UniformBox):
        law = law.sides[0]
    if isinstance(law, UniformInterval):
        lower, upper = law.lower, law.upper
        if lower.free_symbols | upper.free_symbols:
            raise NotNodalError(f"the ends of {law} must be numbers")
        inside = [p for p in places if lower < p < upper]
        if any(not e.is_Rational for e in (lower, upper)):
            if not inside:
                inside = [_between(lower, upper)]
            lower = lower if lower.is_Rational else _between(lower, min(inside))
            upper = upper if upper.is_Rational else _between(max(inside), upper)
        return lower, upper
    if isinstance(law, StandardNormal):
        far = 1 + max((sympy.ceiling(abs(p)) for p in places), default=sympy.S.Zero)
        return -far, far
    raise NotNodalError(f"inputs must be uniform on an interval or normal, not {law}")


def _between(a: sympy.Expr, b: sympy.Expr) -> sympy.Rational:
    """Return a rational number strictly between two numbers."""
    size = 1
    while True:
        size *= 2
        candidate = sympy.Rational(sympy.floor(a * size) + 1, size)
        if a < candidate < b:
            return candidate


def _form(
    nodes: Sequence[Fold],
    lines: Sequence[Line],
    ends: tuple[sympy.Rational, sympy.Rational],
    values: Values,
    conditions: Sequence[sympy.Expr],
) -> tuple[sympy.Expr, tuple[sympy.Expr, ...]]:
    """Return the nodal form for one order, and what is not negative there."""
    slope = sympy.Add(*(e[0] for e in lines), *(f.left[0] for f in nodes))
    constant = sympy.Add(*(e[1] for e in lines), *(f.left[1] for f in nodes))
    whole: set[sympy.Expr] = set()
    partial: list[tuple[sympy.Expr, sympy.Expr]] = []
    gaps = list(conditions)
    inside = False
    for node, after in pairwise(nodes):
        slope += node.right[0] - node.left[0]
        constant += node.right[1] - node.left[1]
        inside = (inside or node.place == ends[0]) and node.place != ends[1]
        shrinks = node.at == after.at
        gap = _cleared(after.place - node.place, values) if shrinks else sympy.S.One
        if shrinks:
            gaps.append(gap)
        if not inside:
            continue
        for x in (node.place, after.place):
            value = _monic(_cleared(slope * x + constant, values))
            if shrinks:
                partial.append((gap, value))
            else:
                whole.add(value)
    ordered = sorted(whole, key=sympy.default_sort_key)
    # A square that stands there whole makes the same one with a factor superfluous.
    rest = [g * v**2 for g, v in partial if v not in whole]
    return sympy.Add(*(v**2 for v in ordered), *rest), tuple(gaps)


def _monic(value: sympy.Expr) -> sympy.Expr:
    """Return a polynomial up to a constant factor."""
    symbols = sorted(value.free_symbols, key=str)
    return sympy.Poly(value, *symbols).monic().as_expr() if symbols else value
