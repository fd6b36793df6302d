"""Deep linear networks x ↦ W_L ⋯ W_1 x of any depth; two layers are reduced-rank regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise

import sympy

from slt_symbolic.exact.numbers import NotExactError, exact
from slt_symbolic.exact.parameter_points import Values, exact_point, named_parameters


@dataclass(frozen=True)
class DeepLinear:
    """A linear network of any depth.

    Parameters
    ----------
    layers : tuple of sympy.ImmutableMatrix
        W_1, …, W_L, the one next to the inputs first; W_l has as many columns as W_{l−1} rows.
        Entries are exact numbers or polynomials in real symbols.
    parameters : tuple of sympy.Symbol
        The symbols that are parameters, in the order of the flat vector; all others are unknown
        constants.

    Raises
    ------
    ValueError
        If shapes do not fit, or an entry is no polynomial with exact coefficients.

    Examples
    --------
    >>> model = DeepLinear.symbolic((2, 1, 2), fixed={"w1_1_1": 1})
    >>> model.parameters
    (w1_1_2, w2_1_1, w2_2_1)
    >>> model.product
    Matrix([
    [w2_1_1, w1_1_2*w2_1_1],
    [w2_2_1, w1_1_2*w2_2_1]])
    """

    layers: tuple[sympy.ImmutableMatrix, ...]
    parameters: tuple[sympy.Symbol, ...] = ()

    def __post_init__(self) -> None:
        layers = tuple(exact_matrix(layer, f"layer {i + 1}") for i, layer in enumerate(self.layers))
        if not layers:
            raise ValueError("layers must hold at least one matrix")
        for i, (before, after) in enumerate(pairwise(layers), start=1):
            if after.cols != before.rows:
                raise ValueError(
                    f"layer {i + 1} must have {before.rows} columns, as layer {i} has rows; "
                    f"it has {after.cols}"
                )
        object.__setattr__(self, "layers", layers)
        object.__setattr__(self, "parameters", named_parameters(self.parameters))

    @classmethod
    def symbolic(
        cls, widths: Sequence[int], *, fixed: Mapping[str, sympy.Expr | int] | None = None
    ) -> DeepLinear:
        """Return a network whose entries are parameters w1_1_1, w1_1_2, …, layer by layer.

        Parameters
        ----------
        widths : sequence of int
            (inputs, hidden widths …, outputs); at least two.
        fixed : mapping of str to exact number, optional
            Entries that are numbers instead: ``w2_1_3`` is row 1, column 3 of W_2.
        """
        sizes = tuple(widths)
        if len(sizes) < 2 or any(
            isinstance(n, bool) or not isinstance(n, int) or n < 1 for n in sizes
        ):
            raise ValueError(f"widths must be at least two positive ints, got {widths!r}")
        numbers = {name: exact(v, f"fixed[{name!r}]") for name, v in (fixed or {}).items()}
        parameters: list[sympy.Symbol] = []
        unused = set(numbers)

        def entry(layer: int, i: int, j: int) -> sympy.Expr:
            name = f"w{layer}_{i + 1}_{j + 1}"
            unused.discard(name)
            if name in numbers:
                return numbers[name]
            parameters.append(sympy.Symbol(name, real=True))
            return parameters[-1]

        layers = [
            sympy.ImmutableMatrix([[entry(k, i, j) for j in range(cols)] for i in range(rows)])
            for k, (cols, rows) in enumerate(pairwise(sizes), start=1)
        ]
        if unused:
            raise ValueError(f"fixed must name entries of the network, not {sorted(unused)}")
        return cls(tuple(layers), tuple(parameters))

    @property
    def widths(self) -> tuple[int, ...]:
        """Sizes of all layers, from the inputs to the outputs."""
        return (self.layers[0].cols, *(w.rows for w in self.layers))

    @cached_property
    def product(self) -> sympy.ImmutableMatrix:
        """The matrix P = W_L ⋯ W_1, expanded."""
        return reduce(lambda p, w: w * p, self.layers).applyfunc(sympy.expand)

    def __call__(self, *x: sympy.Expr) -> sympy.ImmutableMatrix:
        """Return the outputs at x, a column."""
        if len(x) != self.widths[0]:
            raise ValueError(f"x must have {self.widths[0]} coordinates, got {len(x)}")
        return self.product * sympy.ImmutableMatrix(x)

    def point(self, values: Values) -> dict[sympy.Symbol, sympy.Expr]:
        """Return an exact number for every parameter."""
        return exact_point(self.parameters, values)


def exact_matrix(value: object, name: str) -> sympy.ImmutableMatrix:
    """Return a matrix of exact numbers and polynomials in real symbols.

    Raises
    ------
    TypeError
        If it is no matrix, or an entry is a float.
    ValueError
        If an entry is no polynomial with exact coefficients, or has symbols not declared real.
    """
    if not isinstance(value, sympy.MatrixBase):
        raise TypeError(f"{name} must be a SymPy matrix, got {value!r}")
    return sympy.ImmutableMatrix(value.applyfunc(lambda e: _entry(e, name)))


def _entry(e: sympy.Expr, name: str) -> sympy.Expr:
    if e.has(sympy.Float):
        raise TypeError(f"{name} must have exact entries, got {e}")
    if not e.free_symbols:
        return exact(e, f"an entry of {name}")
    if not all(s.is_extended_real for s in e.free_symbols):
        raise ValueError(f"{name} must have symbols declared real, got {e}")
    symbols = sorted(e.free_symbols, key=str)
    if not e.is_polynomial(*symbols):
        raise NotExactError(f"{name} must have polynomial entries, got {e}")
    for coefficient in sympy.Poly(e, *symbols).coeffs():
        exact(coefficient, f"a coefficient of {name}")
    return e
