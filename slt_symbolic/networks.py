"""Two-layer networks and their parameters.

f(x) = c + Σ_i q_i σ(⟨w_i, x⟩ + b_i). Every entry is an exact number or an expression in the
network's parameters, so fixed entries and tied parameters need no special case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.activations import activation as named_activation
from slt_symbolic.exact.entries import irrational_numbers, substitute
from slt_symbolic.exact.numbers import exact

Exact: TypeAlias = "int | sympy.Expr"
Point: TypeAlias = "Mapping[sympy.Symbol | str, Exact] | Sequence[Exact]"


@dataclass(frozen=True)
class Unit:
    """One hidden unit, q σ(⟨w, x⟩ + b).

    Parameters
    ----------
    readout : sympy.Expr
        Outgoing weight q.
    weights : tuple of sympy.Expr
        Incoming weights w, one per input; with one input the weight itself will do.
    bias : sympy.Expr
        Bias b.

    Examples
    --------
    >>> unit = Unit(2, (1, -1), 0)
    >>> unit.preactivation(*sympy.symbols("x y"))
    x - y
    """

    readout: sympy.Expr
    weights: tuple[sympy.Expr, ...]
    bias: sympy.Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "readout", _entry(self.readout, "readout"))
        weights = self.weights if isinstance(self.weights, Iterable) else (self.weights,)
        object.__setattr__(self, "weights", tuple(_entry(w, "weights") for w in weights))
        object.__setattr__(self, "bias", _entry(self.bias, "bias"))

    def preactivation(self, *x: sympy.Expr) -> sympy.Expr:
        """Return ⟨w, x⟩ + b."""
        return sympy.Add(*(w * xk for w, xk in zip(self.weights, x, strict=True)), self.bias)

    def entries(self) -> tuple[sympy.Expr, ...]:
        """Return readout, weights and bias in a row."""
        return (self.readout, *self.weights, self.bias)

    def subs(self, values: Mapping[sympy.Symbol, sympy.Expr]) -> Unit:
        """Return the unit with symbols replaced."""
        return Unit(
            substitute(self.readout, values),
            tuple(substitute(w, values) for w in self.weights),
            substitute(self.bias, values),
        )


@dataclass(frozen=True)
class TwoLayer:
    """A two-layer network with one output.

    Parameters
    ----------
    activation : Activation or str
        The hidden units' activation, or its name.
    units : tuple of Unit
        Hidden units; may be empty if ``inputs`` is given.
    output_bias : sympy.Expr
        The constant c.
    parameters : tuple of sympy.Symbol
        The symbols that are parameters, in the order of the flat parameter vector. Other free
        symbols are unknown constants.
    inputs : int, optional
        Number of inputs; by default that of the units.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> model = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
    >>> model.parameters
    (w1, w2)
    >>> model(sympy.Symbol("x"))
    Max(0, w1*x) + Max(0, w2*x)
    """

    activation: Activation
    units: tuple[Unit, ...]
    output_bias: sympy.Expr = sympy.S.Zero
    parameters: tuple[sympy.Symbol, ...] = ()
    inputs: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.activation, Activation):
            object.__setattr__(self, "activation", named_activation(self.activation))
        object.__setattr__(self, "units", tuple(self.units))
        object.__setattr__(self, "parameters", tuple(self.parameters))
        object.__setattr__(self, "output_bias", _entry(self.output_bias, "output_bias"))
        sizes = {len(u.weights) for u in self.units} | ({self.inputs} if self.inputs else set())
        if not sizes:
            raise ValueError("a network without units needs its number of inputs, as in inputs=1")
        if len(sizes) != 1 or min(sizes) < 1:
            raise ValueError(
                "units must all have the same number of weights, at least one, and as many as "
                f"inputs if that is given; got {sorted(sizes)}"
            )
        object.__setattr__(self, "inputs", sizes.pop())
        if len(set(self.parameters)) != len(self.parameters):
            raise ValueError(f"parameters must be distinct, got {self.parameters}")
        for p in self.parameters:
            if not p.is_extended_real:
                raise ValueError(f"parameters must be declared real, {p} is not")

    @classmethod
    def symbolic(
        cls,
        activation: Activation | str,
        *,
        inputs: int = 1,
        width: int,
        weights: Exact | None = None,
        biases: Exact | None = None,
        readouts: Exact | None = None,
        output_bias: Exact | None = None,
    ) -> TwoLayer:
        """Return a network whose entries are parameters w1, b1, q1, w2, …, c.

        Parameters
        ----------
        activation : Activation or str
            The hidden units' activation, or its name.
        inputs, width : int
            Number of inputs n and of hidden units d.
        weights, biases, readouts, output_bias : exact number, optional
            Fix all entries of that kind to this number instead of making them parameters.

        Notes
        -----
        With n > 1 the weights are named w1_1, …, w1_n. The order of the parameters is unit by
        unit (weights, bias, readout), then the output bias.
        """
        for name, value in (("inputs", inputs), ("width", width)):
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError(f"{name} must be an int, got {value!r}")
        if inputs < 1 or width < 0:
            raise ValueError(f"inputs must be >= 1 and width >= 0, got {inputs} and {width}")
        parameters: list[sympy.Symbol] = []

        def entry(name: str, fixed: Exact | None, kind: str) -> sympy.Expr:
            if fixed is not None:
                return _entry(fixed, kind)
            parameters.append(sympy.Symbol(name, real=True))
            return parameters[-1]

        units = []
        for i in range(1, width + 1):
            names = [f"w{i}"] if inputs == 1 else [f"w{i}_{k}" for k in range(1, inputs + 1)]
            w = tuple(entry(name, weights, "weights") for name in names)
            b = entry(f"b{i}", biases, "biases")
            units.append(Unit(entry(f"q{i}", readouts, "readouts"), w, b))
        c = entry("c", output_bias, "output_bias")
        sigma = activation if isinstance(activation, Activation) else named_activation(activation)
        return cls(sigma, tuple(units), c, tuple(parameters), inputs)

    def __call__(self, *x: sympy.Expr) -> sympy.Expr:
        """Return f(x) as a SymPy expression."""
        if len(x) != self.inputs:
            raise ValueError(f"x must have {self.inputs} coordinates, got {len(x)}")
        terms = (u.readout * self.activation(u.preactivation(*x)) for u in self.units)
        return sympy.Add(*terms, self.output_bias)

    @property
    def constants(self) -> tuple[sympy.Symbol, ...]:
        """Free symbols that are not parameters, sorted by name."""
        entries = [e for u in self.units for e in u.entries()] + [self.output_bias]
        free = set().union(*(e.free_symbols for e in entries)) - set(self.parameters)
        return tuple(sorted(free, key=str))

    def numbers(self) -> set[sympy.Expr]:
        """Return the irrational exact numbers among the entries and their coefficients."""
        entries = [e for u in self.units for e in u.entries()] + [self.output_bias]
        return irrational_numbers(entries)

    def point(self, values: Point) -> dict[sympy.Symbol, sympy.Expr]:
        """Return parameter values as a mapping from every parameter to an exact number.

        Parameters
        ----------
        values : mapping or sequence
            By symbol or name, or in the order of ``parameters``. Values may contain unknown
            constants (symbols that are no parameters).

        Raises
        ------
        ValueError
            If a parameter is missing, unknown or given twice.
        TypeError
            If a value is not exact.
        """
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise TypeError(f"values must be a mapping or a sequence, got {values!r}")
        if isinstance(values, Mapping):
            named = {str(k): v for k, v in values.items()}
            if len(named) != len(values):
                raise ValueError(f"values must name each parameter once, got {[*values]}")
            unknown = sorted(set(named) - {str(p) for p in self.parameters})
            missing = [str(p) for p in self.parameters if str(p) not in named]
            if unknown or missing:
                raise ValueError(
                    f"values must name exactly the parameters {self.parameters}; "
                    f"missing {missing}, unknown {unknown}"
                )
            ordered = [named[str(p)] for p in self.parameters]
        else:
            ordered = list(values)
            if len(ordered) != len(self.parameters):
                raise ValueError(
                    f"values must have {len(self.parameters)} entries for "
                    f"{self.parameters}, got {len(ordered)}"
                )
        # Rationals need no check, and no name to be printed for it.
        point = {
            p: v if isinstance(v, sympy.Rational) else _entry(v, f"value of {p}")
            for p, v in zip(self.parameters, ordered, strict=True)
        }
        for p, v in point.items():
            if not v.is_number and v.free_symbols & point.keys():
                raise ValueError(f"value of {p} must not contain parameters, got {v}")
        return point

    def at(self, values: Point) -> TwoLayer:
        """Return the network at a parameter: the same with all parameters replaced."""
        point = self.point(values)
        units = tuple(u.subs(point) for u in self.units)
        bias = substitute(self.output_bias, point)
        return TwoLayer(self.activation, units, bias, (), self.inputs)


def _entry(value: Exact, name: str) -> sympy.Expr:
    if isinstance(value, sympy.Expr) and not value.is_number and value.free_symbols:
        if value.atoms(sympy.Float):
            raise TypeError(f"{name} must be exact, got {value}")
        if not all(s.is_real for s in value.free_symbols):
            raise ValueError(f"{name} must have symbols declared real, got {value}")
        if not value.is_rational_function(*value.free_symbols):
            raise ValueError(f"{name} must be a rational function of its symbols, got {value}")
        for number in irrational_numbers([value]):
            exact(number, f"{name}'s coefficient")
        return value
    return exact(value, name)
