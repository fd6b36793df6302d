"""Changes of a network that keep its function, as data that can be applied and printed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy

from slt_symbolic.networks import TwoLayer, Unit

__all__ = ["Change", "Insertion", "Permutation", "Reversal", "Scaling", "Split"]


class Change:
    """A map of networks that keeps their function; calling it applies it."""

    def __call__(self, network: TwoLayer) -> TwoLayer:
        """Return the changed network."""
        raise NotImplementedError


@dataclass(frozen=True)
class Permutation(Change):
    """Unit ``order[i]`` moves to place i."""

    order: tuple[int, ...]

    def __call__(self, network: TwoLayer) -> TwoLayer:
        """Return the network with its units in another order."""
        return replace(network, units=tuple(network.units[i] for i in self.order))


@dataclass(frozen=True)
class Scaling(Change):
    """(w, b, q) of one unit becomes (αw, αb, q/α^k), where σ(αz) = α^k σ(z) for α > 0."""

    unit: int
    factor: sympy.Rational

    def __call__(self, network: TwoLayer) -> TwoLayer:
        """Return the network with the unit rescaled."""
        degree = network.activation.scaling_degree
        if degree is None:
            raise ValueError(f"{network.activation.name} is not homogeneous")
        old = network.units[self.unit]
        new = _along(old, self.factor, old.readout / self.factor**degree)
        return _with_unit(network, self.unit, new)


@dataclass(frozen=True)
class Reversal(Change):
    """(w, b) of one unit becomes (−w, −b), where σ(−z) = ±σ(z) + constant."""

    unit: int

    def __call__(self, network: TwoLayer) -> TwoLayer:
        """Return the network with the unit reversed and the constant in the output bias."""
        reflection = network.activation.reflection
        if reflection is None or reflection.slope != 0:
            raise ValueError(f"{network.activation.name} has no reflection without a slope")
        old = network.units[self.unit]
        # q σ(z) = q sign σ(−z) − q sign constant
        new = _along(old, sympy.S.NegativeOne, reflection.sign * old.readout)
        bias = network.output_bias - reflection.sign * old.readout * reflection.constant
        return replace(_with_unit(network, self.unit, new), output_bias=bias)


@dataclass(frozen=True)
class Split(Change):
    """One unit becomes two of the same weights, which share its readout."""

    unit: int
    share: sympy.Rational

    def __call__(self, network: TwoLayer) -> TwoLayer:
        """Return the network with one unit more."""
        old = network.units[self.unit]
        parts = (replace(old, readout=q * old.readout) for q in (self.share, 1 - self.share))
        units = (*network.units[: self.unit], *parts, *network.units[self.unit + 1 :])
        return replace(network, units=units)


@dataclass(frozen=True)
class Insertion(Change):
    """A unit whose readout is zero is put at the end."""

    weights: tuple[sympy.Rational, ...]
    bias: sympy.Rational

    def __call__(self, network: TwoLayer) -> TwoLayer:
        """Return the network with one unit more."""
        off = Unit(sympy.S.Zero, self.weights, self.bias)
        return replace(network, units=(*network.units, off))


def _along(unit: Unit, factor: sympy.Expr, readout: sympy.Expr) -> Unit:
    return Unit(readout, tuple(factor * w for w in unit.weights), factor * unit.bias)


def _with_unit(network: TwoLayer, index: int, unit: Unit) -> TwoLayer:
    units = list(network.units)
    units[index] = unit
    return replace(network, units=tuple(units))
