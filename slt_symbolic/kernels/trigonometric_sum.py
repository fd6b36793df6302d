"""Sums of exp, sin and cos of field elements: what trigonometric kernels are written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sympy
from flint import arb

from slt_symbolic.activations import COS, SIN, Activation
from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.exact.numbers import RealField

Wave = Literal["cos", "sin"]
Key = tuple[Any, Wave, Any]
"""The function exp(first)·wave(last), both field elements."""


def wave_of(activation: Activation) -> Wave | None:
    """Return which wave an activation is, if one."""
    # By name first: comparing all fields is slow, and most activations are neither.
    if activation.name not in ("cos", "sin"):
        return None
    return "cos" if activation == COS else "sin" if activation == SIN else None


@dataclass(frozen=True)
class TrigonometricSum:
    """A sum of terms coefficient·exp(exponent)·wave(argument) over an ordered field.

    Parameters
    ----------
    terms : mapping
        Coefficients by exponent, wave and argument. A polynomial term has exponent and argument
        zero.
    """

    terms: Mapping[Key, Any]

    @classmethod
    def of(cls, *terms: tuple[Any, Any, Wave, Any]) -> TrigonometricSum:
        """Return the sum of (coefficient, exponent, wave, argument), like terms collected."""
        total: dict[Key, Any] = {}
        for coefficient, exponent, wave, argument in terms:
            if wave == "sin" and not argument:
                continue
            key = exponent, wave, argument
            total[key] = total[key] + coefficient if key in total else coefficient
        return cls({key: c for key, c in total.items() if c})

    def __add__(self, other: TrigonometricSum) -> TrigonometricSum:
        return TrigonometricSum.of(
            *((c, *key) for part in (self, other) for key, c in part.terms.items())
        )

    def times(self, factor: Any) -> TrigonometricSum:
        """Return the product with a field element."""
        return TrigonometricSum.of(*((c * factor, *key) for key, c in self.terms.items()))

    def to_sympy(self, field: OrderedField) -> sympy.Expr:
        """Return the sum as a SymPy expression."""
        waves = {"cos": sympy.cos, "sin": sympy.sin}
        return sympy.Add(
            *(
                field.to_sympy(c) * sympy.exp(field.to_sympy(e)) * waves[wave](field.to_sympy(a))
                for (e, wave, a), c in self.terms.items()
            )
        )

    def enclose(self, field: RealField) -> arb:
        """Return a ball around the sum at the working precision."""
        total = arb(0)
        for (exponent, wave, argument), coefficient in self.terms.items():
            value = field.enclose(coefficient)
            if argument:
                x = field.enclose(argument)
                value *= x.cos() if wave == "cos" else x.sin()
            if exponent:
                value *= field.enclose(exponent).exp()
            total += value
        return total


def sum_and_difference(first: Wave, second: Wave) -> tuple[Wave, tuple[int, int]]:
    """Return how twice a product of waves splits: a wave, and its signs at a − b and at a + b.

    >>> sum_and_difference("sin", "sin")  # 2 sin a sin b = cos(a − b) − cos(a + b)
    ('cos', (1, -1))
    """
    if first == second:
        return "cos", (1, 1 if first == "cos" else -1)
    return "sin", (1 if first == "sin" else -1, 1)


def primitive(wave: Wave, times: int = 1) -> tuple[Wave, int]:
    """Return the repeated antiderivative of a wave: a wave and its sign.

    >>> primitive("sin"), primitive("cos", 2)
    (('cos', -1), ('cos', -1))
    """
    # cos, sin, −cos, −sin, and round again.
    cycle: tuple[tuple[Wave, int], ...] = (("cos", 1), ("sin", 1), ("cos", -1), ("sin", -1))
    return cycle[(cycle.index((wave, 1)) + times) % 4]
