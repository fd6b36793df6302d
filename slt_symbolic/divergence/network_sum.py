"""Truths that are sums of two-layer networks: units of several activations in one function."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NoReturn, TypeAlias

import sympy

from slt_symbolic.networks import TwoLayer


class SeveralActivationsError(ValueError):
    """One activation is needed, and a sum of networks has several."""


@dataclass(frozen=True)
class NetworkSum:
    """The sum of two-layer networks with one output.

    Parameters
    ----------
    parts : tuple of TwoLayer
        At least one, of equally many inputs.

    Raises
    ------
    TypeError, ValueError
        If a part is no network, there is none, or their numbers of inputs differ.

    Notes
    -----
    Polynomials are sums of powers of linear functions, so that units whose activation is a
    polynomial make any polynomial: x y = ((x + y)² − (x − y)²)/4.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU, SIN
    >>> from slt_symbolic.networks import Unit
    >>> kink, wave = TwoLayer(RELU, [Unit(1, (1,), 0)]), TwoLayer(SIN, [Unit(2, (3,), 0)], -1)
    >>> NetworkSum((kink, wave))(sympy.Symbol("x"))
    2*sin(3*x) + Max(0, x) - 1
    """

    parts: tuple[TwoLayer, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(self.parts))
        for i, part in enumerate(self.parts, 1):
            if not isinstance(part, TwoLayer):
                raise TypeError(f"part {i} must be a TwoLayer, got {type(part).__name__}")
        sizes = {part.inputs for part in self.parts}
        if len(sizes) != 1:
            raise ValueError(
                f"parts must be at least one, with equally many inputs; got {sorted(sizes)}"
            )

    def __call__(self, *x: sympy.Expr) -> sympy.Expr:
        """Return f(x) as a SymPy expression."""
        return sympy.Add(*(part(*x) for part in self.parts))

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return self.parts[0].inputs

    @property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The parameters of all parts."""
        return tuple(dict.fromkeys(p for part in self.parts for p in part.parameters))

    @property
    def constants(self) -> tuple[sympy.Symbol, ...]:
        """The unknown constants of all parts, sorted by name."""
        return tuple(sorted({c for part in self.parts for c in part.constants}, key=str))

    @property
    def output_bias(self) -> sympy.Expr:
        """The sum of the parts' constants."""
        return sympy.Add(*(part.output_bias for part in self.parts))

    @property
    def activation(self) -> NoReturn:
        """There is no single one; asking for it raises :class:`SeveralActivationsError`."""
        raise SeveralActivationsError(self.refusal())

    @property
    def units(self) -> NoReturn:
        """Units alone say nothing without their activation; see :attr:`activation`."""
        raise SeveralActivationsError(self.refusal())

    def refusal(self) -> str:
        """Return what is said where one activation is needed."""
        names = ", ".join(part.activation.name for part in self.parts)
        return f"a two-layer network with one activation is needed, not a sum of {names}"


Truth: TypeAlias = TwoLayer | NetworkSum


def joined(networks: TwoLayer | NetworkSum | Iterable[TwoLayer], name: str = "truth") -> Truth:
    """Return the sum of networks, with the units of each activation in one part.

    Parameters
    ----------
    networks : TwoLayer, NetworkSum or iterable of TwoLayer
        The summands; their constants are added up.
    name : str
        What error messages call them.

    Returns
    -------
    TwoLayer or NetworkSum
        A network if all units have one activation.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU, STEP
    >>> from slt_symbolic.networks import Unit
    >>> one = TwoLayer(RELU, [Unit(1, (1,), 0)], 2)
    >>> joined([one, one, TwoLayer(STEP, (), 1, inputs=1)])(sympy.Symbol("x"))
    2*Max(0, x) + 5
    """
    if isinstance(networks, TwoLayer):
        return networks
    if not isinstance(networks, NetworkSum | list | tuple):
        raise TypeError(
            f"{name} must be a TwoLayer, or several to be added up, got {type(networks).__name__}"
        )
    given = networks if isinstance(networks, NetworkSum) else NetworkSum(tuple(networks))
    together: dict[str, TwoLayer] = {}
    for part in [p for p in given.parts if p.units] or given.parts[:1]:
        known = together.setdefault(part.activation.name, replace(part, units=()))
        together[part.activation.name] = replace(known, units=(*known.units, *part.units))
    biases = [given.output_bias, *[sympy.S.Zero] * (len(together) - 1)]
    parts = tuple(
        replace(part, output_bias=bias, parameters=given.parameters)
        for part, bias in zip(together.values(), biases, strict=True)
    )
    return parts[0] if len(parts) == 1 else NetworkSum(parts)


def parts_of(function: Truth) -> tuple[TwoLayer, ...]:
    """Return the networks that a function is the sum of."""
    return function.parts if isinstance(function, NetworkSum) else (function,)
