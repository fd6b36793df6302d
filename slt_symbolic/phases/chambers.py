"""K of a network as a piecewise polynomial problem: its closed forms around a parameter."""

from __future__ import annotations

import sympy

from slt_symbolic.divergence import KLDivergence
from slt_symbolic.divergence.exploration import TooManyChambersError
from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.inputs import InputDistribution, StandardNormal, UniformBox, UniformSphere
from slt_symbolic.networks import TwoLayer
from slt_symbolic.rlct import PiecewiseProblem, RLCTError

Values = dict[sympy.Symbol, sympy.Expr]
MAX_CHAMBERS = 200
REASON = "K itself, chamber by chamber, up to positive factors without zeros"


class NotPiecewiseError(ValueError):
    """K is not piecewise polynomial around the parameter: the message names the reason."""


def chamber_problem(
    model: TwoLayer, values: Values, truth: TwoLayer, law: InputDistribution
) -> PiecewiseProblem:
    """Return K around a true parameter, with the inequalities of its chambers.

    Parameters
    ----------
    model, truth : TwoLayer
        Networks of piecewise polynomial units.
    values : dict
        Rational values of the parameters.
    law : InputDistribution
        A normal law or a sphere is replaced by a box where units have neither biases nor jumps:
        f − f0 is homogeneous, and integrals of its square over box and sphere are comparable.

    Raises
    ------
    NotPiecewiseError
        If K is no rational function of the parameters there, or its denominator vanishes at the
        parameter, or its coefficients are irrational (their common factor apart).
    """
    for number in values.values():
        if not number.is_Rational:
            raise NotPiecewiseError(f"the parameter must be rational, got {number}")
    law = _homogeneous(model, truth, law)
    try:
        divergence = KLDivergence(model, truth, law)
        found = divergence.pieces_at(values, limit=MAX_CHAMBERS)
    except (TooManyChambersError, UndecidedError, ValueError) as error:
        raise NotPiecewiseError(str(error)) from error
    pieces = []
    for piece in found:
        expr = _polynomial(piece.expr, model.parameters, values)
        for chamber in piece.chambers:
            ordered = sorted(chamber.conditions, key=sympy.default_sort_key)
            tight = tuple(_rational(c, model.parameters) for c in ordered if c.subs(values) == 0)
            pieces.append((expr, tight))
    used = set().union(*(e.free_symbols for k, cs in pieces for e in (k, *cs)))
    variables = tuple(p for p in model.parameters if p in used)
    try:
        return PiecewiseProblem(tuple(pieces), variables, tuple(values[p] for p in variables))
    except RLCTError as error:
        raise NotPiecewiseError(str(error)) from error


def _homogeneous(model: TwoLayer, truth: TwoLayer, law: InputDistribution) -> InputDistribution:
    """Return a box in place of a rotation invariant law, where that is allowed."""
    if not isinstance(law, StandardNormal | UniformSphere):
        return law
    networks = [n for n in (model, truth) if n.units]
    same = all(
        n.activation.scaling_degree == 1 and all(u.bias == 0 for u in n.units) for n in networks
    )
    if same and model.output_bias == 0 and truth.output_bias == 0:
        return UniformBox([-1] * law.dimension, [1] * law.dimension)
    return law


def _polynomial(
    expr: sympy.Expr, parameters: tuple[sympy.Symbol, ...], values: Values
) -> sympy.Expr:
    """Return a polynomial over Q that is expr up to a factor that is positive at the parameter."""
    top, bottom = sympy.fraction(sympy.cancel(expr))
    sign = sympy.sign(bottom.subs(values))
    if sign == 0:
        raise NotPiecewiseError(f"the denominator {bottom} of K vanishes at the parameter")
    return _rational(top * sign, parameters)


def _rational(expr: sympy.Expr, parameters: tuple[sympy.Symbol, ...]) -> sympy.Expr:
    """Return a polynomial up to a positive constant factor, with rational coefficients."""
    poly = sympy.Poly(expr, *parameters, extension=True)
    leading = abs(sympy.nsimplify(poly.coeffs()[0])) if poly.coeffs() else sympy.S.One
    scaled = {m: sympy.radsimp(c / leading) for m, c in poly.as_dict().items()}
    wrong = [c for c in scaled.values() if not c.is_Rational]
    if wrong:
        raise NotPiecewiseError(
            f"K has irrational coefficients, such as {wrong[0]}; learning coefficients need "
            "rational ones: take an input law with rational ends"
        )
    return sympy.Poly.from_dict(scaled, *parameters).as_expr()
