"""Which formula an activation has: the routes to its coefficients depend on nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import sympy
from flint import fmpq

from slt_symbolic.activations import (
    ARCTAN,
    COS,
    ERF,
    GELU,
    SIGMOID,
    SIN,
    SOFTPLUS,
    TANH,
    Activation,
)
from slt_symbolic.spectra.errors import NoSecondMomentError

_Z = sympy.Symbol("z")
_NAMES = {a(_Z): a.name for a in (ARCTAN, COS, ERF, GELU, SIGMOID, SIN, SOFTPLUS, TANH)}


@dataclass(frozen=True)
class Family:
    """An activation as its routes see it.

    Parameters
    ----------
    kind : str
        ``"piecewise"``, ``"exponential"``, ``"swish"``, the name of an activation, or ``"other"``.
    parameters : tuple of flint.fmpq
        β of a swish; c₀, c₁, c₂ of exp(c₀ + c₁z + c₂z²).
    """

    kind: str
    parameters: tuple[fmpq, ...] = ()


@lru_cache(maxsize=256)
def family(activation: Activation) -> Family:
    """Return the family of an activation, recognised by its formula.

    Raises
    ------
    NoSecondMomentError
        If the formula is exp of a polynomial of degree above 2 that is not bounded above.

    Examples
    --------
    >>> from slt_symbolic.activations import GAUSSIAN, swish
    >>> family(swish(3)), family(GAUSSIAN)
    (Family(kind='swish', parameters=(3,)), Family(kind='exponential', parameters=(0, 0, -1)))
    """
    if activation.branches is not None:
        return Family("piecewise")
    formula = activation(_Z)
    if formula in _NAMES:
        return Family(_NAMES[formula])
    exponentials = formula.atoms(sympy.exp)
    if len(exponentials) == 1:
        exponent = exponentials.pop().args[0]
        if exponent.is_polynomial(_Z):
            rate = -exponent / _Z
            if rate.is_Rational and rate > 0 and formula == _Z / (1 + sympy.exp(exponent)):
                return Family("swish", (_rational(rate),))
            if formula == sympy.exp(exponent):
                return _exponential(activation, exponent)
    return Family("other")


def _exponential(activation: Activation, exponent: sympy.Expr) -> Family:
    coefficients = sympy.Poly(exponent, _Z).all_coeffs()[::-1]
    if not all(c.is_Rational for c in coefficients):
        return Family("other")
    degree = len(coefficients) - 1
    if degree > 2:
        if degree % 2 or coefficients[-1] > 0:
            raise NoSecondMomentError(
                f"{activation.name} has no finite second moment under a normal law: "
                f"its formula is {activation(_Z)}"
            )
        return Family("other")
    padded = [*coefficients, sympy.S.Zero, sympy.S.Zero][:3]
    return Family("exponential", tuple(_rational(c) for c in padded))


def _rational(value: sympy.Expr) -> fmpq:
    exact = sympy.Rational(value)
    return fmpq(int(exact.p), int(exact.q))
