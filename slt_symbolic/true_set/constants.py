"""Constants a + Σ_j v_j σ(β_j), and whether such a number is zero.

A unit of zero weight is the constant σ(β), for analytic σ a transcendental number unless β = 0.

Over the algebraic numbers, 1 and σ(β₁), …, σ(β_m) at distinct positive algebraic β are linearly
independent for tanh, sigmoid, swish, sin, cos and exp(−z²): by Lindemann–Weierstrass a relation
among exponentials of algebraic numbers holds identically in e^{γ₁}, …, e^{γ_s} for a basis γ of
the lattice that the β span, hence as a relation among the functions σ(β_j t) of t (choose the
direction in the lattice generically), and these are independent by the same theorems that make
units independent. For rational coefficients the same argument serves the softplus: exponentials
of its relations are relations Π (1 + Y^{m_j})^{n_j} = Y^{m_0} in a ring with unique factorisation.
For the arctangent there are relations, arctan(1/2) + arctan(1/3) = arctan(1); they are those of
Gaussian primes, and by Baker's theorem there are no others.

None of this is needed for a number that is not zero: a ball shows it.

References
----------
Lindemann–Weierstrass: A. Baker, Transcendental Number Theory (1975), theorem 1.4; linear forms in
logarithms: theorem 2.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy
from flint import acb, arb, ctx, fmpq

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField, UndecidedError
from slt_symbolic.exact.numbers import RealField

MAX_PRECISION = 1 << 13


def split_value(
    activation: Activation, bias: Any, field: OrderedField
) -> tuple[Any, dict[Any, Any]]:
    """Return σ(b) as an algebraic number plus a combination of σ at canonical positive numbers.

    Returns
    -------
    constant : field element
        The algebraic part: what reflection leaves, or σ(0).
    values : dict
        From numbers β to their coefficients: σ(b) = constant + Σ values[β]·σ(β).

    Examples
    --------
    >>> from slt_symbolic.activations import ARCTAN, SIGMOID
    >>> Q = RealField.containing([])
    >>> split_value(SIGMOID, fmpq(-2), Q)
    (1, {2: -1})
    >>> split_value(ARCTAN, fmpq(1, 3), Q)  # arctan(1) − arctan(1/2)
    (0, {1: 1, 1/2: -1})
    """
    zero, one = field.element(sympy.S.Zero), field.element(sympy.S.One)
    if not bias:
        at_zero = activation(sympy.S.Zero)
        return (field.element(at_zero), {}) if at_zero.is_Rational else (zero, {zero: one})
    constant, factor = zero, one
    reflection = activation.reflection
    if reflection is not None and field.sign(bias) < 0:
        bias = -bias
        factor = field.element(sympy.Integer(reflection.sign))
        constant = field.element(reflection.slope) * bias + field.element(reflection.constant)
    if activation.value_relation is not None and isinstance(bias, fmpq):
        related = activation.value_relation(sympy.Rational(int(bias.p), int(bias.q)))
        return constant, {field.element(b): factor * n for b, n in related.items()}
    return constant, {bias: factor}


def constant_to_sympy(
    constant: Any, values: Mapping[Any, Any], activation: Activation | None, field: OrderedField
) -> sympy.Expr:
    """Return constant + Σ values[β]·σ(β) as a SymPy expression."""
    terms = [field.to_sympy(constant)]
    if activation is not None:
        terms += [field.to_sympy(v) * activation(field.to_sympy(b)) for b, v in values.items()]
    return sympy.Add(*terms)


def constant_ball(
    constant: Any, values: Mapping[Any, Any], activation: Activation, field: RealField
) -> arb:
    """Return a ball around constant + Σ values[β]·σ(β) at the working precision."""
    total = field.enclose(constant)
    for b, v in values.items():
        total += field.enclose(v) * activation_ball(activation, field.enclose(b))
    return total


def activation_ball(activation: Activation, z: arb) -> arb:
    """Return a ball around σ(z) for an analytic σ."""
    if activation.ball is None:
        raise ValueError(f"activation must be analytic to be enclosed, {activation.name} is not")
    return activation.ball(acb(z)).real


def vanishes(
    constant: Any, values: Mapping[Any, Any], activation: Activation | None, field: OrderedField
) -> bool:
    """Decide whether constant + Σ values[β]·σ(β) is zero.

    Raises
    ------
    UndecidedError
        If the coefficients are not all zero, but no ball of up to 8192 bits excludes zero.

    Examples
    --------
    >>> from slt_symbolic.activations import ERF
    >>> vanishes(fmpq(-1), {fmpq(20): fmpq(1)}, ERF, RealField.containing([]))  # erf(20) − 1
    False
    """
    if not any(values.values()):
        return not constant
    if activation is None or not isinstance(field, RealField):
        return False  # not identically zero, as a function of the field's symbols
    precision = ctx.prec
    try:
        ctx.prec = 64
        while ctx.prec <= MAX_PRECISION:
            if not constant_ball(constant, values, activation, field).contains(0):
                return False
            ctx.prec *= 2
    finally:
        ctx.prec = precision
    shown = constant_to_sympy(constant, values, activation, field)
    raise UndecidedError(f"it is not known whether {shown} is zero")
