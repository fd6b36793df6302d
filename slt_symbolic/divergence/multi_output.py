"""Networks with several outputs: K is the sum of the outputs' divergences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Protocol

import sympy
from flint import arb, ctx

from slt_symbolic.divergence.exploration import ChamberForms, Conditions, explored_chambers
from slt_symbolic.divergence.feasibility import Sample
from slt_symbolic.divergence.piece import Piece, merged_pieces
from slt_symbolic.divergence.view import MOST_PARAMETERS
from slt_symbolic.exact import expansion
from slt_symbolic.exact.chamber import Chamber
from slt_symbolic.exact.parameter_points import Values, exact_point


class Divergence(Protocol):
    """What is asked of the divergence of one output."""

    @property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The parameters, in the order of the flat parameter vector."""

    def at(self, values: Any) -> sympy.Expr:
        """Return K at an exact parameter."""

    def enclosure(self, values: Any, *, digits: int = 30) -> arb:
        """Return a ball around K at an exact parameter."""

    def chamber(self, values: Any) -> Piece:
        """Return the closed form of K around an exact parameter."""

    @property
    def expr(self) -> sympy.Expr:
        """K as one SymPy expression."""

    def chamber_forms(self) -> ChamberForms:
        """Return the function from exact parameters to the form there, and its conditions."""

    def compile(self) -> Callable[..., float]:
        """Return K with its gradient as a Numba function."""


class MultiOutputDivergence:
    """K(w) of a network with several outputs that share parameters.

    Parameters
    ----------
    divergences : iterable of divergences
        One for each output, all over the same parameters (those of the hidden units and of all
        readouts), with the noise variance of that output.

    Raises
    ------
    ValueError
        If there is none, or their parameters differ.

    Notes
    -----
    For independent Gaussian noise on each output log-likelihoods add, and so do divergences.

    Examples
    --------
    Two outputs q1·relu(w x) and q2·relu(w x) of one hidden unit; the truth is relu(x) and 0.

    >>> from slt_symbolic import KLDivergence, TwoLayer, UniformInterval, Unit, activation
    >>> relu, (w, q1, q2) = activation("relu"), sympy.symbols("w q1 q2", real=True)
    >>> law, truth = UniformInterval(-1, 1), TwoLayer(relu, [Unit(1, (1,), 0)])
    >>> none = TwoLayer(relu, (), inputs=1)
    >>> parts = [
    ...     KLDivergence(TwoLayer(relu, [Unit(q, (w,), 0)], 0, (w, q1, q2)), t, law)
    ...     for q, t in ((q1, truth), (q2, none))
    ... ]
    >>> K = MultiOutputDivergence(parts)
    >>> K.at({"w": 1, "q1": 1, "q2": 0}), K.at([2, 1, 3])
    (0, 37/12)
    >>> for piece in K.pieces():
    ...     print(piece)
    q1**2*w**2/12 - q1*w/6 + q2**2*w**2/12 + 1/12  on  w > 0
    q1**2*w**2/12 + q2**2*w**2/12 + 1/12  on  w < 0
    """

    def __init__(self, divergences: Iterable[Divergence]) -> None:
        self.divergences = tuple(divergences)
        if not self.divergences:
            raise ValueError("divergences must hold at least one")
        first = self.divergences[0].parameters
        for i, d in enumerate(self.divergences[1:], start=2):
            if d.parameters != first:
                raise ValueError(
                    f"divergences must share their parameters: the first has {first}, "
                    f"number {i} has {d.parameters}"
                )

    @property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The parameters, in the order of the flat parameter vector."""
        return self.divergences[0].parameters

    def at(self, values: Values) -> sympy.Expr:
        """Return K at an exact parameter, as an exact expression."""
        return sympy.Add(*(d.at(values) for d in self.divergences))

    def enclosure(self, values: Values, *, digits: int = 30) -> arb:
        """Return a ball around K at an exact parameter, the sum of the outputs' balls."""
        balls = [d.enclosure(values, digits=digits) for d in self.divergences]
        precision = ctx.dps
        try:
            ctx.dps = digits + 10  # the sum rounds at the working precision
            return sum(balls, arb(0))
        finally:
            ctx.dps = precision

    def chamber(self, values: Values) -> Piece:
        """Return the closed form of K around an exact parameter, and the chamber of all outputs.

        Raises
        ------
        WallError
            If the parameter lies on a wall of one output.
        """
        forms = [d.chamber(values) for d in self.divergences]
        conditions = frozenset().union(*(f.chambers[0].conditions for f in forms))
        return Piece(sympy.Add(*(f.expr for f in forms)), (Chamber(conditions),))

    def pieces(self, *, limit: int = 1000) -> tuple[Piece, ...]:
        """Return all closed forms of K, on the common refinement of the outputs' chambers.

        Parameters
        ----------
        limit : int
            Most chambers to list.

        Notes
        -----
        The outputs' signs are followed together, as one decision tree (see
        :mod:`slt_symbolic.divergence.exploration`): chambers are disjoint, and every parameter
        off the walls lies in one.

        Raises
        ------
        ValueError
            If an output's pieces are not listed: transcendental kernels, unknown constants,
            an expression with Max, Min or Abs, or on a region.
        TooManyChambersError
            If there are more chambers than ``limit``.
        """
        forms = [d.chamber_forms() for d in self.divergences]

        def form(sample: Sample) -> tuple[sympy.Expr, Conditions]:
            found = [f(sample) for f in forms]
            conditions = dict.fromkeys(c for _, cs in found for c in cs)
            # Brought to one shape, so that equal sums are seen to be equal.
            return sympy.cancel(sympy.Add(*(e for e, _ in found))), tuple(conditions)

        return merged_pieces(explored_chambers(form, self.parameters, limit=limit))

    @cached_property
    def expr(self) -> sympy.Expr:
        """K as one SymPy expression, the sum of the outputs'; errors are those of theirs."""
        return sympy.Add(*(d.expr for d in self.divergences))

    def __repr__(self) -> str:
        names = ", ".join(map(str, self.parameters))
        return f"<K of {len(self.divergences)} outputs in ({names}): the sum of their divergences>"

    def _repr_latex_(self) -> str:
        if len(self.parameters) <= MOST_PARAMETERS:
            try:
                return rf"$\displaystyle K = {sympy.latex(self.expr)}$"
            except ValueError:  # an output has no such form
                pass
        names = ", ".join(map(sympy.latex, self.parameters))
        return (
            rf"$\displaystyle K({names}) = \sum_{{k=1}}^{{{len(self.divergences)}}} K_k({names})$"
        )

    def gradient(self, values: Values) -> sympy.ImmutableMatrix:
        """Return the exact gradient of K, a column in the order of the parameters."""
        return self._sum(expansion.gradient, values)

    def hessian(self, values: Values) -> sympy.ImmutableMatrix:
        """Return the exact Hessian of K, off the walls."""
        return self._sum(expansion.hessian, values)

    def taylor(self, values: Values, order: int) -> sympy.Poly:
        """Return the exact Taylor polynomial of K in the displacements, off the walls."""

        def expand(expr: sympy.Expr, point: dict[sympy.Symbol, sympy.Expr]) -> sympy.Poly:
            return expansion.taylor_polynomial(expr, point, order)

        return self._sum(expand, values)

    def compile(self) -> Callable[..., float]:
        """Return K and its gradient as one Numba function of a flat parameter vector.

        Returns
        -------
        callable
            ``potential(w, g)`` with float64 arrays: writes ∇K into ``g`` and returns K, a sum of
            non-negative terms, so as accurate as the outputs' own.
        """
        from slt_symbolic.divergence.compiled_sum import compile_sum

        return compile_sum([d.compile() for d in self.divergences])

    def _sum(self, question: Callable[..., Any], values: Values) -> Any:
        # Output by output: the forms stay as small as they are.
        point = exact_point(self.parameters, values)
        answers = [question(d.chamber(values).expr, point) for d in self.divergences]
        total = answers[0]
        for a in answers[1:]:
            total = total + a
        return total
