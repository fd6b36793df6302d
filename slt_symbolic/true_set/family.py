"""What the classification of true parameters needs of an activation, in one form for all kinds.

Write a unit as q σ(o α ĥ) with a canonical affine function ĥ, an orientation o and, where σ scales
with degree k, a scale α > 0; p = q αᵏ is its strength. Modulo the class of ĥ its function is

    factor(o) p [class of ĥ]  +  affine(o) p ĥ  +  constant(o) p,

by the branches of a folded σ, by the reflection of an analytic one.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from slt_symbolic.activations import Activation

Pair = dict[int, sympy.Rational]


class UnsupportedError(ValueError):
    """There is no classification of true parameters for such a network."""


@dataclass(frozen=True)
class Family:
    """An activation's relations, ready for counting.

    Parameters
    ----------
    folded : bool
        Whether σ is piecewise linear with a break.
    scaling : int or None
        The k with σ(αz) = αᵏσ(z), for folded σ.
    orientations : {1, 2}
        Whether σ(−z) is related to σ(z).
    factor, affine, constant : dict
        See above, for o = +1 and −1.
    low, high : tuple
        Value at zero and slope of the two branches of a folded σ.
    jump : sympy.Rational
        Jump of slope (k = 1) or value (k = 0) of a folded σ; 1 for others.
    """

    folded: bool
    scaling: int | None
    orientations: int
    factor: Pair
    affine: Pair
    constant: Pair
    low: tuple[sympy.Rational, sympy.Rational]
    high: tuple[sympy.Rational, sympy.Rational]
    jump: sympy.Rational

    @property
    def bends(self) -> bool:
        """Whether reversing part of a cancelling group leaves a linear function."""
        return self.orientations == 2 and self.affine[1] != self.affine[-1]


def family(activation: Activation, *, biased: bool = True) -> Family:
    """Return an activation's relations.

    Parameters
    ----------
    activation : Activation
        σ.
    biased : bool
        Whether units have biases. Without them sines and cosines are independent.

    Raises
    ------
    UnsupportedError
        For polynomials, for sine and cosine with biases, and for folded units without a scaling
        relation.
    """
    zero, one = sympy.S.Zero, sympy.S.One
    none = (zero, zero)
    if activation.independence.startswith("finite-dimensional"):
        raise UnsupportedError(
            f"activation must have independent units, {activation.name} spans finitely many; see "
            "slt_symbolic.true_set.moment_variety"
        )
    if activation.branches is not None:
        try:
            low, high = activation.lines()
        except ValueError as error:
            raise UnsupportedError(str(error)) from None
        k = activation.scaling_degree
        if low == high or k not in (0, 1):
            raise UnsupportedError(
                f"activation must have a fold and a scaling relation, {activation.name} has not"
            )
        return Family(
            True,
            k,
            2,
            {1: one, -1: one if k == 1 else -one},
            {1: low[1], -1: -high[1]},
            {1: low[0], -1: high[0]},
            low,
            high,
            high[k] - low[k],
        )
    if activation.independence.startswith("only") and biased:
        raise UnsupportedError(
            f"activation must have independent units, those of {activation.name} are so "
            f"{activation.independence}"
        )
    r = activation.reflection
    if r is None:
        return Family(False, None, 1, {1: one}, {1: zero}, {1: zero}, none, none, one)
    return Family(
        False,
        None,
        2,
        {1: one, -1: sympy.Integer(r.sign)},
        {1: zero, -1: r.slope},
        {1: zero, -1: r.constant},
        none,
        none,
        one,
    )
