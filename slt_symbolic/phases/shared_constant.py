"""The integral over strengths that gives the leading constant of units sharing folds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import combinations, pairwise
from typing import Any

import mpmath
import sympy

from slt_symbolic.phases.density import NotRegularError
from slt_symbolic.phases.prior import BoxPrior
from slt_symbolic.phases.shared_folds import SharedFolds

Line = tuple[sympy.Expr, sympy.Expr]
DIGITS = 16
# Strengths go down to 1e-40, and C cancels to their square.
CANCELLING = 120


def scales_are_infinite(shared: SharedFolds) -> bool:
    """Whether the integral is infinite where the strength of one unit goes to zero.

    In n inputs the integrand is like |p|^(−2n/3) there, see
    :mod:`slt_symbolic.phases.shared_folds`; so it is for n ≥ 2, readouts free, if scales are not
    kept off zero by the walls of a prior's box.
    """
    data = shared.stratum.system.setting
    if data.inputs == 1 or isinstance(shared.prior, BoxPrior):
        return False
    return any(
        direction[i] != 0 and data.model.free(unit.readout)
        for direction in shared.directions
        for i, unit in enumerate(data.model.units)
    )


def closed_constant(shared: SharedFolds) -> sympy.Expr | None:
    """Return C in closed form where W0 fixes all strengths and folds split in one way.

    Examples
    --------
    |x| by two units, one in each orientation:

    >>> from slt_symbolic import TrueSet, TwoLayer, UniformInterval, Unit, activation
    >>> from slt_symbolic.phases import GaussianPrior
    >>> relu = activation("relu")
    >>> model, inputs = TwoLayer.symbolic(relu, width=2), UniformInterval(-1, 1)
    >>> W0 = TrueSet(model, TwoLayer(relu, [Unit(1, (1,), 0), Unit(1, (-1,), 0)]), inputs)
    >>> (stratum,) = [s for s in W0.strata if str(s.type) == "[fold1+, fold1-]"]
    >>> shared = SharedFolds(model, inputs, stratum, GaussianPrior())
    >>> shared.value, sympy.N(closed_constant(shared), 6)
    (7/3, 2.10260)
    """
    if shared.directions or len(shared.splits) != 1:
        return None
    weight = _integrand(shared, shared.strengths, shared.output_bias)
    return sympy.simplify(_front(shared, []) * weight)


def _front(shared: SharedFolds, directions: list[sympy.Matrix]) -> sympy.Expr:
    """Return (2π)^{r/2}/√pdet G and the volume of the chosen directions in the kernel of G."""
    split = shared.splits[0] if shared.splits else None
    vectors = [shared.on_rays(d) for d in directions] + ([] if split is None else [split])
    basis = sympy.Matrix.hstack(*vectors)
    volume = sympy.sqrt((basis.T * basis).det())
    return (
        (2 * sympy.pi) ** sympy.Rational(shared.rank, 2) * volume / sympy.sqrt(shared.determinant)
    )


def _integrand(
    shared: SharedFolds, strengths: tuple[sympy.Expr, ...], bias: sympy.Expr
) -> sympy.Expr:
    """Return Π B_i φ(c) D at some strengths, for one direction of splitting."""
    total = shared.bias_density(bias)
    for i, p in enumerate(strengths):
        total *= shared.prior_density(i, p)
    third = sympy.Rational(1, 3)
    cube = shared.cube(strengths, shared.splits[0], sympy.sympify)
    return total * 2 * sympy.gamma(4 * third) * (cube / 2) ** -third


def integrated_constant(shared: SharedFolds) -> tuple[float, float]:
    """Return C and an error estimate, by tanh-sinh quadrature along the one free strength.

    The integrand has algebraic singularities where a strength, or a partial sum of strengths on
    one fold, vanishes; tanh-sinh quadrature between them does not mind.

    Raises
    ------
    NotRegularError
        If more than one strength is free, or folds split in several ways.
    """
    if len(shared.directions) != 1 or len(shared.splits) != 1:
        raise NotRegularError(
            f"the constant of shared folds is computed for one free strength and one way to split "
            f"folds, {shared.stratum.type} has {len(shared.directions)} and {len(shared.splits)}"
        )
    (direction,) = shared.directions
    size = len(shared.planes)
    line: list[Line] = [(p, direction[i]) for i, p in enumerate(shared.strengths)]
    slope = direction[size] if direction.rows > size else sympy.S.Zero
    cuts = _cuts(shared, line, (shared.output_bias, slope))

    densities = [_density(shared, i) for i in range(len(shared.planes))]
    number = cache(_mp)

    def value(start: sympy.Expr, side: int, x: Any) -> Any:
        # From the end of an interval on, where strengths vanish exactly, by the cube of x: the
        # integrand is at most like the distance to the power -2/3.
        if x == 0:
            return mpmath.mpf(0)
        with mpmath.workdps(CANCELLING):
            step = side * x**3
            strengths = [number(p + start * d) + step * number(d) for p, d in line]
            cube = shared.cube(strengths, shared.splits[0], number)
            found = 6 * mpmath.gamma(number(sympy.Rational(4, 3))) * x**2 / mpmath.cbrt(cube / 2)
            for density, p in zip(densities, strengths, strict=True):
                found *= density(p)
            bias = number(shared.output_bias + start * slope) + step * number(slope)
            return found * number(shared.bias_density(sympy.Float(bias, DIGITS)))

    with mpmath.workdps(DIGITS):
        total, error = mpmath.mpf(0), mpmath.mpf(0)
        for start, side, length in _halves(cuts):
            end = mpmath.inf if length is sympy.oo else mpmath.cbrt(_mp(length))
            part, doubt = mpmath.quad(
                partial(value, start, side), [0, end], error=True, maxdegree=6
            )
            total, error = total + part, error + doubt
        factor = _mp(_front(shared, [direction]))
    return float(factor * total), float(factor * error) + 1e-12 * float(factor * total)


def _cuts(shared: SharedFolds, line: list[Line], bias: Line) -> list[sympy.Expr]:
    """Return the times at which the integrand is not smooth."""
    forms: list[Line] = []
    for members in shared.classes:
        for k in range(1, len(members) + 1):
            forms += [
                (sympy.Add(*(line[i][0] for i in part)), sympy.Add(*(line[i][1] for i in part)))
                for part in combinations(members, k)
            ]
    for i, plane in enumerate(shared.planes):
        (p, d), walls = line[i], shared.walls(i)
        forms += [(p * e - wall, d * e) for e in plane for wall in walls]
    forms += [(bias[0] - wall, bias[1]) for wall in shared.walls(None)]
    times = {-a / d for a, d in forms if d != 0}
    return sorted(times, key=sympy.N)


def _halves(cuts: list[sympy.Expr]) -> Iterator[tuple[sympy.Expr, int, sympy.Expr]]:
    """Yield intervals as an end, the side on which they lie, and their length."""
    yield cuts[0], -1, sympy.oo
    for a, b in pairwise(cuts):
        yield a, 1, (b - a) / 2
        yield b, -1, (b - a) / 2
    yield cuts[-1], 1, sympy.oo


def _mp(value: sympy.Expr) -> Any:
    return mpmath.mpf(sympy.N(value, CANCELLING))


def _density(shared: SharedFolds, i: int) -> Callable[[Any], Any]:
    """Return B_i as a function of the strength."""
    if isinstance(shared.prior, BoxPrior):
        return lambda p: _mp(shared.prior_density(i, sympy.Float(p, DIGITS)))
    size = sympy.Symbol("size", positive=True)
    up, down = (sympy.lambdify(size, shared.prior_density(i, s * size), "mpmath") for s in (1, -1))
    return lambda p: up(p) if p > 0 else down(-p)
