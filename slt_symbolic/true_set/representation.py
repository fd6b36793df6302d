"""A network's function as coefficients of linearly independent functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import OrderedField, UndecidedError
from slt_symbolic.inputs import InputDistribution, UniformSphere
from slt_symbolic.true_set.constants import vanishes
from slt_symbolic.true_set.domains import crowded_on_circle

Fold = tuple[Any, ...]
"""Jumps of value, slope, … across a hyperplane h = 0, from h < 0 to h > 0: j0 + j1·h + ⋯."""


@dataclass(frozen=True)
class RepresentingMeasure:
    """A network's function, as coefficients of linearly independent functions.

    f(x) = constant + slope·x + Σ monomials + Σ_H (j0 + j1·h_H(x) + ⋯)·1[h_H(x) > 0]
    + Σ_u atoms[u]·σ(u·(x, 1)) + Σ_β values[β]·σ(β).

    Parameters
    ----------
    folds : dict
        From hyperplanes (w₁, …, w_n, b), scaled so that the first non-zero weight is 1, to
        non-zero folds (j0, j1), longer for branches of higher degree.
    slope : tuple
        Coefficients of x.
    constant : field element
        The algebraic part of the constant.
    atoms : dict
        From analytic units (w₁, …, w_n, b), the first non-zero weight positive where σ has a
        reflection, to non-zero weights.
    values : dict
        From biases β of units of weight zero to non-zero coefficients: the rest of the constant.
    monomials : dict
        From tuples of exponents, of total degree at least 2, to non-zero coefficients.
    activation, scalars, domain
        The σ of atoms and values, the field, and where functions are compared.
    """

    folds: dict[tuple[Any, ...], Fold]
    slope: tuple[Any, ...]
    constant: Any
    atoms: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    values: dict[Any, Any] = field(default_factory=dict)
    monomials: dict[tuple[int, ...], Any] = field(default_factory=dict)
    activation: Activation | None = field(default=None, compare=False)
    scalars: OrderedField | None = field(default=None, compare=False, repr=False)
    domain: InputDistribution | None = field(default=None, compare=False)

    def __sub__(self, other: RepresentingMeasure) -> RepresentingMeasure:
        return self._combined(other, -1)

    def __add__(self, other: RepresentingMeasure) -> RepresentingMeasure:
        return self._combined(other, 1)

    def _combined(self, other: RepresentingMeasure, sign: int) -> RepresentingMeasure:
        self._require_one_activation(other)
        zero = self.constant - self.constant
        folds = dict(self.folds)
        for h, jumps in other.folds.items():
            pairs = zip_longest(folds.get(h, ()), jumps, fillvalue=zero)
            folds[h] = tuple(i + sign * j for i, j in pairs)
        return RepresentingMeasure(
            {h: jumps for h, jumps in folds.items() if any(jumps)},
            tuple(a + sign * b for a, b in zip(self.slope, other.slope, strict=True)),
            self.constant + sign * other.constant,
            _combine(self.atoms, other.atoms, sign, zero),
            _combine(self.values, other.values, sign, zero),
            _combine(self.monomials, other.monomials, sign, zero),
            self.activation or other.activation,
            self.scalars or other.scalars,
            self.domain or other.domain,
        )

    def _require_one_activation(self, other: RepresentingMeasure) -> None:
        # Folds and polynomials are what they are, whatever units they come from.
        first, second = (
            m.activation.name if m.activation is not None and (m.atoms or m.values) else None
            for m in (self, other)
        )
        if first is not None and second is not None and first != second:
            raise ValueError(f"measures must have one activation, got {first} and {second}")

    @property
    def is_zero(self) -> bool:
        """Whether the function is zero on the domain (almost everywhere).

        Raises
        ------
        UndecidedError
            If only a transcendental constant is left whose balls do not exclude zero, or, on the
            circle, folds share a point and may be dependent.
        """
        self.require_independent_folds()
        if self.folds or self.atoms or self.monomials or any(self.slope):
            return False
        if self.scalars is None:
            return not (self.constant or self.values)
        return vanishes(self.constant, self.values, self.activation, self.scalars)

    def require_independent_folds(self) -> None:
        """Raise UndecidedError if folds on the circle may be dependent.

        Each arc between folds carries one affine function. Across a point it changes by the folds
        there: if it does not, and at most two lines meet there, kinks along both are zero, for
        distinct lines are independent affine functions; one line for jumps of the value.
        """
        if isinstance(self.domain, UniformSphere) and len(self.slope) == 2:
            room = 1 if any(jumps[0] for jumps in self.folds.values()) else 2
            if crowded_on_circle(list(self.folds), room):
                raise UndecidedError(
                    f"more than {room} folds share a point of the circle: they may be dependent"
                )


def _combine(first: dict[Any, Any], second: dict[Any, Any], sign: int, zero: Any) -> dict[Any, Any]:
    if not second:
        return first
    total = dict(first)
    for key, value in second.items():
        total[key] = total.get(key, zero) + sign * value
    return {key: value for key, value in total.items() if value}
