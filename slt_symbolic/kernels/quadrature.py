"""Kernels known by enclosures alone: what their kinds share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy
from flint import arb, ctx

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import Chamber
from slt_symbolic.exact.entries import irrational_numbers
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.kernels.broken import neuron
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.kernel import NoClosedFormError, Sample, TooManyNodesError
from slt_symbolic.kernels.line_function import (
    LineFunction,
    analytic,
    line_function,
    polynomial_function,
)

BITS_PER_DIGIT = 3.3219280948873626
GUARD = 16
"""Bits of working precision beyond the error aimed at."""


class QuadratureKernel(ABC):
    """A kernel without a closed form: exact where it vanishes by parity, else balls.

    Parameters
    ----------
    inputs : InputDistribution
        The law of the inputs.
    """

    def __init__(self, inputs: Any) -> None:
        self.inputs = inputs

    @staticmethod
    @abstractmethod
    def supports(inputs: object, first: Activation, second: Activation) -> bool:
        """Whether this kind answers for that law and pair of activations."""

    @property
    @abstractmethod
    def symmetric(self) -> bool:
        """Whether x and −x have the same law."""

    @abstractmethod
    def integral(self, g: Feature, h: Feature, field: RealField, bits: int) -> arb:
        """Return a ball around E[g h] whose radius aims at 2^−bits, absolute."""

    def exact(self, g: Feature, h: Feature) -> sympy.Expr:
        """Return 0 where E[g h] vanishes by parity.

        Raises
        ------
        NoClosedFormError
            Everywhere else.
        """
        if self.vanishes(g, h):
            return sympy.S.Zero
        raise NoClosedFormError(
            f"E[{g.activation.name} · {h.activation.name}] under {self.inputs!r} has no closed "
            "form here; an enclosure has as many digits as wanted"
        )

    def closed_form(self, g: Feature, h: Feature, sample: Sample) -> tuple[sympy.Expr, Chamber]:
        """Return 0 where E[g h] vanishes by parity, and otherwise raise as :meth:`exact`."""
        del sample  # parity holds everywhere, not only around a point
        return self.exact(g, h), Chamber(frozenset())

    def enclosure(self, g: Feature, h: Feature, *, digits: int) -> arb:
        """Return a ball around E[g h], exactly 0 where it vanishes by parity.

        Notes
        -----
        The error is aimed at ``digits`` digits relative to 1 at first, then relative to the value
        found; a value below 10^−2·digits in modulus is not resolved further, nor one for which
        that takes too many nodes.

        Raises
        ------
        TooManyNodesError
            If not even the first aim is in reach: steep units, or many dimensions.
        """
        entries = [*g.entries(), *h.entries()]
        if any(e.free_symbols for e in entries):
            raise ValueError(f"entries and law must be numbers to enclose, got {g}, {h}")
        if self.vanishes(g, h):
            return arb(0)
        field = RealField.containing(irrational_numbers(entries))
        return refined(lambda bits: self.integral(g, h, field, bits), digits)

    def vanishes(self, g: Feature, h: Feature) -> bool:
        """Whether E[g h] = 0 because g h is odd and the law symmetric."""
        return self.symmetric and parity(g, h) == -1


def refined(integral: Callable[[int], arb], digits: int) -> arb:
    """Return a ball with so many digits, from a function of the absolute accuracy aimed at.

    Parameters
    ----------
    integral : callable
        bits ↦ ball whose radius aims at 2^−bits.
    digits : int
        Aim, relative to 1 at first, then relative to the value found; a value below 10^−2·digits
        in modulus is not resolved further, nor one for which that takes too many nodes.

    Raises
    ------
    TooManyNodesError
        If not even the first aim is in reach.
    """
    wanted = int(digits * BITS_PER_DIGIT) + 1
    bits = wanted + 8
    ball = arb.pos_inf()
    for attempt in range(3):
        try:
            with ctx.workprec(bits + GUARD):
                ball = integral(bits)
        except TooManyNodesError:
            if attempt == 0:
                raise
            break  # relative to 1 the digits are there
        missing = wanted - ball.rel_accuracy_bits()
        if missing <= 0 or bits >= 2 * wanted:
            break
        bits = min(bits + missing + 4, 2 * wanted + 16)
    return ball


def parity(*features: Feature) -> int | None:
    """Return +1 or −1 where the product of features is even or odd for certain, else None."""
    sign = 1
    for f in features:
        if all(w == 0 for w in f.weights):
            continue
        if f.bias != 0 or f.activation.parity is None:
            return None
        sign *= f.activation.parity
    return sign


def independent_and_odd(g: Feature, h: Feature) -> bool:
    """Whether one of two units with orthogonal weights is odd, so that a reflection flips E[g h].

    For laws that every orthogonal map preserves.
    """
    if parity(g) != -1 and parity(h) != -1:
        return False
    return sum(v * w for v, w in zip(g.weights, h.weights, strict=True)) == 0


def usable(activation: Activation) -> bool:
    """Whether certified quadrature can split an activation into analytic pieces."""
    return analytic(activation) or activation.branches is not None


@dataclass(frozen=True)
class Halves:
    """A function on the line that is analytic on either side of at most one break.

    Parameters
    ----------
    left, right : LineFunction
        The two functions; the same object when there is no break.
    at : field element or None
        The break, in the coordinate in which the weight is exact.
    """

    left: LineFunction
    right: LineFunction
    at: Any | None = None


def halves(activation: Activation, weight: Any, bias: Any, field: RealField, scale: arb) -> Halves:
    """Return x ↦ σ(weight·scale·x + bias), split at its break.

    Parameters
    ----------
    activation : Activation
        σ, analytic or piecewise polynomial.
    weight, bias : field elements
        Exact.
    field : RealField
        Where they live.
    scale : flint.arb
        A positive factor that need not be in the field; breaks are those in scale·x.
    """
    if analytic(activation):
        f = line_function(activation, field.enclose(weight) * scale, field.enclose(bias))
        return Halves(f, f)
    broken = neuron(activation, weight, bias, field)
    sides = []
    for polynomial in (broken.left, broken.right):
        numbers = [field.enclose(c) * scale**k for k, c in enumerate(polynomial)]
        sides.append(polynomial_function(numbers))
    return Halves(sides[0], sides[0] if broken.at is None else sides[1], broken.at)


def cells(
    functions: Sequence[Halves], field: RealField
) -> Iterator[tuple[Any | None, Any | None, list[LineFunction]]]:
    """Yield the cells between breaks from left to right, with the functions' pieces on them.

    An end is None where the cell is unbounded.
    """
    breaks: list[Any] = []
    for f in functions:
        if f.at is not None and all(field.sign(f.at - t) for t in breaks):
            breaks.append(f.at)
    if len(breaks) == 2 and field.sign(breaks[0] - breaks[1]) > 0:
        breaks.reverse()
    ends = [None, *breaks, None]
    for lower, upper in pairwise(ends):
        pieces = []
        for f in functions:
            right = f.at is None or (lower is not None and field.sign(lower - f.at) >= 0)
            pieces.append(f.right if right else f.left)
        yield lower, upper, pieces
