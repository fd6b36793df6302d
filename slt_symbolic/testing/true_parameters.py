"""Exact points of W0, stratum by stratum, and points near them."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from slt_symbolic.testing.rationals import rationals
from slt_symbolic.testing.requirement import DrawFn
from slt_symbolic.testing.requirement import strategies as st
from slt_symbolic.true_set import TrueSet
from slt_symbolic.true_set.piece import Piece

__all__ = ["NearTrue", "near_true_parameters", "true_parameters"]

Values = dict[sympy.Symbol, sympy.Expr]


@st.composite
def true_parameters(draw: DrawFn, W0: TrueSet, stratum: Piece | int | None = None) -> Values:
    """Exact true parameters.

    Parameters
    ----------
    W0 : TrueSet
        With strata.
    stratum : Piece or int, optional
        One of ``W0.strata``, or its index; by default any of them.

    Returns
    -------
    SearchStrategy
        Values by symbol. Shrinks to the first stratum, the one of the largest dimension.

    Raises
    ------
    ValueError
        If there is no such stratum, or W0 is empty.

    Examples
    --------
    >>> from hypothesis import find
    >>> from slt_symbolic import StandardNormal, TwoLayer, Unit, activation
    >>> relu = activation("relu")
    >>> model = TwoLayer.symbolic(relu, width=2, biases=0, readouts=1, output_bias=0)
    >>> W0 = TrueSet(model, TwoLayer(relu, [Unit(1, (1,), 0)]), StandardNormal())
    >>> find(true_parameters(W0, 1), lambda w: True)
    {w1: 1, w2: 0}
    """
    return _chosen(draw, W0, stratum).point(draw(_SEEDS))


_SEEDS = st.integers(0, 999)
_NEAR = sympy.Rational(1, 100)


def _chosen(draw: DrawFn, W0: TrueSet, stratum: Piece | int | None) -> Piece:
    if isinstance(stratum, Piece):
        return stratum
    strata = W0.strata
    if not strata:
        raise ValueError("W0 is empty: the model cannot represent the truth")
    if stratum is None:
        return strata[draw(st.integers(0, len(strata) - 1))]
    if not 0 <= stratum < len(strata):
        raise ValueError(f"stratum must be from 0 to {len(strata) - 1}, got {stratum}")
    return strata[stratum]


@dataclass(frozen=True)
class NearTrue:
    """A parameter near W0.

    Parameters
    ----------
    values : dict
        The parameter.
    true : dict
        A true parameter, at most the wanted distance away in each coordinate.
    """

    values: Values
    true: Values


@st.composite
def near_true_parameters(
    draw: DrawFn,
    W0: TrueSet,
    stratum: Piece | int | None = None,
    *,
    distance: sympy.Rational = _NEAR,
) -> NearTrue:
    """Rational displacements of true parameters.

    Parameters
    ----------
    W0, stratum : TrueSet, Piece or int, optional
        As for `true_parameters`.
    distance : sympy.Rational
        The most by which a coordinate is moved, positive.

    Returns
    -------
    SearchStrategy
        Of `NearTrue`. Shrinks to no displacement, then to that of one coordinate.

    Examples
    --------
    >>> from hypothesis import find
    >>> from slt_symbolic import StandardNormal, TwoLayer, Unit, activation
    >>> relu = activation("relu")
    >>> model = TwoLayer.symbolic(relu, width=2, biases=0, readouts=1, output_bias=0)
    >>> W0 = TrueSet(model, TwoLayer(relu, [Unit(1, (1,), 0)]), StandardNormal())
    >>> find(near_true_parameters(W0, 1), lambda n: n.values != n.true).values
    {w1: 1, w2: 1/100}
    """
    if not distance > 0:
        raise ValueError(f"distance must be positive, got {distance}")
    true = _chosen(draw, W0, stratum).point(draw(_SEEDS))
    steps = {p: draw(rationals(most=6)) / 6 for p in true}
    largest = max((abs(s) for s in steps.values()), default=sympy.S.Zero)
    size = distance / max(largest, sympy.Rational(1, 6))
    return NearTrue({p: v + size * steps[p] for p, v in true.items()}, true)
