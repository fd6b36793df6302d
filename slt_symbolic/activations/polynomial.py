"""Polynomial activations."""

from collections.abc import Sequence
from functools import partial

import sympy
from flint import acb, arb, fmpq

from slt_symbolic.activations.activation import Activation, Branches, Reflection


def polynomial(coefficients: Sequence[sympy.Rational | int]) -> Activation:
    """Return the polynomial Σ c_k zᵏ as an activation.

    Parameters
    ----------
    coefficients : sequence of sympy.Rational or int
        Exact c₀, c₁, …, lowest degree first, some c_k with k ≥ 1 not zero.

    Raises
    ------
    TypeError
        If a coefficient is not an exact rational.
    ValueError
        If the polynomial is constant.

    Notes
    -----
    Its units span a finite-dimensional space: what a network computes is a matter of moment
    tensors. A reflection is declared where the odd part is at most linear, or the even part
    constant.

    Examples
    --------
    >>> square = polynomial((0, 0, 1))
    >>> square, square.parity, square.scaling_degree
    (<activation polynomial(0, 0, 1)>, 1, 2)
    """
    for k, c in enumerate(coefficients):
        if isinstance(c, bool | float) or not isinstance(c, int | sympy.Rational):
            raise TypeError(
                f"coefficients[{k}] must be an exact rational (int or sympy.Rational), got {c!r}"
            )
    exact = [sympy.Rational(c) for c in coefficients]
    while exact and exact[-1] == 0:
        exact.pop()
    if len(exact) < 2:
        raise ValueError(f"coefficients must not be those of a constant, got {tuple(coefficients)}")
    numbers = tuple(fmpq(int(c.p), int(c.q)) for c in exact)

    def formula(z: sympy.Expr) -> sympy.Expr:
        return sympy.Add(*(c * z**k for k, c in enumerate(exact)))

    z = sympy.Symbol("z")
    powers = [k for k, c in enumerate(exact) if c != 0]
    return Activation(
        name=f"polynomial({', '.join(map(str, exact))})",
        latex=sympy.latex(formula(z)),
        formula=formula,
        ball=partial(horner, numbers),
        ball_takes_reals=True,
        scaling_degree=powers[0] if len(powers) == 1 else None,
        reflection=_reflection(exact),
        branches=Branches(below=tuple(exact), above=tuple(exact)),
        pole_height=sympy.oo,
        strip_bound=partial(polynomial_strip_bound, numbers),
        independence="finite-dimensional",
    )


def _reflection(exact: list[sympy.Rational]) -> Reflection | None:
    if not any(exact[2::2]):
        return Reflection(sign=-1, constant=2 * exact[0])
    if not any(exact[3::2]):
        return Reflection(sign=1, slope=-2 * exact[1])
    return None


def horner(coefficients: Sequence[fmpq | arb], z: acb) -> acb:
    """Return the polynomial's value on a ball."""
    value = acb(0)
    for c in reversed(coefficients):
        value = value * z + c
    return value


def polynomial_strip_bound(coefficients: Sequence[fmpq | arb], y: arb) -> tuple[arb, ...]:
    """Return coefficients in |x| of Σ |c_k| (|x| + y)ᵏ, which bounds the polynomial at x + iy."""
    bound: list[arb] = []
    for c in reversed(coefficients):
        shifted = [abs(arb(c)), *bound]
        for k, b in enumerate(bound):
            shifted[k] += y * b
        bound = shifted
    return tuple(bound)
