"""The Kullback–Leibler divergence K(w) of two-layer networks, exactly.

K(w) = E[(f(x, w) − f0(x))²]/(2σ²) for Gaussian output noise of variance σ². Truth units enter
with the opposite sign, so that K is one quadratic form in the neuron kernel:
K = (1/2σ²) Σ_ab r_a r_b k(u_a, u_b).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from flint import arb, ctx

from slt_symbolic.arrangement import chamber_samples
from slt_symbolic.chamber import Chamber, ChamberField, OrderedField
from slt_symbolic.exact_numbers import RealField, exact
from slt_symbolic.inputs import InputDistribution, UniformInterval
from slt_symbolic.kernels.broken import Broken, neuron
from slt_symbolic.kernels.interval import IntervalExpectation
from slt_symbolic.networks import Point, TwoLayer, irrational_numbers, sample_constants


@dataclass(frozen=True)
class Piece:
    """One closed form of K and where it holds.

    Parameters
    ----------
    expr : sympy.Expr
        K as a rational function of the parameters.
    chambers : tuple of Chamber
        Open chambers; by continuity the form holds on their closures.
    """

    expr: sympy.Expr
    chambers: tuple[Chamber, ...]

    def closure_contains(self, point: dict[sympy.Symbol, sympy.Expr]) -> bool:
        """Whether all inequalities of one of the chambers hold weakly at an exact point."""
        return any(c.closure_contains(point) for c in self.chambers)

    def __str__(self) -> str:
        return f"{self.expr}  on  " + "  or  ".join(map(str, self.chambers))


class KLDivergence:
    """K(w) of a network against a true network, for given inputs.

    Parameters
    ----------
    model : TwoLayer
        The network, with its parameters.
    truth : TwoLayer
        The true network, without parameters; unknown constants (symbols with assumptions) may
        stand in it.
    inputs : InputDistribution
        The law of the inputs; today :class:`~slt_symbolic.inputs.UniformInterval`.
    noise_variance : exact number
        σ², positive.

    Raises
    ------
    ValueError
        If the two do not fit together, or the pair (activation, inputs) has no neuron kernel.

    Notes
    -----
    Exact throughout: values are computed over Q or a real number field, closed forms over its
    field of rational functions. Nothing is integrated symbolically.

    Examples
    --------
    Example 3.4 of "DSLT 3: Neural Networks are Singular": two units, truth ReLU(x).

    >>> from slt_symbolic.activations import RELU
    >>> from slt_symbolic.networks import Unit
    >>> model = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
    >>> truth = TwoLayer(RELU, [Unit(1, (1,), 0)])
    >>> K = KLDivergence(model, truth, UniformInterval(-sympy.sqrt(6), sympy.sqrt(6)))
    >>> K.at({"w1": 2, "w2": 3}), K.at({"w1": 2, "w2": -1})
    (8, 1)
    >>> print(K.chamber({"w1": 2, "w2": 3}))
    w1**2/2 + w1*w2 - w1 + w2**2/2 - w2 + 1/2  on  w1 > 0, w2 > 0
    """

    def __init__(
        self,
        model: TwoLayer,
        truth: TwoLayer,
        inputs: InputDistribution,
        *,
        noise_variance: sympy.Expr | int = 1,
    ) -> None:
        if not isinstance(inputs, UniformInterval):
            raise ValueError(f"inputs must be a UniformInterval, got {inputs!r}")
        for name, network in (("model", model), ("truth", truth)):
            if network.inputs != inputs.dimension:
                raise ValueError(
                    f"{name} must have {inputs.dimension} input, it has {network.inputs}"
                )
            if network.activation.branches is None:
                raise ValueError(
                    f"{name} must have a piecewise polynomial activation, "
                    f"not {network.activation.name}"
                )
        if truth.parameters:
            raise ValueError(f"truth must have no parameters, it has {truth.parameters}")
        clash = set(truth.constants) & set(model.parameters)
        if clash:
            raise ValueError(f"truth must not use the model's parameters {sorted(map(str, clash))}")
        variance = noise_variance
        if not (isinstance(variance, sympy.Expr) and variance.free_symbols):
            variance = exact(variance, "noise_variance")
        if not variance.is_positive:
            raise ValueError(f"noise_variance must be positive, got {variance}")
        self.model, self.truth, self.inputs = model, truth, inputs
        self.noise_variance = variance

    @property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The parameters, in the order of the flat parameter vector."""
        return self.model.parameters

    @cached_property
    def constants(self) -> dict[sympy.Symbol, sympy.Expr]:
        """Unknown constants, each with a sample value that agrees with its sign."""
        rest = [self.inputs.lower, self.inputs.upper, self.noise_variance]
        return sample_constants([*self.model.constants, *self.truth.constants, *rest])

    @cached_property
    def _numbers(self) -> set[sympy.Expr]:
        rest = [self.inputs.lower, self.inputs.upper, self.noise_variance]
        return self.model.numbers() | self.truth.numbers() | irrational_numbers(rest)

    def at(self, values: Point) -> sympy.Expr:
        """Return K at an exact parameter, as an exact number.

        Parameters
        ----------
        values : mapping or sequence
            Exact values of the parameters, by symbol or name or in order.

        Returns
        -------
        sympy.Expr
            An exact number (an expression in the truth's unknown constants, if it has any).
        """
        point = self.model.point(values)
        field = self._field((), point)
        expectation = IntervalExpectation(self.inputs, field)
        functions = self._difference(field, expectation, lambda e: e.subs(point))
        return self._scale(field, expectation.second_moment(functions))

    def enclosure(self, values: Point, *, digits: int = 30) -> arb:
        """Return a ball around K at an exact parameter, good to about ``digits`` digits."""
        value = self.at(values)
        if value.free_symbols:
            raise ValueError(f"K at this parameter depends on {value.free_symbols}: no number")
        field = RealField.containing([value])
        precision = ctx.dps
        try:
            ctx.dps = digits + 5
            return field.enclose(field.element(value))
        finally:
            ctx.dps = precision

    def chamber(self, values: Point) -> Piece:
        """Return the closed form of K around an exact parameter, and its chamber.

        Raises
        ------
        WallError
            If the parameter lies on a wall between chambers, where there are several forms.
        """
        field = self._field(self.parameters, self.model.point(values))
        value = self._quadratic_form(field)
        return Piece(self._scale(field, value), (field.chamber,))

    def pieces(self) -> tuple[Piece, ...]:
        """Return all closed forms of K; their chambers' closures cover the parameter space.

        Notes
        -----
        The chambers are the combinatorial types of :mod:`slt_symbolic.arrangement`: a complete
        and disjoint list off the walls, so that no parameter is missed and none has two forms.
        Chambers with the same form are merged into one piece.

        Raises
        ------
        ValueError
            If weights or biases are tied; use :meth:`chamber` then.
        """
        samples = list(chamber_samples(self.model, self.truth, self.inputs, self.constants))
        forms: dict[sympy.Expr, list[Chamber]] = {}
        for sample in samples:
            field = self._field(self.parameters, sample)
            expr = self._scale(field, self._quadratic_form(field))
            if any(c.is_nonpositive for c in field.chamber.conditions):
                continue  # empty, by the sign that a parameter was declared with
            chambers = forms.setdefault(expr, [])
            if field.chamber not in chambers:
                chambers.append(field.chamber)
        return tuple(Piece(expr, tuple(chambers)) for expr, chambers in forms.items())

    @cached_property
    def expr(self) -> sympy.Expr:
        """K as one SymPy expression, a ``Piecewise`` if it has several pieces."""
        pieces = self.pieces()
        if len(pieces) == 1:
            return pieces[0].expr
        branches = [
            (p.expr, sympy.Or(*(sympy.And(*(c >= 0 for c in ch.conditions)) for ch in p.chambers)))
            for p in pieces
        ]
        return sympy.Piecewise(*branches)

    def compile(self) -> Callable[..., float]:
        """Return K and its gradient as one Numba function of a flat parameter vector.

        Returns
        -------
        callable
            ``potential(w, g)`` with float64 arrays: writes ∇K into ``g`` and returns K.
        """
        from slt_symbolic.compiled_divergence import compile_interval

        if self.constants:
            raise ValueError(f"unknown constants {list(self.constants)} must be numbers to compile")
        return compile_interval(self.model, self.truth, self.inputs, float(self.noise_variance))

    def _field(
        self, parameters: tuple[sympy.Symbol, ...], point: dict[sympy.Symbol, sympy.Expr]
    ) -> Any:
        numbers = self._numbers | irrational_numbers(point.values())
        constants = {**self.constants, **sample_constants(point.values())}
        if not parameters and not constants:
            return RealField.containing(numbers)
        sample = {p: v.subs(constants) for p, v in point.items()}
        return ChamberField(parameters, tuple(constants), {**sample, **constants}, numbers)

    def _difference(
        self,
        field: OrderedField,
        expectation: IntervalExpectation,
        value: Callable[[sympy.Expr], sympy.Expr],
    ) -> list[Broken]:
        """Return the terms of f − f0 as functions of x on the interval."""
        functions = []
        for network, sign in ((self.model, 1), (self.truth, -1)):
            for u in network.units:
                r, w, b = (field.element(value(e)) for e in (sign * u.readout, *u.weights, u.bias))
                unit = neuron(network.activation, w, b, field).times((r,))
                functions.append(expectation.restrict(unit))
        constant = (field.element(value(self.model.output_bias - self.truth.output_bias)),)
        functions.append(Broken(constant, constant))
        return functions

    def _quadratic_form(self, field: OrderedField) -> Any:
        expectation = IntervalExpectation(self.inputs, field)
        functions = self._difference(field, expectation, lambda e: e)
        total = field.element(sympy.S.Zero)
        for i, g in enumerate(functions):
            total = total + expectation.inner(g, g)
            for h in functions[:i]:
                total = total + 2 * expectation.inner(g, h)
        return total

    def _scale(self, field: OrderedField, second_moment: Any) -> sympy.Expr:
        return field.to_sympy(second_moment / (2 * field.element(self.noise_variance)))
