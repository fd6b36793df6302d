"""Models as texts: f(x; w) and a true function, read as one of the problem classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy

from slt_symbolic.expressions import parse_expression

from .checker.moments import DEGREES
from .errors import ModelError, NotPolynomialError, ZeroDivergenceError
from .model_problem import MomentProblem
from .polynomials import to_polynomial
from .problem import Problem
from .tanh_problem import TanhProblem

_Unit = tuple[sympy.Expr, list[sympy.Expr], sympy.Expr]


def problem_of_model(
    model: Mapping[str, Any],
    names: Mapping[str, sympy.Symbol],
    point: Sequence[Any],
    region: Sequence[sympy.Expr],
    prior: Any,
) -> Problem | MomentProblem | TanhProblem:
    """Read a model: ``{"f": text, "truth": text, NAME: law, ...}``, the NAMEs its inputs.

    Raises
    ------
    ModelError
        If the model is neither polynomial in its inputs, nor a sum of ``a * s(b . x)``, nor of
        ``a * tanh(b . x + c)`` and a polynomial. ``1/(1+exp(-z))`` counts as tanh.
    """
    inputs = [k for k in model if k not in ("f", "truth")]
    laws = [model[k] for k in inputs]
    if not isinstance(model.get("f"), str) or not inputs:
        raise ModelError("a model needs f, truth and at least one input with its law")
    if any(k in names or not k.isidentifier() for k in inputs):
        raise ModelError("the inputs of a model must be names that are no variables")
    for law in laws:
        if not isinstance(law, str) or not law.lower().startswith(("uniform", "normal", "n(")):
            raise ModelError(f"the law {law!r} of an input must be uniform[...] or normal")
    xs = [sympy.Symbol(k, real=True) for k in inputs]
    symbols = [*names.values(), *xs]
    try:
        f = parse_expression(model["f"].replace("^", "**"), symbols)
        truth = parse_expression(str(model.get("truth", "0")).replace("^", "**"), xs)
    except ValueError as error:
        raise ModelError(f"model: {error}") from error
    difference = sympy.expand(_as_tanh(f - truth))
    variables = tuple(names.values())
    parts = sympy.Add.make_args(difference)
    units = [_unit(term, xs) for term in parts if not _is_polynomial(term, xs, variables)]
    rest = sympy.Poly(sympy.Add(*(t for t in parts if _is_polynomial(t, xs, variables))), *xs)
    if not units:
        if rest.is_zero:
            raise ZeroDivergenceError("the model is the true function for all parameters")
        return Problem.from_generators(rest.coeffs(), variables, point, region, prior)
    kinds = {name for name, _ in units}
    if len(kinds) != 1:
        raise ModelError(f"model: the units must share one activation, not {sorted(kinds)}")
    (name,), plain = kinds, rest.is_zero and all(not bias for _, (*_, bias) in units)
    if plain and (name != "tanh" or len(xs) == 1):
        slopes = [(a, bs) for _, (a, bs, _) in units]
        return MomentProblem(name, slopes, variables, point, region, prior)
    if name != "tanh":
        raise ModelError(f"model: a bias, or a polynomial beside units, needs tanh, not {name}")
    coefficients = {e: p for e, p in rest.terms() if p != 0}
    return TanhProblem([u for _, u in units], variables, point, region, prior, coefficients)


def _as_tanh(f: sympy.Expr) -> sympy.Expr:
    """Write the logistic function 1 / (1 + exp(-z)) as 1/2 + tanh(z/2) / 2."""
    z = sympy.Wild("z")
    return f.replace(1 / (1 + sympy.exp(z)), sympy.Rational(1, 2) - sympy.tanh(z / 2) / 2)


def _is_polynomial(
    term: sympy.Expr, xs: Sequence[sympy.Symbol], variables: Sequence[sympy.Symbol]
) -> bool:
    try:
        to_polynomial(term, [*variables, *xs], "model")
    except NotPolynomialError:
        return False
    return True


def _unit(term: sympy.Expr, xs: Sequence[sympy.Symbol]) -> tuple[str, _Unit]:
    """Read a * s(b . x + c)."""
    wanted = f"a * s(b . x + c) with s in {', '.join(DEGREES)}"
    inside = [p for p in sympy.Mul.make_args(term) if p.has(*xs)]
    name = type(inside[0]).__name__ if len(inside) == 1 else ""
    if name not in DEGREES:
        raise ModelError(f"model: {term} is not {wanted}")
    try:
        argument = sympy.Poly(inside[0].args[0], *xs)
    except sympy.PolynomialError as error:
        raise ModelError(f"model: {term} is not {wanted}") from error
    if argument.total_degree() != 1:
        raise ModelError(f"model: {term} is not {wanted}")
    slopes = [argument.coeff_monomial(x) for x in xs]
    return name, (term / inside[0], slopes, argument.coeff_monomial(1))
