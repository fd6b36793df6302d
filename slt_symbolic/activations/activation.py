"""What an activation must answer: its exact relations, branches and analytic facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import sympy
from flint import acb, arb

Line = tuple[sympy.Rational, sympy.Rational]
"""A linear function: its value at 0 and its slope."""


@dataclass(frozen=True)
class Reflection:
    """The relation σ(−z) = sign·σ(z) + slope·z + constant.

    Parameters
    ----------
    sign : {1, -1}
        Sign in front of σ(z).
    slope, constant : sympy.Rational
        The affine remainder, which a network absorbs in its affine part.
    """

    sign: Literal[1, -1]
    slope: sympy.Rational = sympy.S.Zero
    constant: sympy.Rational = sympy.S.Zero


@dataclass(frozen=True)
class Branches:
    """A piecewise polynomial σ with its only break at zero.

    Parameters
    ----------
    below, above : tuple of sympy.Rational
        Coefficients, lowest degree first, of σ on z < 0 and on z > 0.
    """

    below: tuple[sympy.Rational, ...]
    above: tuple[sympy.Rational, ...]


@dataclass(frozen=True, kw_only=True)
class Activation:
    """An activation function, described by the closed list of questions below.

    A new activation is one file that builds one instance of this class.

    Parameters
    ----------
    name : str
        The name by which :func:`slt_symbolic.activations.activation` finds it.
    latex : str
        How σ is typeset.
    formula : callable
        SymPy expression z ↦ σ(z).
    ball : callable, optional
        Enclosure z ↦ σ(z) on complex balls, for activations that are analytic near the real line.
        It must return a non-finite ball wherever its argument meets a singularity.
    ball_takes_reals : bool
        Whether ``ball`` answers on real balls too, which is faster. Not so by default: a method of
        complex balls that is called through its class, as in ``acb.tanh(z)``, crashes on real ones.
    scaling_degree : int, optional
        The k with σ(αz) = αᵏσ(z) for every α > 0; None when there is no such relation.
    reflection : Reflection, optional
        How σ(−z) depends on σ(z); None when it does not, up to an affine function.
    branches : Branches, optional
        The two polynomials of a piecewise polynomial σ.
    pole_height : sympy.Expr, optional
        Distance from the real line to the nearest complex singularity; ``oo`` for entire σ,
        None for σ that is not analytic on the real line.
    strip_bound : callable, optional
        For an activation with ``ball``: y ↦ balls (c₀, c₁, …), none negative, such that
        |σ(x + it)| ≤ Σ c_k |x|ᵏ for all real x and all |t| ≤ y, whenever y < ``pole_height``.
        Certified quadrature takes its error bounds from it.
    value_relation : callable, optional
        For an analytic activation whose values at positive rationals satisfy linear relations
        with rational coefficients: such a number to the {β: integer n} with σ(b) = Σ n σ(β),
        where the σ(β) that occur are linearly independent over the algebraic numbers.
    independence : str
        Why distinct units, modulo the relations above, are linearly independent together with
        1 and the coordinates of x: the theorem cited, or ``"finite-dimensional"``.

    Examples
    --------
    >>> import sympy
    >>> from slt_symbolic.activations import TANH
    >>> TANH(sympy.Symbol("z"))
    tanh(z)
    >>> TANH.parity
    -1
    """

    name: str
    latex: str
    formula: Callable[[sympy.Expr], sympy.Expr]
    ball: Callable[[acb], acb] | None = None
    ball_takes_reals: bool = False
    scaling_degree: int | None = None
    reflection: Reflection | None = None
    branches: Branches | None = None
    pole_height: sympy.Expr | None = None
    strip_bound: Callable[[arb], tuple[arb, ...]] | None = None
    value_relation: Callable[[sympy.Rational], dict[sympy.Rational, int]] | None = None
    independence: str

    def __call__(self, z: sympy.Expr) -> sympy.Expr:
        """Return the SymPy expression σ(z)."""
        return self.formula(z)

    @property
    def parity(self) -> Literal[1, -1] | None:
        """+1 for an even σ, −1 for an odd one, None otherwise."""
        r = self.reflection
        if r is None or r.slope != 0 or r.constant != 0:
            return None
        return r.sign

    def lines(self) -> tuple[Line, Line]:
        """Return value at 0 and slope of both branches of a piecewise linear σ.

        Raises
        ------
        ValueError
            If σ is not piecewise linear.
        """
        if self.branches is None or max(map(len, (self.branches.below, self.branches.above))) > 2:
            raise ValueError(f"activation must be piecewise linear, {self.name} is not")
        zeros = (sympy.S.Zero, sympy.S.Zero)
        below, above = ((*b, *zeros) for b in (self.branches.below, self.branches.above))
        return (below[0], below[1]), (above[0], above[1])

    def __repr__(self) -> str:
        return f"<activation {self.name}>"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        # IPython and Hypothesis write out all fields of a dataclass otherwise.
        printer.text(repr(self))
