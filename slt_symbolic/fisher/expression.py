"""The Fisher information of one's own model: any f(x, w) that is a polynomial in x."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy

from slt_symbolic.activations import IDENTITY
from slt_symbolic.exact.chamber import ChamberField
from slt_symbolic.exact.entries import irrational_numbers
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.exact.parameter_points import Values, exact_point, named_parameters
from slt_symbolic.expressions import parse_expression
from slt_symbolic.fisher.base import ScoreFisher
from slt_symbolic.fisher.polynomials import Terms, accumulate
from slt_symbolic.fisher.scores import Scores, basis_kind, joined_scores, law_numbers
from slt_symbolic.fisher.transcendental import Transcendentals
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.linear_networks import DeepLinear


class ExpressionFisher(ScoreFisher):
    """The Fisher information of a model given by expressions.

    Parameters
    ----------
    outputs : sympy.Expr or str, or a sequence of them
        f(x, w), one for each output: polynomials in the inputs, with coefficients that may be any
        expressions in the parameters.
    parameters : iterable of sympy.Symbol or str
        The parameters, in order.
    variables : iterable of sympy.Symbol or str
        The inputs x, in the order of the law's coordinates.
    inputs : InputDistribution
        The law of the inputs.
    noise_variance : exact number
        σ², positive.

    Raises
    ------
    ValueError
        If an output is no polynomial in the inputs, or has other symbols.

    Examples
    --------
    >>> from slt_symbolic.inputs import StandardNormal
    >>> fisher = ExpressionFisher("a*b*x + b**2*x**2", ["a", "b"], ["x"], StandardNormal())
    >>> fisher.matrix({"a": 1, "b": 2})
    Matrix([
    [4,  2],
    [2, 49]])
    >>> fisher.rank({"a": 1, "b": 0}), fisher.generic().rank
    (1, 2)

    A deep linear network moves along the symmetry of its layers without effect:

    >>> fisher = ExpressionFisher.linear(DeepLinear.symbolic((1, 1, 1)), StandardNormal())
    >>> fisher.generic().fields
    ((w1_1_1, -w2_1_1),)
    """

    def __init__(
        self,
        outputs: sympy.Expr | str | Sequence[sympy.Expr | str],
        parameters: Iterable[sympy.Symbol | str],
        variables: Iterable[sympy.Symbol | str],
        inputs: InputDistribution,
        *,
        noise_variance: sympy.Expr | int = 1,
    ) -> None:
        super().__init__(inputs, noise_variance)
        self._parameters = named_parameters(parameters)
        self.variables = named_parameters(variables)
        if len(self.variables) != inputs.dimension:
            raise ValueError(
                f"variables must be {inputs.dimension}, as the law has coordinates, "
                f"got {self.variables}"
            )
        if clash := set(self.variables) & set(self._parameters):
            raise ValueError(f"variables must not be parameters: {sorted(map(str, clash))}")
        given = [outputs] if isinstance(outputs, str | sympy.Expr) else list(outputs)
        if not given:
            raise ValueError("outputs must hold at least one expression")
        self.outputs = tuple(self._output(e) for e in given)

    @classmethod
    def linear(
        cls, model: DeepLinear, inputs: InputDistribution, *, noise_variance: sympy.Expr | int = 1
    ) -> ExpressionFisher:
        """Return the Fisher information of a deep linear network."""
        x = [sympy.Dummy(f"x{k + 1}", real=True) for k in range(model.widths[0])]
        return cls(list(model(*x)), model.parameters, x, inputs, noise_variance=noise_variance)

    @property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The parameters, in the order of rows and columns."""
        return self._parameters

    def point(self, values: Values) -> dict[sympy.Symbol, sympy.Expr]:
        """Return an exact number for every parameter."""
        return exact_point(self._parameters, values)

    def scores(self, values: Values, *, symbolic: bool = False) -> Scores:
        """Return the scores in monomials of the inputs."""
        point, numbers = self.point(values), Transcendentals()
        tables = []
        for output in self.outputs:
            table = []
            for p in self._parameters:
                terms = sympy.Poly(output.diff(p), *self.variables).terms()
                table.append(
                    [
                        (e, numbers.rational(sympy.sympify(c if symbolic else c.subs(point))))
                        for e, c in terms
                        if c != 0
                    ]
                )
            tables.append(table)
        found = [c for table in tables for row in table for _, c in row]
        irrational = irrational_numbers([*found, *law_numbers(self.inputs), *point.values()])
        field: RealField | ChamberField = RealField.containing(irrational)
        constants = {s: sympy.Rational(k + 2, 7) for k, s in enumerate(numbers.symbols)}
        if symbolic or constants:
            parameters = self._parameters if symbolic else ()
            sample = {**{p: point[p] for p in parameters}, **constants}
            field = ChamberField(parameters, tuple(constants), sample, irrational)
        basis = basis_kind(IDENTITY, self.inputs)(IDENTITY, self.inputs, field, numbers)
        outputs = []
        for table in tables:
            rows: list[Terms] = []
            for entries in table:
                row: Terms = {}
                for e, c in entries:
                    accumulate(row, basis.monomial(e), field.element(c))
                rows.append(row)
            outputs.append(rows)
        return joined_scores(self._parameters, (basis,) * len(outputs), outputs, numbers)

    def _output(self, e: sympy.Expr | str) -> sympy.Expr:
        names = (*self._parameters, *self.variables)
        if isinstance(e, str):
            e = parse_expression(e, names)
        if not isinstance(e, sympy.Expr):
            raise TypeError(f"outputs must be SymPy expressions or texts, got {e!r}")
        if e.has(sympy.Float):
            raise TypeError(f"outputs must be exact, got {e}")
        if unknown := e.free_symbols - set(names):
            raise ValueError(f"outputs must use only {names}, one has {sorted(map(str, unknown))}")
        if not e.is_polynomial(*self.variables):
            raise ValueError(f"outputs must be polynomials in {self.variables}, got {e}")
        return e
