"""The statement of a local learning coefficient problem."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy
from flint import fmpq

from .errors import (
    EmptyRegionError,
    NegativeDivergenceError,
    NotAZeroError,
    NotPolynomialError,
    ZeroDivergenceError,
)
from .germ import Germ
from .polynomials import squares_of, to_fmpq, to_polynomial


def _prior_factors(prior: Any) -> list[tuple[Any, Any]]:
    """Return the pairs (p, s) of a prior density prod |p|**s."""
    if isinstance(prior, (tuple, list)):
        return [(p, s) for p, s in prior]
    if isinstance(prior, int):
        return [(prior, 1)]
    # A text would be evaluated by SymPy's own conversion: only expressions are accepted.
    if not isinstance(prior, sympy.Expr):
        raise NotPolynomialError(f"prior must be an expression or pairs (p, s), not {prior!r}")
    factors = []
    for part in sympy.Mul.make_args(prior):
        base, power = part.as_base_exp()
        factors.append((base.args[0] if isinstance(base, sympy.Abs) else base, power))
    return factors


@dataclass(frozen=True)
class _Stated:
    """What both kinds of problem share: coordinates, a point, and the pieces around it."""

    variables: tuple[sympy.Symbol, ...]
    point: tuple[fmpq, ...]
    pieces: tuple[Germ, ...]

    def statement(self) -> dict[str, Any]:
        """Return the problem as plain data, as it stands in certificates."""
        return {
            "variables": [str(v) for v in self.variables],
            "point": [str(c) for c in self.point],
            "pieces": [piece.statement() for piece in self.pieces],
        }


def _state(
    pieces: Iterable[tuple[Any, Iterable[Any]]],
    variables: Sequence[sympy.Symbol],
    point: Sequence[Any],
    prior: Any,
    generators: Sequence[tuple[Any, Any]] = (),
) -> _Stated:
    names = tuple(variables)
    if not names or not all(isinstance(v, sympy.Symbol) for v in names):
        raise TypeError("variables must be a non-empty sequence of SymPy symbols")
    if len(set(names)) != len(names):
        raise NotPolynomialError("variables must be distinct")
    if len(tuple(point)) != len(names):
        raise NotPolynomialError(f"point must have {len(names)} coordinates, one per variable")
    at = tuple(to_fmpq(c, "point") for c in point)
    density = []
    for p, s in _prior_factors(prior):
        density.append((to_polynomial(p, names, "prior"), to_fmpq(s, "exponent of the prior")))
        if density[-1][0].is_zero():
            raise NotPolynomialError("prior must not be identically zero")
    germs = []
    for K, region in pieces:
        shown = generators or (squares_of(K) if isinstance(K, sympy.Expr) else [])
        squares = [(to_fmpq(a, "K"), to_polynomial(g, names, "K")) for a, g in shown]
        poly = to_polynomial(K, names, "K")
        if poly.is_zero():
            raise ZeroDivergenceError("K is identically zero on a piece: there is no power law")
        inequalities = tuple(to_polynomial(r, names, "region") for r in region)
        germs.append(Germ(poly, inequalities, tuple(density), tuple(squares)))
    return _Stated(names, at, tuple(germs))


@dataclass(frozen=True)
class Problem:
    """K near a point of a region: ``zeta(z) = integral of K**z * prior`` over the region.

    Parameters
    ----------
    K : sympy.Expr
        Polynomial with rational coefficients, K >= 0 on the region near the point, K(point) = 0.
        A proved answer includes the proof that K >= 0 there; bounds assume it.
    variables : sequence of sympy.Symbol
        The coordinates.
    point : sequence of int or sympy.Rational
        One value for each variable.
    region : sequence of sympy.Expr, optional
        Polynomials r with r >= 0 in the region; it must contain the point.
    prior : optional
        1 (any positive density), a product such as ``abs(x)**s * y``, or pairs ``(p, s)``:
        a density ``prod |p|**s`` up to positive factors.

    Raises
    ------
    NotPolynomialError
        If K, region or prior is not a polynomial over Q, or a number is not exact.
    NotAZeroError
        If K does not vanish at the point.
    NegativeDivergenceError
        If K is negative at the point.
    EmptyRegionError
        If the point violates an inequality of the region.

    Examples
    --------
    >>> from sympy.abc import x, y
    >>> Problem((x * y - 1)**2 / 4, (x, y), (2, sympy.Rational(1, 2))).point
    (2, 1/2)
    """

    K: sympy.Expr
    variables: Sequence[sympy.Symbol]
    point: Sequence[Any]
    region: Sequence[sympy.Expr] = ()
    prior: Any = 1
    stated: _Stated = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        stated = _state([(self.K, self.region)], self.variables, self.point, self.prior)
        object.__setattr__(self, "stated", stated)
        if any(r(*stated.point) < 0 for r in stated.pieces[0].region):
            raise EmptyRegionError("point must lie in the region")
        value = stated.pieces[0].K(*stated.point)
        if value < 0:
            raise NegativeDivergenceError(f"K(point) = {value} is negative; K must be >= 0")
        if value != 0:
            raise NotAZeroError(f"K(point) = {value}; the point must satisfy K(point) = 0")

    @classmethod
    def from_generators(
        cls,
        generators: Sequence[sympy.Expr],
        variables: Sequence[sympy.Symbol],
        point: Sequence[Any],
        region: Sequence[sympy.Expr] = (),
        prior: Any = 1,
    ) -> Problem:
        """State the problem of an ideal: ``K = sum of squares of the generators``.

        Examples
        --------
        >>> from sympy.abc import x, y
        >>> Problem.from_generators([x**2 - y**3, x*y], (x, y), (0, 0)).K
        x**2*y**2 + (x**2 - y**3)**2
        """
        squares = [sympy.Pow(g, 2) for g in generators]
        return cls(sympy.Add(*squares), tuple(variables), tuple(point), tuple(region), prior)

    def statement(self) -> dict[str, Any]:
        """Return the problem as plain data, as it stands in certificates."""
        return self.stated.statement()


@dataclass(frozen=True)
class PiecewiseProblem:
    """K given chamber by chamber around a point, as for networks of ReLU units.

    Parameters
    ----------
    pieces : sequence of (sympy.Expr, sequence of sympy.Expr)
        K on a chamber, and the polynomials that are >= 0 on it. Chambers that do not contain
        the point are allowed, and have no effect.
    variables, point, prior
        As for `Problem`.

    Raises
    ------
    NotPolynomialError, NegativeDivergenceError
        As for `Problem`.
    NotAZeroError
        If K vanishes at the point on no chamber that contains it.

    Examples
    --------
    >>> from sympy.abc import x
    >>> problem = PiecewiseProblem([(x**2, [x]), (x**4, [-x])], (x,), (0,))
    >>> len(problem.pieces)
    2
    """

    pieces: Sequence[tuple[sympy.Expr, Sequence[sympy.Expr]]]
    variables: Sequence[sympy.Symbol]
    point: Sequence[Any]
    prior: Any = 1
    stated: _Stated = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        stated = _state(self.pieces, self.variables, self.point, self.prior)
        object.__setattr__(self, "stated", stated)
        here = [g for g in stated.pieces if all(r(*stated.point) >= 0 for r in g.region)]
        if not here:
            raise EmptyRegionError("point must lie in at least one piece")
        values = [g.K(*stated.point) for g in here]
        if min(values) < 0:
            raise NegativeDivergenceError("K(point) is negative on a piece; K must be >= 0")
        if min(values) > 0:
            raise NotAZeroError("K(point) > 0 on every piece that contains the point")

    def statement(self) -> dict[str, Any]:
        """Return the problem as plain data, as it stands in certificates."""
        return self.stated.statement()
