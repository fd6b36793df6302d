"""K(w) of deep linear networks.

With P = W_L ⋯ W_1, the truth P0 and S = E[x xᵀ], K(w) = tr((P − P0) S (P − P0)ᵀ)/(2σ²): a
polynomial, whatever the law of the inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import sympy
from flint import arb

from slt_symbolic.divergence.exploration import ChamberForms
from slt_symbolic.divergence.piece import Piece
from slt_symbolic.exact import balls, expansion
from slt_symbolic.exact.chamber import Chamber, UndecidedError
from slt_symbolic.exact.coefficient_field import CoefficientField
from slt_symbolic.exact.numbers import exact
from slt_symbolic.exact.parameter_points import Values
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.linear_networks import DeepLinear, exact_matrix


class LinearDivergence:
    """K(w) of a linear network against a linear truth.

    Parameters
    ----------
    model : DeepLinear
        The network.
    truth : sympy matrix or DeepLinear
        The true matrix P0, (outputs, inputs), or a network without parameters; unknown constants
        may stand in it.
    inputs : InputDistribution
        The law of the inputs; only its second moments matter.
    noise_variance : exact number
        σ², positive.

    Notes
    -----
    A polynomial has one form everywhere: there is one piece, whose chamber has no conditions.

    Examples
    --------
    >>> from slt_symbolic.inputs import StandardNormal
    >>> K = LinearDivergence(DeepLinear.symbolic((1, 1, 1)), sympy.Matrix([[2]]), StandardNormal())
    >>> K.at([3, 1]), K.expr
    (1/2, w1_1_1**2*w2_1_1**2/2 - 2*w1_1_1*w2_1_1 + 2)
    >>> K.generators()
    (w1_1_1*w2_1_1 - 2,)
    """

    def __init__(
        self,
        model: DeepLinear,
        truth: sympy.MatrixBase | DeepLinear,
        inputs: InputDistribution,
        *,
        noise_variance: sympy.Expr | int = 1,
    ) -> None:
        if isinstance(truth, DeepLinear):
            if truth.parameters:
                raise ValueError(f"truth must have no parameters, it has {truth.parameters}")
            truth = truth.product
        matrix = exact_matrix(truth, "truth")
        shape = (model.widths[-1], model.widths[0])
        if matrix.shape != shape:
            raise ValueError(f"truth must have shape {shape} (outputs, inputs), not {matrix.shape}")
        if inputs.dimension != shape[1]:
            raise ValueError(f"inputs must have dimension {shape[1]}, not {inputs.dimension}")
        if clash := matrix.free_symbols & set(model.parameters):
            raise ValueError(f"truth must not use the model's parameters {sorted(map(str, clash))}")
        self.noise_variance = exact(noise_variance, "noise_variance")
        if not self.noise_variance.is_positive:
            raise ValueError(f"noise_variance must be positive, got {self.noise_variance}")
        self.model, self.truth, self.inputs = model, matrix, inputs

    @property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The parameters, in the order of the flat parameter vector."""
        return self.model.parameters

    @cached_property
    def second_moments(self) -> sympy.ImmutableMatrix:
        """S = E[x xᵀ]."""
        n = self.inputs.dimension

        def moment(i: int, j: int) -> sympy.Expr:
            return self.inputs.moment(*((k == i) + (k == j) for k in range(n)))

        return sympy.ImmutableMatrix(n, n, lambda i, j: moment(min(i, j), max(i, j)))

    @cached_property
    def factor(self) -> tuple[sympy.ImmutableMatrix, tuple[sympy.Expr, ...]]:
        """(U, δ) with S = U diag(δ) Uᵀ, U unit lower triangular, δ ≥ 0; null columns left out.

        Raises
        ------
        ValueError
            If S is not positive semidefinite for certain.
        """
        n, rest = self.inputs.dimension, self.second_moments.as_mutable()
        columns, pivots = [], []
        for k in range(n):
            pivot = sympy.radsimp(sympy.cancel(rest[k, k]))
            column = rest[:, k].applyfunc(lambda e: sympy.radsimp(sympy.cancel(e)))
            if pivot == 0 and column.is_zero_matrix:
                continue
            if not pivot.is_positive:
                raise UndecidedError(f"E[x x^T] is not positive semidefinite for certain: {pivot}")
            columns.append(column / pivot)
            pivots.append(pivot)
            rest = rest - column * column.T / pivot
        joined = sympy.Matrix.hstack(*columns) if columns else sympy.zeros(n, 0)
        return sympy.ImmutableMatrix(joined), tuple(pivots)

    @cached_property
    def difference(self) -> sympy.ImmutableMatrix:
        """P − P0."""
        return self.model.product - self.truth

    def generators(self) -> tuple[sympy.Expr, ...]:
        """Return polynomials g_i whose sum of squares is comparable to K.

        Returns
        -------
        tuple of sympy.Expr
            The entries of P − P0 if S is positive definite; else those of (P − P0)U on the range
            of S. Zeros are left out. c Σ g_i² ≤ K ≤ C Σ g_i² with c, C > 0, so that K and
            Σ g_i² have the same learning coefficient.
        """
        unitriangular, _ = self.factor
        d = self.difference
        if unitriangular.cols < d.cols:
            d = (d * unitriangular).applyfunc(sympy.expand)
        return tuple(e for e in d if e != 0)

    @cached_property
    def sum_of_squares(self) -> sympy.Expr:
        """K as Σ δ_k ((P − P0)U)²_ik/(2σ²), not expanded."""
        unitriangular, pivots = self.factor
        d = self.difference * unitriangular
        terms = [
            weight / (2 * self.noise_variance) * d[i, k] ** 2
            for i in range(d.rows)
            for k, weight in enumerate(pivots)
        ]
        return sympy.Add(*terms)

    @cached_property
    def expr(self) -> sympy.Expr:
        """K as an expanded polynomial in the parameters."""
        d, s = self.difference, self.second_moments
        field = CoefficientField.containing(self._constants())
        ring = field.domain[self.parameters] if self.parameters else field.domain
        entries = {e: ring.from_sympy(e) for e in {*d, *s}}
        total = ring.zero
        for i in range(d.rows):
            for j in range(d.cols):
                if s[j, j] != 0:
                    total += entries[s[j, j]] * entries[d[i, j]] ** 2
                for k in range(j):
                    if s[j, k] != 0:
                        product = entries[d[i, j]] * entries[d[i, k]]
                        total += (entries[s[j, k]] + entries[s[j, k]]) * product
        return sympy.expand(ring.to_sympy(total) / (2 * self.noise_variance))

    def at(self, values: Values) -> sympy.Expr:
        """Return K at an exact parameter, as an exact number."""
        point = self.model.point(values)
        if not point:
            return self.expr
        return expansion.value(self.sum_of_squares, point)

    def enclosure(self, values: Values, *, digits: int = 30) -> arb:
        """Return a ball around K at an exact parameter, good to ``digits`` digits."""
        value = self.at(values)
        if value.free_symbols:
            raise ValueError(f"K at this parameter depends on {value.free_symbols}: no number")
        return balls.enclose(value, digits=digits)

    def chamber(self, values: Values) -> Piece:
        """Return the form of K around an exact parameter: the same everywhere."""
        self.model.point(values)
        return self.pieces()[0]

    def pieces(self, *, limit: int = 1) -> tuple[Piece, ...]:  # noqa: ARG002 - as others have it
        """Return the one form of K, whatever the limit."""
        return (Piece(self.expr, (Chamber(frozenset()),)),)

    def chamber_forms(self) -> ChamberForms:
        """Return the function from exact parameters to the form there: always the same."""
        return lambda _: (self.expr, ())

    def gradient(self, values: Values) -> sympy.ImmutableMatrix:
        """Return the exact gradient of K, a column in the order of the parameters."""
        return expansion.gradient(self.sum_of_squares, self.model.point(values))

    def hessian(self, values: Values) -> sympy.ImmutableMatrix:
        """Return the exact Hessian of K."""
        return expansion.hessian(self.sum_of_squares, self.model.point(values))

    def taylor(self, values: Values, order: int) -> sympy.Poly:
        """Return the exact Taylor polynomial of K at a parameter, in the displacements."""
        return expansion.taylor_polynomial(self.sum_of_squares, self.model.point(values), order)

    def compile(self) -> Callable[..., float]:
        """Return K and its gradient as one Numba function of a flat parameter vector.

        Returns
        -------
        callable
            ``potential(w, g)`` with float64 arrays: writes ∇K into ``g`` and returns K.

        Raises
        ------
        ValueError
            If an entry is neither a number nor a parameter, or there are unknown constants.

        Notes
        -----
        K is a sum of squares of (P − P0)U: nothing cancels but inside P − P0, which is
        evaluated in doubled precision where it loses more than four digits. So for weights of
        order one K has a relative error below 1e-10 down to K = 1e-40; the expanded polynomial
        is noise below 1e-16.
        """
        from slt_symbolic.divergence.compiled_linear import compile_linear

        unitriangular, pivots = self.factor
        return compile_linear(
            self.model, self.truth, unitriangular, [p / self.noise_variance for p in pivots]
        )

    def _constants(self) -> list[sympy.Expr]:
        """Return the coefficients that occur, for the field that they generate."""
        found = [self.noise_variance, *self.second_moments]
        for e in self.difference:
            found.extend(sympy.Poly(e, *self.parameters).coeffs() if self.parameters else [e])
        return found
