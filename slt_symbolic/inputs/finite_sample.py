"""The empirical law of finitely many points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import sympy

from slt_symbolic.exact.numbers import RealField, exact


@dataclass(frozen=True)
class FiniteSample:
    """Inputs drawn from a finite list of exact points: the law of the empirical loss.

    Parameters
    ----------
    points : sequence of tuples of exact numbers
        At least one point; all of the same dimension n ≥ 1. Repetitions count.
    weights : sequence of exact numbers, optional
        Positive probabilities, one per point, that sum to 1; equal ones by default.

    Raises
    ------
    TypeError
        If a coordinate or weight is a float or no number at all.
    ValueError
        If there is no point, the dimensions differ, or the weights are not as above.

    Examples
    --------
    >>> law = FiniteSample([(0, 1), (2, 3)])
    >>> law.dimension, law.weights, law.moment(1, 1)
    (2, (1/2, 1/2), 3)
    """

    points: Sequence[Sequence[sympy.Expr]]
    weights: Sequence[sympy.Expr] | None = None

    def __post_init__(self) -> None:
        points = []
        for k, point in enumerate(self.points):
            if not isinstance(point, Sequence) or isinstance(point, str) or not point:
                raise ValueError(f"points[{k}] must be a tuple of exact numbers, got {point!r}")
            points.append(tuple(exact(c, f"points[{k}]") for c in point))
            if len(point) != len(points[0]):
                raise ValueError(
                    f"points must have one dimension, got {len(points[0])} in points[0] "
                    f"and {len(point)} in points[{k}]"
                )
        if not points:
            raise ValueError("points must have at least one point")
        weights = [sympy.Rational(1, len(points))] * len(points)
        if self.weights is not None:
            weights = [exact(w, f"weights[{k}]") for k, w in enumerate(self.weights)]
            self._check(weights, len(points))
        object.__setattr__(self, "points", tuple(points))
        object.__setattr__(self, "weights", tuple(weights))

    @staticmethod
    def _check(weights: list[sympy.Expr], count: int) -> None:
        if len(weights) != count:
            raise ValueError(f"weights must be one per point, got {len(weights)} for {count}")
        field = RealField.containing(weights)
        elements = [field.element(w) for w in weights]
        if min(map(field.sign, elements)) <= 0 or sum(elements, -field.domain.one):
            raise ValueError(f"weights must be positive and sum to 1, got {weights}")

    @property
    def dimension(self) -> int:
        """Number of input coordinates."""
        return len(self.points[0])

    @property
    def probabilities(self) -> tuple[sympy.Expr, ...]:
        """The weights, one per point."""
        return tuple(self.weights or ())

    @property
    def latex(self) -> str:
        """LaTeX of the law."""
        return " + ".join(
            rf"{sympy.latex(w)}\,\delta_{{({', '.join(map(sympy.latex, point))})}}"
            for w, point in zip(self.probabilities, self.points, strict=True)
        )

    def density(self, *x: sympy.Expr) -> sympy.Expr:
        """Raise ValueError: a finite sample has no density."""
        raise ValueError(f"a finite sample has no density, at {x} or anywhere")

    def moment(self, *orders: int) -> sympy.Expr:
        """Exact E[x₁^k₁ ⋯ x_n^k_n]."""
        if len(orders) != self.dimension or min(orders) < 0:
            raise ValueError(f"orders must be {self.dimension} non-negative integers, got {orders}")
        field = self._field
        total = field.domain.zero
        for w, point in zip(self.probabilities, self.points, strict=True):
            powers = (field.element(c) ** k for c, k in zip(point, orders, strict=True))
            total = total + prod(powers, start=field.element(w))
        return field.to_sympy(total)

    @cached_property
    def _field(self) -> Any:
        return RealField.containing([*self.probabilities, *(c for p in self.points for c in p)])

    def sample(self, generator: np.random.Generator, size: int) -> np.ndarray:
        """Draw inputs, shape (size, dimension), with replacement."""
        points = np.array([[float(c) for c in point] for point in self.points])
        p = np.array([float(w) for w in self.probabilities])
        return points[generator.choice(len(points), size=size, p=p / p.sum())]
